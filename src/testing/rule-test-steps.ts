import * as v from 'valibot';
import type { Fields, FieldValue, Tags } from '../alert/point.ts';
import { isMap } from '../handler/is-map.ts';
import { optionsSchema, text, textMap } from '../handler/options.ts';
import type { Path } from '../spec/spec-document.ts';
import { camelCased, type DocumentReader } from './document-reader.ts';
import { readTime } from './relative-time.ts';
import { at, batchAt, eventAt, every, gap, type TestBatch, type TestPoint, type TestStep } from './steps.ts';

/** How many points a test of a file may have. */
const MOST_POINTS = 100_000;
/** How long a test of a file may last, by its own clock, in milliseconds. */
const LONGEST_TEST = 31 * 86_400_000;

const list = v.array(v.unknown(), 'a list');
const time = v.union([v.string(), v.number()], 'a length of time such as 10s');
const fieldMap = v.record(v.string(), v.unknown(), 'a map of fields');
const stepSchemas = {
  at: optionsSchema({
    at: time,
    name: text,
    tags: textMap,
    fields: fieldMap,
    batch: list,
    event: v.unknown(),
  }),
  every: optionsSchema({
    every: time,
    times: v.number('a number'),
    name: text,
    tags: textMap,
    fields: fieldMap,
  }),
  gap: optionsSchema({ gap: time }),
};
const batchPointSchema = optionsSchema({ ago: time, tags: textMap, fields: fieldMap });

/** Reads what happens in the tests of a file. */
export class StepReader {
  readonly #reader: DocumentReader;

  constructor(reader: DocumentReader) {
    this.#reader = reader;
  }

  /** The steps of a test; those that are wrong are left out. */
  steps(given: readonly unknown[], path: Path): TestStep[] {
    return given.flatMap((one, index) => this.step(one, [...path, index]));
  }

  /** Keeps a test within bounds. */
  checkBounds(steps: readonly TestStep[], path: Path): void {
    let latest = 0;
    let length = 0;
    let points = 0;
    for (const step of steps) {
      if (step.step === 'gap') length += step.length;
      else if (step.step === 'series') {
        length += step.interval * step.times;
        points += step.times;
      } else latest = Math.max(latest, step.at);
    }
    if (latest + length > LONGEST_TEST) this.#reader.issue(path, 'a test in a file may last 31 days');
    if (points > MOST_POINTS) this.#reader.issue(path, `a test in a file may have ${MOST_POINTS} points`);
  }

  /** The step of a file; empty when it is wrong. */
  step(given: unknown, path: Path): TestStep[] {
    const key = isMap(given)
      ? (['at', 'every', 'gap'] as const).find((name) => Object.hasOwn(given, name))
      : undefined;
    if (key === 'at') return this.#atStep(given, path);
    if (key === 'every') return this.#seriesStep(given, path);
    if (key === 'gap') {
      const step = this.#reader.map(stepSchemas.gap, given, path);
      return step?.gap === undefined ? [] : this.#reader.attempt([...path, 'gap'], () => gap(step.gap ?? 0));
    }
    this.#reader.issue(
      path,
      "a step is a map with one of 'at', 'every' and 'gap'",
      'Such as: { at: 10s, fields: { idle: 5 } }',
    );
    return [];
  }

  #atStep(given: unknown, path: Path): TestStep[] {
    const step = this.#reader.map(stepSchemas.at, given, path);
    if (step?.at === undefined) return [];
    const { at: when, batch, event, fields } = step;
    const what = [batch, event, fields].filter((one) => one !== undefined).length;
    if (what !== 1) {
      this.#reader.issue(path, "besides 'at' there must be one of 'fields', 'batch' and 'event'");
      return [];
    }
    return this.#reader.attempt([...path, 'at'], () => {
      if (event !== undefined) return eventAt(when, camelCased(event) as never);
      const named = nameAndTags(step);
      if (batch !== undefined)
        return batchAt(when, { ...named, points: this.#batch(batch, [...path, 'batch']) });
      return at(when, { ...named, fields: this.#fields(fields ?? {}, [...path, 'fields']) });
    });
  }

  #batch(given: readonly unknown[], path: Path): TestBatch['points'] {
    return given.flatMap((one, index) => {
      const point = this.#reader.map(batchPointSchema, one, [...path, index]);
      if (point === undefined) return [];
      const { ago, tags, fields = {} } = point;
      if (ago !== undefined) this.#reader.attempt([...path, index, 'ago'], () => readTime('ago', ago));
      return [
        {
          ...(ago === undefined ? {} : { ago }),
          ...(tags && { tags }),
          fields: this.#fields(fields, [...path, index, 'fields']),
        },
      ];
    });
  }

  /** Fields that are lists are series; the others are the same in every point. */
  #seriesStep(given: unknown, path: Path): TestStep[] {
    const step = this.#reader.map(stepSchemas.every, given, path);
    if (step?.every === undefined) return [];
    const { every: interval, times, fields = {} } = step;
    const lengths = new Set(
      Object.values(fields).flatMap((value) => (Array.isArray(value) ? [value.length] : [])),
    );
    const [length = times] = lengths;
    if (lengths.size > 1 || (times !== undefined && length !== times)) {
      this.#reader.issue(
        [...path, 'fields'],
        'lists of fields must have the same length, which is also that of times',
      );
      return [];
    }
    if (length === undefined) {
      this.#reader.issue(path, 'a series needs times, or a list of values in one of its fields');
      return [];
    }
    const named = nameAndTags(step);
    return this.#reader.attempt([...path, 'every'], () => {
      const point = (n: number): TestPoint => ({
        ...named,
        fields: Object.fromEntries(
          Object.entries(fields).map(([name, value]) => [
            name,
            (Array.isArray(value) ? value[n] : value) as FieldValue,
          ]),
        ),
      });
      for (const [name, value] of Object.entries(fields)) {
        const values: readonly unknown[] = Array.isArray(value) ? value : [value];
        for (const [index, one] of values.entries())
          this.#checkField(one, [...path, 'fields', name, ...(Array.isArray(value) ? [index] : [])]);
      }
      return every(interval, point, length);
    });
  }

  #fields(given: Readonly<Record<string, unknown>>, path: Path): Fields {
    for (const [name, value] of Object.entries(given)) this.#checkField(value, [...path, name]);
    return given as Fields;
  }

  #checkField(value: unknown, path: Path): void {
    if (['number', 'bigint', 'string', 'boolean'].includes(typeof value)) return;
    this.#reader.issue(path, 'a field must be a number, a text, or true or false');
  }
}

function nameAndTags({
  name,
  tags,
}: {
  readonly name?: string;
  readonly tags?: Tags;
}): Pick<TestPoint, 'name' | 'tags'> {
  return { ...(name === undefined ? {} : { name }), ...(tags && { tags }) };
}

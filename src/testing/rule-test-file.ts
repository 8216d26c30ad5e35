import * as v from 'valibot';
import { nearest } from '../alert/nearest.ts';
import type { Fields, FieldValue, Tags } from '../alert/point.ts';
import { RuleTestError, type SpecIssue, TocsinError } from '../errors.ts';
import {
  camelCase,
  type OptionEntries,
  type OptionsOutput,
  optionsSchema,
  text,
  textMap,
} from '../handler/options.ts';
import { AlertRule, type AlertRuleOptions } from '../rule/index.ts';
import type { Path, SpecDocument } from '../spec/spec-document.ts';
import type { ExpectedDelivery } from './expect-deliveries.ts';
import { type ExpectedEvent, readExpected } from './expectation.ts';
import { readTime } from './relative-time.ts';
import { at, batchAt, eventAt, every, gap, type TestBatch, type TestPoint, type TestStep } from './steps.ts';
import { readStart } from './test-rule.ts';
import type { TestedRule, TopicsTestOptions } from './test-topics.ts';

/** One test of a file. */
export interface FileTest {
  /** Its name. */
  readonly name: string;
  /** Where it stands in the file. */
  readonly path: Path;
  /** What happens. */
  readonly steps: readonly TestStep[];
  /** What is expected; of what is absent, nothing is. */
  readonly events: readonly (string | ExpectedEvent)[] | undefined;
  readonly trace: readonly (string | ExpectedEvent)[] | undefined;
  readonly deliveries: Readonly<Record<string, readonly ExpectedDelivery[]>> | undefined;
}

/** A file of rule tests, read. */
export interface RuleTestFile {
  /** What is under test. */
  readonly setup: TopicsTestOptions;
  /** The tests. */
  readonly tests: readonly FileTest[];
}

/** How long a test of a file may last, by its own clock, in milliseconds. */
const LONGEST_TEST = 31 * 86_400_000;
/** How many points a step of a file may make. */
const MOST_POINTS = 100_000;

const list = v.array(v.unknown(), 'a list');
const time = v.union([v.string(), v.number()], 'a length of time such as 10s');
const fieldMap = v.record(v.string(), v.unknown(), 'a map of fields');

const fileSchema = optionsSchema({
  start: text,
  name: text,
  tags: textMap,
  rule: v.unknown(),
  rules: v.unknown(),
  handlers: v.union([v.string(), v.array(v.string())], 'a path, or a list of paths'),
  tests: list,
});
const testSchema = optionsSchema({
  name: text,
  points: list,
  after: time,
  events: list,
  trace: list,
  deliveries: v.record(v.string(), list, 'a map of lists'),
});
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

/**
 * Reads a file of rule tests.
 *
 * @param document The file.
 * @param named Rules in code that the file may name.
 * @throws {RuleTestError} With everything that is wrong with it.
 */
export function readRuleTestFile(
  document: SpecDocument,
  named: Readonly<Record<string, TestedRule>>,
): RuleTestFile {
  const reader = new RuleTestReader(document, named);
  const file = reader.read();
  if (reader.issues.length === 0 && file !== undefined) return file;
  const offset = ({ position }: SpecIssue): number => position?.offset ?? 0;
  throw new RuleTestError(reader.issues.toSorted((a, b) => offset(a) - offset(b)));
}

class RuleTestReader {
  readonly issues: SpecIssue[] = [];
  readonly #document: SpecDocument;
  readonly #named: Readonly<Record<string, TestedRule>>;

  constructor(document: SpecDocument, named: Readonly<Record<string, TestedRule>>) {
    this.#document = document;
    this.#named = named;
  }

  read(): RuleTestFile | undefined {
    const file = this.#map(fileSchema, this.#document.value, []);
    if (file === undefined) return undefined;
    const { start, name, tags, rule, rules, handlers, tests = [] } = file;
    if (rule !== undefined && rules !== undefined)
      this.#issue(['rules'], "there is 'rule' as well", 'Keep one of them.');
    if (tests.length === 0)
      this.#issue(['tests'], 'there are no tests', 'Add: tests: [{ points: […], events: […] }]');
    if (start !== undefined) this.#attempt(['start'], () => readStart(start));
    const setup: TopicsTestOptions = {
      ...(start === undefined ? {} : { start }),
      ...(name === undefined ? {} : { name }),
      ...(tags && { tags }),
      ...(handlers === undefined ? {} : { files: handlers }),
      ...this.#rules(rule, rules),
    };
    return { setup, tests: tests.flatMap((test, index) => this.#test(test, ['tests', index])) };
  }

  #rules(rule: unknown, rules: unknown): Pick<TopicsTestOptions, 'rules'> {
    if (rule !== undefined) return { rules: this.#ruleList([rule], () => ['rule']) };
    if (rules === undefined) return {};
    if (Array.isArray(rules)) return { rules: this.#ruleList(rules, (index) => ['rules', index]) };
    if (!isMap(rules)) {
      this.#issue(['rules'], 'rules must be a list, or a map by measurement');
      return {};
    }
    const byName = Object.entries(rules).map(([name, some]) => {
      const path = ['rules', name];
      return Array.isArray(some)
        ? [name, this.#ruleList(some, (index) => [...path, index])]
        : [name, this.#ruleList([some], () => path)];
    });
    return { rules: Object.fromEntries(byName) };
  }

  #ruleList(given: readonly unknown[], pathOf: (index: number) => Path): TestedRule[] {
    return given.flatMap((one, index) => {
      const rule = this.#rule(one, pathOf(index));
      return rule === undefined ? [] : [rule];
    });
  }

  #rule(given: unknown, path: Path): TestedRule | undefined {
    if (typeof given === 'string') {
      if (Object.hasOwn(this.#named, given)) return this.#named[given];
      const meant = nearest(given, Object.keys(this.#named));
      const cure =
        meant === undefined ? 'Give it: runRuleTests(path, { rules: { … } }).' : `Did you mean '${meant}'?`;
      this.#issue(path, `there is no rule '${given}'`, cure);
      return undefined;
    }
    if (!isMap(given)) {
      this.#issue(path, 'a rule must be a map of options, or the name of a rule');
      return undefined;
    }
    const options = Object.fromEntries(Object.entries(given).map(([key, value]) => [camelCase(key), value]));
    try {
      new AlertRule(options);
      return options as AlertRuleOptions;
    } catch (error) {
      this.#ruleIssue(error, given, path);
      return undefined;
    }
  }

  /** Which option it is that a rule does not take: the one that it does not take alone either. */
  #ruleIssue(error: unknown, given: Readonly<Record<string, unknown>>, path: Path): void {
    const culprit = Object.entries(given).find(([key, value]) => {
      try {
        new AlertRule({ [camelCase(key)]: value });
        return false;
      } catch (other) {
        return messageOf(other) === messageOf(error);
      }
    });
    const place = culprit === undefined ? path : [...path, culprit[0]];
    const unknown = error instanceof TocsinError && error.reason.startsWith('A rule has no option');
    this.#caught(error, place, unknown);
  }

  #test(given: unknown, path: Path): FileTest[] {
    const test = this.#map(testSchema, given, path);
    if (test === undefined) return [];
    const { name, points = [], after, events, trace, deliveries } = test;
    const steps = points.flatMap((point, index) => this.#step(point, [...path, 'points', index]));
    if (after !== undefined) steps.push(...this.#attempt([...path, 'after'], () => gap(after)));
    if (events === undefined && trace === undefined && deliveries === undefined) {
      this.#issue(path, 'this test expects nothing', 'Add events, trace or deliveries.');
    }
    this.#checkLength(steps, path);
    return [
      {
        name: name ?? `test ${String(path.at(-1))}`,
        path,
        steps,
        events: events && this.#expected(events, [...path, 'events']),
        trace: trace && this.#expected(trace, [...path, 'trace']),
        deliveries:
          deliveries &&
          Object.fromEntries(
            Object.entries(deliveries).map(([handler, some]) => [
              handler,
              this.#deliveries(some, [...path, 'deliveries', handler]),
            ]),
          ),
      },
    ];
  }

  #checkLength(steps: readonly TestStep[], path: Path): void {
    const lengths = steps.map((step) =>
      step.step === 'gap' ? step.length : step.step === 'series' ? step.interval * step.times : step.at,
    );
    if (lengths.some((length) => length > LONGEST_TEST)) {
      this.#issue(path, 'a test in a file may last 31 days');
    }
  }

  #step(given: unknown, path: Path): TestStep[] {
    const key = isMap(given)
      ? (['at', 'every', 'gap'] as const).find((name) => Object.hasOwn(given, name))
      : undefined;
    if (key === 'at') return this.#atStep(given, path);
    if (key === 'every') return this.#seriesStep(given, path);
    if (key === 'gap') {
      const step = this.#map(stepSchemas.gap, given, path);
      return step?.gap === undefined ? [] : this.#attempt([...path, 'gap'], () => gap(step.gap ?? 0));
    }
    this.#issue(
      path,
      "a step is a map with one of 'at', 'every' and 'gap'",
      'Such as: { at: 10s, fields: { idle: 5 } }',
    );
    return [];
  }

  #atStep(given: unknown, path: Path): TestStep[] {
    const step = this.#map(stepSchemas.at, given, path);
    if (step?.at === undefined) return [];
    const { at: when, batch, event, fields } = step;
    const what = [batch, event, fields].filter((one) => one !== undefined).length;
    if (what !== 1) {
      this.#issue(path, "besides 'at' there must be one of 'fields', 'batch' and 'event'");
      return [];
    }
    return this.#attempt([...path, 'at'], () => {
      if (event !== undefined) return eventAt(when, event as never);
      const named = nameAndTags(step);
      if (batch !== undefined)
        return batchAt(when, { ...named, points: this.#batch(batch, [...path, 'batch']) });
      return at(when, { ...named, fields: this.#fields(fields ?? {}, [...path, 'fields']) });
    });
  }

  #batch(given: readonly unknown[], path: Path): TestBatch['points'] {
    return given.flatMap((one, index) => {
      const point = this.#map(batchPointSchema, one, [...path, index]);
      if (point === undefined) return [];
      const { ago, tags, fields = {} } = point;
      if (ago !== undefined) this.#attempt([...path, index, 'ago'], () => readTime('ago', ago));
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
    const step = this.#map(stepSchemas.every, given, path);
    if (step?.every === undefined) return [];
    const { every: interval, times, fields = {} } = step;
    const lengths = new Set(
      Object.values(fields).flatMap((value) => (Array.isArray(value) ? [value.length] : [])),
    );
    const [length = times] = lengths;
    if (lengths.size > 1 || (times !== undefined && length !== times)) {
      this.#issue(
        [...path, 'fields'],
        'lists of fields must have the same length, which is also that of times',
      );
      return [];
    }
    if (length === undefined) {
      this.#issue(path, 'a series needs times, or a list of values in one of its fields');
      return [];
    }
    if (!(length <= MOST_POINTS)) {
      this.#issue(path, `a series in a file may have ${MOST_POINTS} points`);
      return [];
    }
    const named = nameAndTags(step);
    return this.#attempt([...path, 'every'], () => {
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
    this.#issue(path, 'a field must be a number, a text, or true or false');
  }

  #expected(given: readonly unknown[], path: Path): (string | ExpectedEvent)[] {
    return given.flatMap((one, index) =>
      this.#attempt([...path, index], () => readExpected(String(path.at(-1)), camelCased(one) as string)),
    );
  }

  #deliveries(given: readonly unknown[], path: Path): ExpectedDelivery[] {
    return given.flatMap((one, index): ExpectedDelivery[] =>
      typeof one === 'string'
        ? [one]
        : this.#attempt([...path, index], () =>
            readExpected(String(path.at(-1)), camelCased(one) as ExpectedEvent),
          ),
    );
  }

  #map<Entries extends OptionEntries>(
    schema: ReturnType<typeof optionsSchema<Entries>>,
    given: unknown,
    path: Path,
  ): OptionsOutput<Entries> | undefined {
    const result = schema['~standard'].validate(given);
    if ('then' in result) return undefined;
    if (result.issues === undefined) return result.value;
    for (const { message, path: below = [] } of result.issues) {
      const keys = below.map((part) => (typeof part === 'object' ? part.key : part));
      const unknown = message.startsWith('unknown option');
      this.#issue([...path, ...keys], inYaml(message), undefined, unknown);
    }
    return undefined;
  }

  #attempt<T>(path: Path, make: () => T): T[] {
    try {
      return [make()];
    } catch (error) {
      this.#caught(error, path);
      return [];
    }
  }

  #caught(error: unknown, path: Path, key = false): void {
    if (!(error instanceof TocsinError)) throw error;
    this.#issue(path, error.reason, error.cure, key, error.position?.offset);
  }

  #issue(path: Path, reason: string, cure?: string, key = false, offset?: number): void {
    const part = { key, ...(offset === undefined ? {} : { offset }) };
    this.issues.push({
      path: path.map((step) => (typeof step === 'number' ? step : String(step))),
      reason,
      ...(cure === undefined ? {} : { cure }),
      position: this.#document.locate(path, part),
      excerpt: this.#document.excerpt(path, part),
    });
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

/** What is an option in code is a key in a file. */
function inYaml(message: string): string {
  return message
    .replace('unknown option', 'unknown key')
    .replace('Known options', 'Known keys')
    .replace('a map of options', 'a map');
}

function camelCased(value: unknown): unknown {
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [camelCase(key), item]));
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

import type { AlertEventInput } from '../alert/event.ts';
import type { Fields, Point, Tags } from '../alert/point.ts';
import { RuleTestError } from '../errors.ts';
import type { Batch } from '../rule/index.ts';
import { mustBeList, mustBeObject } from './must-be.ts';
import { readTime, type TestTime } from './relative-time.ts';

/** A point of a test: its time is given by the step that it is in. */
export interface TestPoint {
  /** The measurement. Default: that of the test. */
  readonly name?: string;
  /** Its tags, in addition to those of the test. */
  readonly tags?: Tags;
  /** Its fields. */
  readonly fields: Fields;
}

/** A batch of a test. */
export interface TestBatch {
  /** The measurement. Default: that of the test. */
  readonly name?: string;
  /** The tags that all points share, in addition to those of the test. */
  readonly tags?: Tags;
  /** The points, oldest first; `ago` is how long before the end of the batch each was measured. */
  readonly points: readonly (Omit<TestPoint, 'name'> & { readonly ago?: TestTime })[];
}

/** Something that happens in a test. Made by {@link at}, {@link every}, {@link gap}, {@link batchAt} and {@link eventAt}. */
export type TestStep =
  | { readonly step: 'point'; readonly at: number; readonly point: TestPoint }
  | { readonly step: 'batch'; readonly at: number; readonly batch: TestBatch }
  | { readonly step: 'event'; readonly at: number; readonly event: AlertEventInput }
  | { readonly step: 'gap'; readonly length: number }
  | TestSeries;

/** Points at equal distances: what {@link every} makes. */
export interface TestSeries {
  /** What kind of step it is. */
  readonly step: 'series';
  /** The distance, in milliseconds. */
  readonly interval: number;
  /** How many points. */
  readonly times: number;
  /** Makes each, of 0, 1, 2…; `undefined` for none. */
  readonly point: (n: number) => TestPoint | undefined;
}

/** What comes at one moment: a point, a batch, an event, or nothing. */
export interface Moment {
  /** Milliseconds since the start of the test. */
  readonly offset: number;
  readonly point?: TestPoint;
  readonly batch?: TestBatch;
  readonly event?: AlertEventInput;
}

/** The longest series of a test. */
const LONGEST_SERIES = 1_000_000;

/**
 * A point at a time, counted from the start of the test.
 *
 * @throws {RuleTestError} When the time is no length of time, or the point no object.
 *
 * @example
 * ```ts
 * import { at, testRule } from 'tocsin/testing';
 *
 * testRule({ crit: '"idle" < 10' })
 *   .feed(at('0s', { fields: { idle: 50 } }), at('5m', { fields: { idle: 4 } }))
 *   .expectEvents([{ at: '5m', level: 'CRITICAL' }]);
 * ```
 */
export function at(time: TestTime, point: TestPoint): TestStep {
  mustBePoint(point);
  return { step: 'point', at: readTime('at', time), point };
}

/**
 * Points at equal distances: those of a list, or `times` points that a function makes of 0, 1, 2… (`undefined` for
 * none). The first comes one interval after the point before, or right after a {@link gap}.
 *
 * @throws {RuleTestError} When the interval is no length of time, a point no object, or the number of points no whole number up
 * to a million.
 *
 * @example
 * ```ts
 * import { every, gap, testRule } from 'tocsin/testing';
 *
 * const idle = (value: number) => ({ fields: { idle: value } });
 * const cpu = testRule({ crit: '"idle" < 10' });
 * cpu.feed(every('10s', [50, 8, 60].map(idle)), gap('1h'), every('10s', (n) => idle(50 - n), 50));
 * ```
 */
export function every(interval: TestTime, points: readonly TestPoint[]): TestStep;
export function every(
  interval: TestTime,
  points: (n: number) => TestPoint | undefined,
  times: number,
): TestStep;
export function every(
  interval: TestTime,
  points: readonly TestPoint[] | ((n: number) => TestPoint | undefined),
  times?: number,
): TestStep {
  if (typeof points !== 'function') {
    mustBeList('every: its points', points);
    points.forEach(mustBePoint);
  }
  const count = typeof points === 'function' ? times : points.length;
  if (count === undefined || !Number.isInteger(count) || count < 0 || count > LONGEST_SERIES) {
    throw new RuleTestError(
      `every: the number of points must be a whole number up to ${LONGEST_SERIES}, got ${count}`,
      { cure: 'A function needs to be told how many: every("10s", (n) => …, 30).' },
    );
  }
  return {
    step: 'series',
    interval: readTime('every', interval),
    times: count,
    point: typeof points === 'function' ? points : (n) => points[n],
  };
}

/**
 * A time in which no point comes. What follows in an {@link every} starts when it is over.
 *
 * @throws {RuleTestError} When it is no length of time.
 */
export function gap(length: TestTime): TestStep {
  return { step: 'gap', length: readTime('gap', length) };
}

/**
 * A batch whose window ends at a time, counted from the start of the test.
 *
 * @throws {RuleTestError} When the time is no length of time, or the batch without a list of points.
 *
 * @example
 * ```ts
 * import { batchAt, testRule } from 'tocsin/testing';
 *
 * const points = [{ ago: '30s', fields: { idle: 4 } }, { fields: { idle: 7 } }];
 * testRule({ crit: '"idle" < 10', all: true }).feed(batchAt('1m', { points })).expectEvents(['CRITICAL']);
 * ```
 */
export function batchAt(time: TestTime, batch: TestBatch): TestStep {
  mustBeObject('a batch', batch, 'Write for example: { points: [{ fields: { idle: 4 } }] }.');
  mustBeList('the points of a batch', batch.points);
  batch.points.forEach(mustBePoint);
  return { step: 'batch', at: readTime('batchAt', time), batch };
}

/**
 * An event that the host collects itself, without a rule. For {@link testTopics} only.
 *
 * @throws {RuleTestError} When the time is no length of time.
 */
export function eventAt(time: TestTime, event: AlertEventInput): TestStep {
  return { step: 'event', at: readTime('eventAt', time), event };
}

/** Where the steps of a test have come to: they may be given in several pieces. */
export class Timeline {
  #now = 0;
  /** Whether something has happened at that very moment, so that a series has to begin after it. */
  #taken = false;

  /** Milliseconds since the start of the test. */
  get now(): number {
    return this.#now;
  }

  /** The moments of the steps, one after the other. */
  *moments(steps: Iterable<TestStep>): Generator<Moment> {
    for (const step of steps) {
      mustBeStep(step);
      if (step.step === 'gap') yield this.#reach(this.#now + step.length, {}, false);
      else if (step.step === 'series') yield* this.#series(step);
      else if (step.step === 'point') yield this.#reach(step.at, { point: step.point });
      else if (step.step === 'batch') yield this.#reach(step.at, { batch: step.batch });
      else if (step.step === 'event') yield this.#reach(step.at, { event: step.event });
    }
  }

  *#series({ interval, times, point }: TestSeries): Generator<Moment> {
    const first = this.#now + (this.#taken ? interval : 0);
    for (let n = 0; n < times; n++) {
      const made = point(n);
      if (made !== undefined) mustBePoint(made);
      yield this.#reach(first + n * interval, made === undefined ? {} : { point: made });
    }
  }

  #reach(offset: number, what: Omit<Moment, 'offset'>, taken = true): Moment {
    this.#now = offset;
    this.#taken = taken;
    return { offset, ...what };
  }
}

function mustBePoint(given: unknown): void {
  mustBeObject('a point', given, 'Write for example: { fields: { idle: 4 } }.');
}

const STEPS: readonly unknown[] = ['point', 'batch', 'event', 'gap', 'series'] satisfies TestStep['step'][];

function mustBeStep(given: unknown): void {
  if (STEPS.includes((Object(given) as Partial<TestStep>).step)) return;
  throw new RuleTestError('a step of a test is what at(), every(), gap(), batchAt() or eventAt() makes', {
    cure: Array.isArray(given)
      ? 'Spread the list: feed(...steps).'
      : 'Write for example: feed(at("10s", { fields: { idle: 4 } })).',
  });
}

/** What all points of a test share. */
export interface PointDefaults {
  /** When the test starts. */
  readonly start: number;
  /** The measurement of points that name none. */
  readonly name: string;
  /** Tags of all points. */
  readonly tags: Tags;
}

/** The point of a test as a rule sees it. */
export function pointOf({ name, tags, fields }: TestPoint, offset: number, defaults: PointDefaults): Point {
  const time = new Date(defaults.start + offset);
  return { name: name ?? defaults.name, tags: { ...defaults.tags, ...tags }, fields, time };
}

/** The batch of a test as a rule sees it. */
export function batchOf({ name, tags, points }: TestBatch, offset: number, defaults: PointDefaults): Batch {
  const end = defaults.start + offset;
  return {
    name: name ?? defaults.name,
    tags: { ...defaults.tags, ...tags },
    time: new Date(end),
    points: points.map(({ ago = 0, ...point }) => ({
      ...point,
      time: new Date(end - readTime('ago', ago)),
    })),
  };
}

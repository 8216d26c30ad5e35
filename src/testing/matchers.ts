import type { AlertEvent } from '../alert/event.ts';
import { RuleTestError } from '../errors.ts';
import type { ExpectedDelivery } from './expect-deliveries.ts';
import { compareEvents, compareTrace } from './expect-events.ts';
import { differences, type ExpectedEvent, readExpected } from './expectation.ts';
import { RuleTest } from './test-rule.ts';
import { TopicsTest } from './test-topics.ts';
import { Trace } from './trace.ts';

/** What a matcher says: whether it is so, and how to put it otherwise. */
export interface MatcherResult {
  /** Whether it is so. */
  readonly pass: boolean;
  /** What to print when that is not what was expected. */
  readonly message: () => string;
}

/**
 * What {@link alertMatchers} add to `expect`, for the types of your test runner: see there.
 *
 * @typeParam R What a matcher returns.
 */
export interface AlertMatchers<R = unknown> {
  /** There is an event of a level other than OK; of those, one that is as given. */
  toHaveFired(expected?: string | ExpectedEvent): R;
  /** There is an event of an alert that is OK again; of those, one that is as given. */
  toHaveRecovered(expected?: ExpectedEvent): R;
  /** There are exactly these events, in this order. */
  toHaveEvents(expected: readonly (string | ExpectedEvent)[]): R;
  /** There is this for every point. */
  toHaveTrace(expected: readonly (string | ExpectedEvent)[]): R;
  /** These handlers got exactly this, and no others anything. For what `testTopics` returns. */
  toHaveDelivered(expected: Readonly<Record<string, readonly ExpectedDelivery[]>>): R;
}

/**
 * Matchers for the `expect` of vitest or jest. They take what `testRule` and `testTopics` return.
 *
 * @example
 * ```ts
 * import { type AlertMatchers, alertMatchers, at, testRule } from 'tocsin/testing';
 * import { expect } from 'vitest';
 *
 * expect.extend(alertMatchers);
 *
 * declare module 'vitest' {
 *   interface Matchers<T> extends AlertMatchers<T> {}
 * }
 *
 * const cpu = testRule({ crit: '"idle" < 10' }).feed(at('0s', { fields: { idle: 4 } }));
 * expect(cpu).toHaveFired({ level: 'CRITICAL' });
 * ```
 */
export const alertMatchers: {
  readonly [Name in keyof AlertMatchers]: (
    received: unknown,
    ...expected: Parameters<AlertMatchers[Name]>
  ) => MatcherResult;
} = {
  toHaveFired: (received, expected) =>
    some('toHaveFired', received, expected, ({ level }) => level !== 'OK', 'an alert that fired'),
  toHaveRecovered: (received, expected) =>
    some('toHaveRecovered', received, expected, isRecovery, 'an alert that recovered'),
  toHaveEvents: (received, expected) =>
    result(compareEvents(traceOf('toHaveEvents', received), expected)?.message, 'other events than these'),
  toHaveTrace: (received, expected) =>
    result(compareTrace(traceOf('toHaveTrace', received), expected)?.message, 'another trace than this'),
  toHaveDelivered(received, expected) {
    if (!(received instanceof TopicsTest)) throw unusable('toHaveDelivered', 'testTopics()', received);
    return result(received.compareDeliveries(expected)?.message, 'other deliveries than these');
  },
};

function isRecovery({ level, previousLevel }: AlertEvent): boolean {
  return level === 'OK' && previousLevel !== 'OK';
}

function some(
  name: string,
  received: unknown,
  given: string | ExpectedEvent | undefined,
  isMeant: (event: AlertEvent) => boolean,
  what: string,
): MatcherResult {
  const trace = traceOf(name, received);
  const expected = given === undefined ? {} : readExpected(name, given);
  const pass = trace.rows.some(
    (row) => row.event !== undefined && isMeant(row.event) && differences(expected, row).length === 0,
  );
  const wanted = given === undefined ? '' : ` with ${JSON.stringify(given, patternText)}`;
  return { pass, message: () => `expected ${pass ? what.replace(/^an/, 'no') : what}${wanted}\n\n${trace}` };
}

function result(mismatch: string | undefined, otherwise: string): MatcherResult {
  return { pass: mismatch === undefined, message: () => mismatch ?? `expected ${otherwise}` };
}

function traceOf(name: string, received: unknown): Trace {
  if (received instanceof Trace) return received;
  if (received instanceof RuleTest || received instanceof TopicsTest) return received.trace;
  throw unusable(name, 'testRule() or testTopics()', received);
}

function unusable(name: string, wanted: string, received: unknown): RuleTestError {
  const got = typeof received === 'object' && received !== null ? 'another object' : String(received);
  return new RuleTestError(`${name} takes what ${wanted} returns, got ${got}`);
}

function patternText(_key: string, value: unknown): unknown {
  if (value instanceof RegExp) return String(value);
  return typeof value === 'bigint' ? `${value}n` : value;
}

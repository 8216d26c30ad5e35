import { ExpectationError } from '../errors.ts';
import {
  type Difference,
  differences,
  type ExpectedEvent,
  expectedCells,
  readExpected,
} from './expectation.ts';
import { mustBeList } from './must-be.ts';
import { readTime } from './relative-time.ts';
import { type Trace, traceText } from './trace.ts';

/** A difference between a trace and what was expected. */
export interface TraceMismatch {
  /** Which of the expectations is not met, from 0; the number of them when more happened than was expected. */
  readonly index: number;
  /** What differs, and the trace as a table. */
  readonly message: string;
}

/**
 * Compares the events of a trace with what was expected: the same number, in the same order.
 *
 * @throws {RuleTestError} When what is expected cannot be read.
 */
export function compareEvents(
  trace: Trace,
  expected: readonly (string | ExpectedEvent)[],
): TraceMismatch | undefined {
  const withEvent = trace.rows.flatMap((row, index) => (row.event === undefined ? [] : [index]));
  return compare(trace, withEvent, expected, 'event');
}

/**
 * Compares every row of a trace with what was expected.
 *
 * @throws {RuleTestError} When what is expected cannot be read.
 */
export function compareTrace(
  trace: Trace,
  expected: readonly (string | ExpectedEvent)[],
): TraceMismatch | undefined {
  return compare(
    trace,
    trace.rows.map((_, index) => index),
    expected,
    'row',
  );
}

/** @throws {ExpectationError} When there is a mismatch. */
export function mustMatch(mismatch: TraceMismatch | undefined): void {
  if (mismatch !== undefined) throw new ExpectationError(mismatch.message);
}

function compare(
  trace: Trace,
  indexes: readonly number[],
  given: readonly (string | ExpectedEvent)[],
  what: 'event' | 'row',
): TraceMismatch | undefined {
  mustBeList(`what is expected of every ${what}`, given, "Write for example: ['CRITICAL', 'OK'].");
  const expected = given.map((one, index) => readExpected(`${what} ${index + 1}`, one));
  const { rows } = trace;
  for (const [index, one] of expected.entries()) {
    const at = indexes[index];
    const row = at === undefined ? undefined : rows[at];
    if (at === undefined || row === undefined)
      return missing(trace, index, one, indexes.length, expected.length, what);
    const differing = differences(one, row);
    if (differing.length === 0) continue;
    const line = { before: at + 1, cells: expectedCells(one) };
    const message = `${what} ${index + 1} differs: ${differing.map(differenceText).join('; ')}\n\n${traceText(trace, new Set([at]), line)}`;
    return { index, message };
  }
  const extra = indexes.slice(expected.length);
  if (extra.length === 0) return undefined;
  const counts = `expected ${countText(expected.length, what)}, got ${indexes.length}`;
  return {
    index: expected.length,
    message: `${counts}\n\n${traceText(trace, new Set(extra))}`,
  };
}

function missing(
  trace: Trace,
  index: number,
  expected: ExpectedEvent,
  actual: number,
  wanted: number,
  what: string,
): TraceMismatch {
  const time = expected.at === undefined ? Number.POSITIVE_INFINITY : readTime('at', expected.at);
  const { rows } = trace;
  const later = rows.findIndex(({ offset }) => offset > time);
  const line = { before: later === -1 ? rows.length : later, cells: expectedCells(expected) };
  const message = `${what} ${index + 1} is missing: expected ${countText(wanted, what)}, got ${actual}\n\n${traceText(trace, new Set(), line)}`;
  return { index, message };
}

/** `level is OK, expected CRITICAL`. */
export function differenceText({ key, expected, actual }: Difference): string {
  return `${key} is ${actual}, expected ${expected}`;
}

/** `1 event`, `2 events`. */
export function countText(count: number, what: string): string {
  return `${count === 0 ? 'no' : count} ${what}${count === 1 ? '' : 's'}`;
}

import { formatDuration, parseDuration } from '../alert/go-duration.ts';
import { RuleTestError } from '../errors.ts';

/** A length of time in a test: milliseconds, or a text such as `10s` or `1h30m`. */
export type TestTime = number | string;

/** The longest time that a test may tell of: a century, in milliseconds. */
const LONGEST = 100 * 365 * 86_400_000;

/** Where tests start that do not say when. */
const START = '2026-01-01T00:00:00Z';

/**
 * Reads a length of time into milliseconds.
 *
 * @throws {RuleTestError} When it is none, or negative.
 */
export function readTime(what: string, time: TestTime): number {
  const milliseconds = typeof time === 'string' ? Number(parseDuration(time) ?? Number.NaN) / 1e6 : time;
  if (typeof milliseconds === 'number' && milliseconds >= 0 && milliseconds <= LONGEST) return milliseconds;
  throw new RuleTestError(`${what}: ${JSON.stringify(time) ?? String(time)} is no length of time`, {
    cure: "Write milliseconds, or a text such as '10s' or '1h30m'.",
  });
}

/**
 * Reads when a test starts, into milliseconds since the Unix epoch.
 *
 * @throws {RuleTestError} When it is no time.
 */
export function readStart(what: string, start: Date | string | number = START): number {
  const milliseconds = new Date(start).getTime();
  if (!Number.isNaN(milliseconds)) return milliseconds;
  throw new RuleTestError(`${what}: '${String(start)}' is no time`, {
    cure: "Write it as in '2026-01-01T00:00:00Z'.",
  });
}

/** Prints milliseconds as a test writes them: `5m`, `1h30m`, `250ms`. */
export function timeText(milliseconds: number): string {
  const text = formatDuration(Math.round(milliseconds * 1e6));
  return text.replace(/(?<=[hm])0s$/, '').replace(/(?<=h)0m$/, '');
}

import { parseDuration } from '../alert/go-duration.ts';
import { RuleOptionsError } from '../errors.ts';

/** A span of time in an option: milliseconds, or a text such as `10s`, `1h30m` or `250ms`. */
export type IntervalOption = number | string;

/** A span of time, its nanoseconds below the millisecond apart. */
export interface Interval {
  readonly ms: number;
  readonly ns: number;
}

/**
 * Reads the interval of an option; zero is `undefined`.
 *
 * @throws {RuleOptionsError} When it is no interval.
 */
export function readInterval(name: string, value: IntervalOption): Interval | undefined {
  const nanoseconds = typeof value === 'string' ? parseDuration(value) : value * 1e6;
  if (nanoseconds === undefined || (typeof nanoseconds === 'number' && !Number.isFinite(nanoseconds))) {
    throw new RuleOptionsError(
      `${name} must be milliseconds or a duration such as '10s', got ${show(value)}`,
    );
  }
  const total = BigInt(typeof nanoseconds === 'number' ? Math.round(nanoseconds) : nanoseconds);
  if (total === 0n) return undefined;
  const ns = ((total % 1_000_000n) + 1_000_000n) % 1_000_000n;
  return { ms: Number((total - ns) / 1_000_000n), ns: Number(ns) };
}

/**
 * Reads an interval that must be above zero.
 *
 * @throws {RuleOptionsError} When it is no interval, or not above zero.
 */
export function readPositiveInterval(name: string, value: IntervalOption): Interval {
  const interval = readInterval(name, value);
  if (interval === undefined || interval.ms < 0) {
    throw new RuleOptionsError(`${name} must be longer than zero, got ${show(value)}`);
  }
  return interval;
}

/** Whether at least `interval` lies between two times. False when the first is NaN. */
export function elapsed(
  fromMs: number,
  fromNs: number,
  toMs: number,
  toNs: number,
  interval: Interval,
): boolean {
  // Rounding cannot turn the sign: it only sets in where the milliseconds alone decide.
  return (toMs - fromMs - interval.ms) * 1e6 + (toNs - fromNs - interval.ns) >= 0;
}

/** A value as an error shows it: texts in quotes. */
export function show(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return 'a function';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid Date' : value.toISOString();
  if (typeof value === 'object' && value !== null) {
    try {
      return JSON.stringify(value) ?? 'an object';
    } catch {
      return 'an object';
    }
  }
  return String(value);
}

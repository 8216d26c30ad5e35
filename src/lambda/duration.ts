import { type Int64, int64 } from '../alert/int64.ts';

/** The nanoseconds of the language's units, largest first. `µ` is read like `u`. */
export const DURATION_UNITS: ReadonlyMap<string, bigint> = new Map([
  ['w', 604_800_000_000_000n],
  ['d', 86_400_000_000_000n],
  ['h', 3_600_000_000_000n],
  ['m', 60_000_000_000n],
  ['s', 1_000_000_000n],
  ['ms', 1_000_000n],
  ['u', 1_000n],
  ['µ', 1_000n],
]);

/**
 * A span of time as a value of the lambda language: a whole number of nanoseconds.
 *
 * @example
 * ```ts
 * import { compileLambda, Duration, mapScope } from 'tocsin';
 *
 * compileLambda('"uptime" > 5m', { scope: mapScope }).evaluate({ uptime: Duration.of(600_000) }); // true
 * ```
 */
export class Duration {
  /** The span in nanoseconds. */
  readonly nanoseconds: Int64;

  /** @param nanoseconds A whole number; what exceeds 64 bits wraps around. */
  constructor(nanoseconds: Int64) {
    this.nanoseconds = int64(BigInt(nanoseconds));
  }

  /** A span of milliseconds, fractions allowed. */
  static of(milliseconds: number): Duration {
    return new Duration(Math.round(milliseconds * 1e6));
  }

  /** The span in milliseconds. */
  get milliseconds(): number {
    return Number(this.nanoseconds) / 1e6;
  }

  /** The span as the language writes it: `90m`, `1500ms`. */
  toString(): string {
    return durationText(this.nanoseconds);
  }
}

/**
 * A duration in the largest unit that divides it (`90m`, `1500ms`), as the language's literals are written.
 * What lies below a microsecond is cut off.
 */
export function durationText(nanoseconds: Int64): string {
  if (nanoseconds === 0) return '0s';
  const value = BigInt(nanoseconds);
  for (const [unit, size] of DURATION_UNITS) {
    if (value % size === 0n) return `${value / size}${unit}`;
  }
  return `${value / 1000n}u`;
}

const NANOS_PER_MILLI = 1_000_000n;

/**
 * A `Date` that also keeps the nanoseconds below its millisecond, so that a metric's time is not cut on
 * its way from point to wire.
 *
 * @example
 * ```ts
 * import { NanoDate } from 'tocsin';
 *
 * const time = NanoDate.fromRFC3339('2023-11-05T06:07:08.090807006Z');
 * time.getMilliseconds(); // 90
 * time.nanoseconds; // 807006
 * ```
 */
export class NanoDate extends Date {
  /** Nanoseconds below the millisecond, 0 to 999,999. */
  readonly nanoseconds: number;

  /**
   * @param milliseconds Milliseconds since the Unix epoch, a whole number.
   * @param nanoseconds Nanoseconds to add, 0 to 999,999.
   */
  constructor(milliseconds: number, nanoseconds = 0) {
    super(milliseconds);
    if (!Number.isInteger(nanoseconds) || nanoseconds < 0 || nanoseconds > 999_999) {
      throw new RangeError(`nanoseconds must be a whole number from 0 to 999999, got ${nanoseconds}`);
    }
    this.nanoseconds = nanoseconds;
  }

  /** Makes a time from nanoseconds since the Unix epoch. */
  static fromUnixNano(nanoseconds: bigint): NanoDate {
    const rest = ((nanoseconds % NANOS_PER_MILLI) + NANOS_PER_MILLI) % NANOS_PER_MILLI;
    return new NanoDate(Number((nanoseconds - rest) / NANOS_PER_MILLI), Number(rest));
  }

  /**
   * Reads an RFC 3339 time with up to nine digits of fraction.
   *
   * @throws {RangeError} When the text is no such time.
   */
  static fromRFC3339(text: string): NanoDate {
    const match = /^(\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?(Z|[+-]\d\d:\d\d)$/.exec(text);
    const milliseconds = match ? Date.parse(`${match[1]}${match[3]}`) : Number.NaN;
    if (!match || Number.isNaN(milliseconds)) {
      throw new RangeError(`'${text}' is not an RFC 3339 time such as 2023-11-05T06:07:08.090807006Z`);
    }
    const fraction = Number((match[2] ?? '').padEnd(9, '0'));
    return new NanoDate(milliseconds + Math.floor(fraction / 1e6), fraction % 1e6);
  }
}

/** Nanoseconds of a time below its millisecond: 0 unless it is a {@link NanoDate}. */
export function nanosOf(time: Date): number {
  return time instanceof NanoDate ? time.nanoseconds : 0;
}

/** Nanoseconds since the Unix epoch, exact. */
export function unixNano(time: Date): bigint {
  return BigInt(time.getTime()) * NANOS_PER_MILLI + BigInt(nanosOf(time));
}

/**
 * A time as RFC 3339 in UTC, its fraction only as long as needed, as Go prints it:
 * `2023-11-05T06:07:08.09Z`.
 *
 * @throws {RangeError} When the `Date` is invalid.
 */
export function formatRFC3339(time: Date): string {
  const milliseconds = time.getTime();
  const minute = Math.floor(milliseconds / MILLIS_PER_MINUTE);
  // Events come in the order of time, so most share their minute with the one before; asking the engine is slow.
  if (minute !== lastMinute) {
    lastPrefix = time.toISOString().slice(0, -'00.000Z'.length);
    lastMinute = minute;
  }
  const within = milliseconds - minute * MILLIS_PER_MINUTE;
  const second = Math.floor(within / 1000);
  const millis = within - second * 1000;
  const nanos = nanosOf(time);
  const text = second < 10 ? `${lastPrefix}0${second}` : `${lastPrefix}${second}`;
  if (nanos !== 0) return `${text}.${fractionText(millis * 1e6 + nanos, 9)}Z`;
  return millis === 0 ? `${text}Z` : `${text}.${fractionText(millis, 3)}Z`;
}

const MILLIS_PER_MINUTE = 60_000;
let lastMinute = Number.NaN;
let lastPrefix = '';

/** The digits of a fraction of at most so many places; it is not 0. */
function fractionText(fraction: number, places: number): string {
  let digits = fraction;
  let width = places;
  while (digits % 10 === 0) {
    digits /= 10;
    width--;
  }
  return String(digits).padStart(width, '0');
}

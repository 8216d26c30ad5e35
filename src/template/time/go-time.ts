import { nanosOf } from '../../alert/nano-date.ts';

/** Where a time is told. */
export interface Zone {
  /** What `MST` in a layout prints; empty for an offset without a name. */
  readonly name: string;
  /** Seconds east of UTC. */
  readonly offset: number;
  /** What `.Time.Location` prints. */
  readonly location: string;
}

export const UTC: Zone = { name: 'UTC', offset: 0, location: 'UTC' };

/** Seconds from the year 1, where Go's zero time is, to 1970. */
const YEAR_ONE = -62_135_596_800;

/** A time with its nanoseconds and the zone that it is told in. */
export class GoTime {
  /** Milliseconds since 1970. */
  readonly milliseconds: number;
  /** Nanoseconds below the millisecond. */
  readonly nanos: number;
  readonly zone: Zone;
  #civil: Date | undefined;

  constructor(milliseconds: number, nanos: number, zone: Zone = UTC) {
    this.milliseconds = milliseconds;
    this.nanos = nanos;
    this.zone = zone;
  }

  /** A time from nanoseconds since 1970. */
  static fromUnixNano(nanoseconds: bigint, zone: Zone): GoTime {
    const rest = ((nanoseconds % 1_000_000n) + 1_000_000n) % 1_000_000n;
    return new GoTime(Number((nanoseconds - rest) / 1_000_000n), Number(rest), zone);
  }

  /** The wall clock of its zone, as the UTC parts of a `Date`. */
  get civil(): Date {
    this.#civil ??= new Date(this.milliseconds + this.zone.offset * 1000);
    return this.#civil;
  }

  get year(): number {
    return this.civil.getUTCFullYear();
  }

  /** From 1. */
  get month(): number {
    return this.civil.getUTCMonth() + 1;
  }

  get yearDay(): number {
    const start = new Date(0).setUTCFullYear(this.year, 0, 1);
    return Math.floor((this.civil.getTime() - start) / 86_400_000) + 1;
  }

  /** Nanoseconds within the second. */
  get nanosecond(): number {
    return this.civil.getUTCMilliseconds() * 1_000_000 + this.nanos;
  }

  /** Whole seconds since 1970. */
  get unix(): number {
    return Math.floor(this.milliseconds / 1000);
  }

  get unixNano(): bigint {
    return BigInt(this.milliseconds) * 1_000_000n + BigInt(this.nanos);
  }

  /** Seconds since the year 1, where Go counts from. */
  get sinceYearOne(): number {
    return this.unix - YEAR_ONE;
  }

  get isZero(): boolean {
    return this.unix === YEAR_ONE && this.nanosecond === 0;
  }

  /** The same moment, told elsewhere. */
  in(zone: Zone): GoTime {
    return new GoTime(this.milliseconds, this.nanos, zone);
  }
}

/** Go's zero time: the first of January of the year 1. */
export const ZERO_TIME: GoTime = new GoTime(YEAR_ONE * 1000, 0);

/** A time as data holds it, in the form that this room works with; what is left out is the zero time. */
export function goTime(raw: unknown): GoTime {
  if (raw instanceof GoTime) return raw;
  return raw instanceof Date ? new GoTime(raw.getTime(), nanosOf(raw)) : ZERO_TIME;
}

/** The host's own zone at a moment. */
export function localZone(milliseconds: number): Zone {
  const date = new Date(milliseconds);
  const offset = -date.getTimezoneOffset() * 60;
  const parts = new Intl.DateTimeFormat('en-US', { timeZoneName: 'short' }).formatToParts(date);
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  return { name: /^[A-Z]{2,5}$/.test(name) ? name : '', offset, location: 'Local' };
}

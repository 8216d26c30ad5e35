import { NanoDate, unixNano } from '../../alert/nano-date.ts';

/** Nanoseconds from the year 1, where Go counts multiples of a duration from, to the Unix epoch. */
const EPOCH = 62_135_596_800_000_000_000n;

/** Nanoseconds, down to a multiple of `step`. */
export function truncateNanos(nanos: bigint, step: bigint): bigint {
  if (step <= 0n) return nanos;
  const rest = (nanos + EPOCH) % step;
  return nanos - (rest < 0n ? rest + step : rest);
}

/** A time, down to a multiple of `step` nanoseconds. */
export function truncateTime(time: Date, step: bigint): Date {
  return dateOf(truncateNanos(unixNano(time), step));
}

/** A time, to the nearest multiple of `step` nanoseconds; half way goes up. */
export function roundTime(time: Date, step: bigint): Date {
  const nanos = unixNano(time);
  const down = truncateNanos(nanos, step);
  return dateOf((nanos - down) * 2n < step ? down : down + step);
}

/** A time from nanoseconds since the Unix epoch. */
export function dateOf(nanos: bigint): Date {
  return NanoDate.fromUnixNano(nanos);
}

/** Nanoseconds as milliseconds, for timers. */
export function milliseconds(nanos: bigint): number {
  return Number(nanos) / 1e6;
}

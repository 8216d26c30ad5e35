import { type Int64, int64 } from './int64.ts';

const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  u: 1_000n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  µ: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
  w: 604_800_000_000_000n,
};

/**
 * Reads a duration such as `10s`, `1h30m`, `1.5h`, `-2d` or `250ms` into nanoseconds; `undefined` when the
 * text is none. Units: `ns u us µs ms s m h d w`. A bare `0` is a duration too.
 */
export function parseDuration(text: string): Int64 | undefined {
  const match = /^([+-]?)((?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|[uµsmhdw]))+$/.exec(text);
  if (!match) return /^[+-]?0$/.test(text) ? 0 : undefined;
  let total = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of text.matchAll(
    /(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|[uµsmhdw])/g,
  )) {
    const size = UNITS[unit] ?? 1n;
    total += BigInt(whole || '0') * size;
    if (fraction !== '') total += (BigInt(fraction) * size) / 10n ** BigInt(fraction.length);
  }
  if (total > 9_223_372_036_854_775_807n) return undefined;
  return int64(match[1] === '-' ? -total : total);
}

/** Whether Go's `time.ParseDuration` reads a text that {@link parseDuration} reads: Go has no `d`, `w`, `u` and `µ`. */
export function isGoDuration(text: string): boolean {
  return !/[dw]|[uµ](?!s)/.test(text);
}

/** Prints nanoseconds as Go prints a `time.Duration`: `0s`, `1.5µs`, `2m0s`, `7m8.090807006s`. */
export function formatDuration(nanoseconds: Int64): string {
  const value = BigInt(nanoseconds);
  if (value === 0n) return '0s';
  const sign = value < 0n ? '-' : '';
  const size = value < 0n ? -value : value;
  if (size < 1_000n) return `${sign}${size}ns`;
  if (size < 1_000_000n) return `${sign}${decimal(size, 3)}µs`;
  if (size < 1_000_000_000n) return `${sign}${decimal(size, 6)}ms`;
  const minutes = size / 60_000_000_000n;
  const seconds = decimal(size % 60_000_000_000n, 9);
  if (minutes === 0n) return `${sign}${seconds}s`;
  const hours = minutes / 60n;
  return hours === 0n ? `${sign}${minutes}m${seconds}s` : `${sign}${hours}h${minutes % 60n}m${seconds}s`;
}

function decimal(value: bigint, digits: number): string {
  const scale = 10n ** BigInt(digits);
  const fraction = String(value % scale)
    .padStart(digits, '0')
    .replace(/0+$/, '');
  return fraction === '' ? String(value / scale) : `${value / scale}.${fraction}`;
}

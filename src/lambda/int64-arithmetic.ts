import { type Int64, int64 } from '../alert/int64.ts';

// Each does the work in numbers while the result is a safe integer. `+ 0` turns -0, which no int has, into 0.

const MIN_INT: Int64 = -9_223_372_036_854_775_808n;

/** `a + b`, wrapping around at 64 bits. */
export function addInt(a: Int64, b: Int64): Int64 {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return int64(BigInt(a) + BigInt(b));
}

/** `a - b`, wrapping around at 64 bits. */
export function subtractInt(a: Int64, b: Int64): Int64 {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b;
    if (Number.isSafeInteger(difference)) return difference;
  }
  return int64(BigInt(a) - BigInt(b));
}

/** `a * b`, wrapping around at 64 bits. */
export function multiplyInt(a: Int64, b: Int64): Int64 {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b;
    if (Number.isSafeInteger(product)) return product + 0;
  }
  return int64(BigInt(a) * BigInt(b));
}

/** `a / b` cut toward zero. `b` must not be 0. The least int divided by -1 is itself. */
export function divideInt(a: Int64, b: Int64): Int64 {
  if (typeof a === 'number' && typeof b === 'number') return (a - (a % b)) / b + 0;
  return int64(BigInt(a) / BigInt(b));
}

/** The rest of `a / b`, with the sign of `a`. `b` must not be 0. */
export function remainderInt(a: Int64, b: Int64): Int64 {
  if (typeof a === 'number' && typeof b === 'number') return (a % b) + 0;
  return int64(BigInt(a) % BigInt(b));
}

/** `-a`; the least int is its own negative. */
export function negateInt(a: Int64): Int64 {
  return typeof a === 'number' ? 0 - a : int64(-a);
}

/** A float cut toward zero. What no int can hold (NaN, infinities, too large) becomes the least int, as on amd64. */
export function truncateToInt(value: number): Int64 {
  const whole = Math.trunc(value);
  if (Number.isSafeInteger(whole)) return whole + 0;
  return whole >= -(2 ** 63) && whole < 2 ** 63 ? int64(BigInt(whole)) : MIN_INT;
}

/** An int as the nearest float. */
export function intToFloat(value: Int64): number {
  return Number(value);
}

import type { Int64 } from '../../alert/int64.ts';
import {
  type BesselCoefficients,
  INTERVALS,
  ORDER_0,
  ORDER_1,
  type Quotient,
} from './bessel-coefficients.ts';
import { rational } from './polynomial.ts';

const ONE_BY_ROOT_PI = 0.5641895835477563;
const TWO_BY_PI = 0.6366197723675814;
/** From here on the asymptotic form needs no correction. */
const HUGE = 2 ** 129;
/** From here on an order is negligible beside the argument. */
const IMMENSE = 2 ** 302;

function quotient(x: number, { numerator, denominator }: Quotient): number {
  return rational(x, numerator, denominator);
}

/** Sine and cosine of x - π/4, times √2; the one that would lose digits comes from the other. */
function turned(x: number): { readonly sine: number; readonly cosine: number } {
  const s = Math.sin(x);
  const c = Math.cos(x);
  const double = -Math.cos(x + x);
  if (!Number.isFinite(x + x)) return { sine: s - c, cosine: s + c };
  return s * c < 0 ? { sine: s - c, cosine: double / (s - c) } : { sine: double / (s + c), cosine: s + c };
}

/** The corrections of modulus and phase in the asymptotic form, for x from 2 on. */
function corrections(x: number, { p, q }: BesselCoefficients, phase: number): readonly [number, number] {
  const at = INTERVALS.findIndex((start) => x >= start);
  const [pAt, qAt] = [p[at], q[at]];
  if (x > HUGE || pAt === undefined || qAt === undefined) return [1, 0];
  const z = 1 / (x * x);
  return [1 + quotient(z, pAt), (phase + quotient(z, qAt)) / x];
}

/** The Bessel function of the first kind of order 0. */
export function besselJ0(x: number): number {
  if (Number.isNaN(x)) return x;
  if (!Number.isFinite(x)) return 0;
  x = Math.abs(x);
  if (x >= 2) {
    const { sine, cosine } = turned(x);
    const [p, q] = corrections(x, ORDER_0, -0.125);
    return (ONE_BY_ROOT_PI * (p * cosine - q * sine)) / Math.sqrt(x);
  }
  const z = x * x;
  const rest = z * quotient(z, ORDER_0.j);
  return x < 1 ? 1 + z * (rest - 0.25) : (1 + x / 2) * (1 - x / 2) + z * rest;
}

/** The Bessel function of the second kind of order 0; not defined below 0. */
export function besselY0(x: number): number {
  if (Number.isNaN(x) || x < 0) return Number.NaN;
  if (x === 0) return -Infinity;
  if (x === Infinity) return 0;
  if (x >= 2) {
    const { sine, cosine } = turned(x);
    const [p, q] = corrections(x, ORDER_0, -0.125);
    return (ONE_BY_ROOT_PI * (p * sine + q * cosine)) / Math.sqrt(x);
  }
  return quotient(x * x, ORDER_0.y) + TWO_BY_PI * (besselJ0(x) * Math.log(x));
}

/** The Bessel function of the first kind of order 1. */
export function besselJ1(x: number): number {
  if (Number.isNaN(x)) return x;
  if (!Number.isFinite(x)) return 0;
  const size = Math.abs(x);
  if (size >= 2) {
    const { sine, cosine } = turned(size);
    const [p, q] = corrections(size, ORDER_1, 0.375);
    // Three quarters of a turn away: x - 3π/4.
    const value = (ONE_BY_ROOT_PI * (p * sine + q * cosine)) / Math.sqrt(size);
    return x < 0 ? -value : value;
  }
  // The original loses the sign of a tiny x here, and its answers are kept.
  if (size < 2 ** -27) return size / 2;
  const z = x * x;
  return x / 2 + x * z * quotient(z, ORDER_1.j);
}

/** The Bessel function of the second kind of order 1; not defined below 0. */
export function besselY1(x: number): number {
  if (Number.isNaN(x) || x < 0) return Number.NaN;
  if (x === 0) return -Infinity;
  if (x === Infinity) return 0;
  if (x >= 2) {
    const { sine, cosine } = turned(x);
    const [p, q] = corrections(x, ORDER_1, 0.375);
    return (ONE_BY_ROOT_PI * (q * sine - p * cosine)) / Math.sqrt(x);
  }
  if (x < 2 ** -54) return -TWO_BY_PI / x;
  return x * quotient(x * x, ORDER_1.y) + TWO_BY_PI * (besselJ1(x) * Math.log(x) - 1 / x);
}

/** The Bessel function of the first kind of any whole order. */
export function besselJ(order: Int64, x: number): number {
  const signed = Number(order);
  const n = Math.abs(signed);
  if (Number.isNaN(x)) return x;
  // J of order -n at x is J of order n at -x.
  if (signed < 0) x = -x;
  if (n === 0) return besselJ0(x);
  if (n === 1) return besselJ1(x);
  if (x === 0 || !Number.isFinite(x)) return 0;
  const size = Math.abs(x);
  const value = n <= size ? upward(n, size, besselJ0, besselJ1, quarterTurn) : downward(n, size);
  return x < 0 && n % 2 === 1 ? -value : value;
}

/** The Bessel function of the second kind of any whole order; not defined below 0. */
export function besselY(order: Int64, x: number): number {
  const signed = Number(order);
  const n = Math.abs(signed);
  if (Number.isNaN(x) || x < 0) return Number.NaN;
  const sign = signed < 0 && n % 2 === 1 ? -1 : 1;
  if (x === 0) return sign * -Infinity;
  if (n === 0) return besselY0(x);
  if (x === Infinity) return 0;
  if (n === 1) return sign * besselY1(x);
  return sign * upward(n, x, besselY0, besselY1, (turn, size) => quarterTurn(turn + 1, size));
}

/** √2 · cos(x - (2n + 1) π / 4). */
function quarterTurn(n: number, x: number): number {
  const s = Math.sin(x);
  const c = Math.cos(x);
  return [c + s, s - c, -c - s, c - s][n % 4] ?? 0;
}

/** From orders 0 and 1 up by recurrence, which is stable while the order is below x, and always for Y. */
function upward(
  n: number,
  x: number,
  order0: (x: number) => number,
  order1: (x: number) => number,
  far: (n: number, x: number) => number,
): number {
  if (x >= IMMENSE) return (ONE_BY_ROOT_PI * far(n, x)) / Math.sqrt(x);
  let before = order0(x);
  let value = order1(x);
  for (let i = 1; i < n && value !== -Infinity; i++)
    [before, value] = [value, value * ((i + i) / x) - before];
  return value;
}

/** J of an order above x: the ratio of neighbours as a continued fraction, then down to order 0. */
function downward(n: number, x: number): number {
  if (x < 2 ** -29) return firstTerm(n, x);
  let ratio = 0;
  for (let i = 2 * (n + terms(n, x)); i >= 2 * n; i -= 2) ratio = 1 / (i / x - ratio);
  let above = ratio;
  let value = 1;
  for (let i = n - 1; i > 0; i--) {
    [above, value] = [value, (value * 2 * i) / x - above];
    if (value > 1e100) {
      above /= value;
      ratio /= value;
      value = 1;
    }
  }
  const [j0, j1] = [besselJ0(x), besselJ1(x)];
  return Math.abs(j0) >= Math.abs(j1) ? (ratio * j0) / value : (ratio * j1) / above;
}

/** (x/2)ⁿ / n!, all that is left for a tiny x. */
function firstTerm(n: number, x: number): number {
  let term = 1;
  for (let i = 1; i <= n && term > 0; i++) term *= x / 2 / i;
  return term;
}

/** How many terms of the continued fraction are needed for a double. */
function terms(n: number, x: number): number {
  const step = 2 / x;
  let factor = (2 * n) / x + step;
  let [before, q] = [(2 * n) / x, ((2 * n) / x) * factor - 1];
  let k = 1;
  for (; q < 1e9; k++) {
    factor += step;
    [before, q] = [q, factor * q - before];
  }
  return k;
}

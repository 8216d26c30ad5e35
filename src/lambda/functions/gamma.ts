import { polynomial } from './polynomial.ts';

// Published coefficients (Cephes): gamma on [2, 3] as a quotient, and the correction of Stirling's formula.
const NUMERATOR = [
  9.99999999999999996796e-1, 4.94214826801497100753e-1, 2.0744822764843597515e-1, 4.76367800457137231464e-2,
  1.04213797561761569935e-2, 1.19135147006586384913e-3, 1.60119522476751861407e-4,
];
const DENOMINATOR = [
  1.0000000000000000032, 7.14304917030273074085e-2, -2.34591795718243348568e-1, 3.58236398605498653373e-2,
  1.18139785222060435552e-2, -4.45641913851797240494e-3, 5.39605580493303397842e-4,
  -2.31581873324120129819e-5,
];
const STIRLING = [
  8.33333333333482257126e-2, 3.4722222160545866731e-3, -2.68132617805781232825e-3, -2.2954996161337812638e-4,
  7.87311395793093628397e-4,
];
const EULER = 0.57721566490153286061;
const ROOT_TWO_PI = 2.50662827463100050242;
/** Above, x ** x would overflow before it is divided by e ** x. */
const LARGEST_POWER = 143.01608;

/** The gamma function. At negative whole numbers it is not defined: NaN. */
export function gamma(x: number): number {
  if (x === 0) return 1 / x;
  if (x === -Infinity || (x < 0 && Number.isInteger(x))) return Number.NaN;
  if (!Number.isFinite(x)) return x;
  const size = Math.abs(x);
  if (size <= 33) return shifted(x);
  return x > 0 ? stirling(x) : reflected(size);
}

/** Γ(-q), from Γ(q): the product of both is -π / (q sin πq). */
function reflected(q: number): number {
  const whole = Math.floor(q);
  const nearest = Math.round(q);
  const sine = Math.sin(Math.PI * Math.abs(q - nearest));
  const sign = whole % 2 === 0 ? -1 : 1;
  return (sign * Math.PI) / (q * sine) / stirling(q);
}

function stirling(x: number): number {
  if (x > 171.7) return Infinity;
  const correction = 1 + (1 / x) * polynomial(1 / x, STIRLING);
  if (x <= LARGEST_POWER) return ROOT_TWO_PI * (x ** (x - 0.5) / Math.exp(x)) * correction;
  const root = x ** (0.5 * x - 0.25);
  return ROOT_TWO_PI * (root / Math.exp(x)) * correction * root;
}

/** Brings the argument into [2, 3] by Γ(x + 1) = x Γ(x). */
function shifted(x: number): number {
  let factor = 1;
  while (x >= 3) {
    x -= 1;
    factor *= x;
  }
  while (x < 2) {
    if (Math.abs(x) < 1e-9) return factor / ((1 + EULER * x) * x);
    factor /= x;
    x += 1;
  }
  if (x === 2) return factor;
  const rest = x - 2;
  return (factor * polynomial(rest, NUMERATOR)) / polynomial(rest, DENOMINATOR);
}

import { polynomial } from './polynomial.ts';

// Published coefficients (Cephes): gamma on [2, 3] as a quotient, and the correction of Stirling's formula.
const NUMERATOR = [
  1, 0.4942148268014971, 0.20744822764843598, 0.04763678004571372, 0.010421379756176158,
  0.0011913514700658638, 0.00016011952247675185,
];
const DENOMINATOR = [
  1, 0.0714304917030273, -0.23459179571824335, 0.035823639860549865, 0.011813978522206043,
  -0.004456419138517973, 0.0005396055804933034, -0.000023158187332412014,
];
const STIRLING = [
  0.08333333333334822, 0.0034722222160545866, -0.0026813261780578124, -0.00022954996161337813,
  0.0007873113957930937,
];
const EULER = 0.5772156649015329;
const ROOT_TWO_PI = 2.5066282746310007;
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

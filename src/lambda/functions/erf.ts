import { rational } from './polynomial.ts';

// Published coefficients of the rational approximations in FreeBSD's msun, after Sun's fdlibm (1993). The intervals
// join at 27/32, 5/4 and 1/0.35.
const NEAR_0 = {
  numerator: [
    0.12837916709551256, -0.3250421072470015, -0.02848174957559851, -0.005770270296489442,
    -0.000023763016656650163,
  ],
  denominator: [
    0.39791722395915535, 0.0650222499887673, 0.005081306281875766, 0.00013249473800432164,
    -0.000003960228278775368,
  ],
};
const NEAR_1 = {
  numerator: [
    -0.0023621185607526594, 0.41485611868374833, -0.3722078760357013, 0.31834661990116175,
    -0.11089469428239668, 0.035478304325618236, -0.002166375594868791,
  ],
  denominator: [
    0.10642088040084423, 0.540397917702171, 0.07182865441419627, 0.12617121980876164, 0.01363708391202905,
    0.011984499846799107,
  ],
};
const MIDDLE = {
  numerator: [
    -0.009864944034847148, -0.6938585727071818, -10.558626225323291, -62.375332450326006, -162.39666946257347,
    -184.60509290671104, -81.2874355063066, -9.814329344169145,
  ],
  denominator: [
    19.651271667439257, 137.65775414351904, 434.56587747522923, 645.3872717332679, 429.00814002756783,
    108.63500554177944, 6.570249770319282, -0.0604244152148581,
  ],
};
const FAR = {
  numerator: [
    -0.0098649429247001, -0.799283237680523, -17.757954917754752, -160.63638485582192, -637.5664433683896,
    -1025.0951316110772, -483.5191916086514,
  ],
  denominator: [
    30.33806074348246, 325.7925129965739, 1536.729586084437, 3199.8582195085955, 2553.0504064331644,
    474.52854120695537, -22.44095244658582,
  ],
};
/** erf(1), cut to single precision. */
const ERF_1 = 0.8450629115104675;

/** (erf(x) - x) / x for small x. */
function excess(x: number): number {
  return rational(x * x, NEAR_0.numerator, NEAR_0.denominator);
}

/** erf(x) - ERF_1 for x around 1. */
function beyond1(x: number): number {
  const s = x - 1;
  return rational(s, NEAR_1.numerator, NEAR_1.denominator);
}

/** erfc(x) for x from 5/4 on. */
function tail(x: number): number {
  if (x >= 28) return 0;
  const { numerator, denominator } = x < 1 / 0.35 ? MIDDLE : FAR;
  const quotient = rational(1 / (x * x), numerator, denominator);
  // The square is split so that its leading part is exact: e^(-x²) would lose digits otherwise.
  const head = Math.fround(x);
  return (Math.exp(-head * head - 0.5625) * Math.exp((head - x) * (head + x) + quotient)) / x;
}

/** The error function. */
export function erf(x: number): number {
  if (Number.isNaN(x)) return x;
  const size = Math.abs(x);
  if (size < 0.84375) return x + x * excess(x);
  const value = size < 1.25 ? ERF_1 + beyond1(size) : 1 - tail(size);
  return x < 0 ? -value : value;
}

/** 1 - erf(x), without losing digits where erf(x) is close to 1. */
export function erfc(x: number): number {
  if (Number.isNaN(x)) return x;
  const size = Math.abs(x);
  if (size < 0.84375) return x < 0.25 ? 1 - (x + x * excess(x)) : 0.5 - (x - 0.5 + x * excess(x));
  if (size < 1.25) return x < 0 ? 1 + (ERF_1 + beyond1(size)) : 1 - ERF_1 - beyond1(size);
  return x < 0 ? 2 - tail(size) : tail(size);
}

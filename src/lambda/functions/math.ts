import type { Int64 } from '../../alert/int64.ts';
import { contextual, type FunctionContext, type LambdaFunction, signature } from '../lambda-function.ts';
import { besselJ, besselJ0, besselJ1, besselY, besselY0, besselY1 } from './bessel.ts';
import { erf, erfc } from './erf.ts';
import { gamma } from './gamma.ts';

type Unary = (x: number) => number;

function unary(name: string, call: Unary): LambdaFunction {
  return { name, signatures: [signature(['float'], 'float', call)] };
}

function binary(name: string, call: (x: number, y: number) => number): LambdaFunction {
  return { name, signatures: [signature(['float', 'float'], 'float', call)] };
}

/** The power of two below or at a number: its binary exponent. */
function logb(x: number): number {
  if (x === 0) return -Infinity;
  if (!Number.isFinite(x)) return Number.isNaN(x) ? x : Infinity;
  return exponentOf(x);
}

const view = new DataView(new ArrayBuffer(8));

function exponentOf(x: number): number {
  view.setFloat64(0, x);
  const biased = (view.getUint32(0) >>> 20) & 0x7ff;
  return biased === 0 ? exponentOf(x * 2 ** 54) - 54 : biased - 1023;
}

/** The logarithm to base 2, exact for powers of two. */
function log2(x: number): number {
  if (!(x > 0) || x === Infinity) return Math.log2(x);
  const exponent = exponentOf(x);
  const fraction = x / 2 ** Math.max(exponent, -1022) / 2 ** Math.min(0, exponent + 1022);
  return fraction === 1 ? exponent : Math.log2(x);
}

function exp2(x: number): number {
  return 2 ** x;
}

function pow(x: number, y: number): number {
  if (x === 1 || y === 0) return 1;
  return x === -1 && (y === Infinity || y === -Infinity) ? 1 : x ** y;
}

function pow10(n: Int64): number {
  if (n < -323) return 0;
  if (n > 308) return Infinity;
  // In two factors, each exact or rounded once, so that the last digit is the original's.
  const size = Math.abs(Number(n));
  const small = Number(`1e${size % 32}`);
  const large = Number(`1e${n < 0 ? '-' : ''}${size - (size % 32)}`);
  return n < 0 ? large / small : large * small;
}

function max(x: number, y: number): number {
  return x === Infinity || y === Infinity ? Infinity : Math.max(x, y);
}

function min(x: number, y: number): number {
  return x === -Infinity || y === -Infinity ? -Infinity : Math.min(x, y);
}

/** An order above this would be counted up to for longer than anyone waits. */
const HIGHEST_ORDER = 1_000_000;

type Bessel = (order: Int64, x: number) => number;

/** `from` is where the function's values begin; outside and at infinity no order is counted up to. */
function bessel(name: string, call: Bessel, from: number): LambdaFunction {
  const bind = ({ fail }: FunctionContext): Bessel => {
    return (order, x) => {
      const counts = x !== 0 && x > from && x < Infinity;
      if (counts && (order > HIGHEST_ORDER || order < -HIGHEST_ORDER))
        fail(`the order ${order} is beyond ±${HIGHEST_ORDER}, up to which it is computed`);
      return call(order, x);
    };
  };
  return { name, signatures: [contextual(['int', 'float'], 'float', bind)] };
}

/** The mathematical functions. */
export const maths: readonly LambdaFunction[] = [
  unary('abs', Math.abs),
  unary('acos', Math.acos),
  unary('acosh', Math.acosh),
  unary('asin', Math.asin),
  unary('asinh', Math.asinh),
  unary('atan', Math.atan),
  binary('atan2', Math.atan2),
  unary('atanh', Math.atanh),
  unary('cbrt', Math.cbrt),
  unary('ceil', Math.ceil),
  unary('cos', Math.cos),
  unary('cosh', Math.cosh),
  unary('erf', erf),
  unary('erfc', erfc),
  unary('exp', Math.exp),
  unary('exp2', exp2),
  unary('expm1', Math.expm1),
  unary('floor', Math.floor),
  unary('gamma', gamma),
  binary('hypot', Math.hypot),
  unary('j0', besselJ0),
  unary('j1', besselJ1),
  bessel('jn', besselJ, -Infinity),
  unary('log', Math.log),
  unary('log10', Math.log10),
  unary('log1p', Math.log1p),
  unary('log2', log2),
  unary('logb', logb),
  binary('max', max),
  binary('min', min),
  binary('mod', (x, y) => x % y),
  binary('pow', pow),
  { name: 'pow10', signatures: [signature(['int'], 'float', pow10)] },
  unary('sin', Math.sin),
  unary('sinh', Math.sinh),
  unary('sqrt', Math.sqrt),
  unary('tan', Math.tan),
  unary('tanh', Math.tanh),
  unary('trunc', Math.trunc),
  unary('y0', besselY0),
  unary('y1', besselY1),
  bessel('yn', besselY, 0),
];

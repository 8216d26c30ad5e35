import type { Int64 } from '../alert/int64.ts';
import { compareText, concatenate } from './byte-string.ts';
import {
  addInt,
  divideInt,
  intToFloat,
  multiplyInt,
  remainderInt,
  subtractInt,
  truncateToInt,
} from './int64-arithmetic.ts';
import type { LambdaType, RawValue } from './lambda-type.ts';
import type { BinaryOperator } from './node.ts';
import type { Regex } from './regex.ts';

/** A compiled piece of an expression. */
export type Run<T = RawValue> = (scope: never) => T;

/** One meaning of an operator: what it makes of two types, and the closure that does it. */
export interface Operation {
  readonly result: LambdaType;
  /** Whether the right operand must not be 0. */
  readonly divides?: true;
  /** `tooLong` throws, at the place of the operator, that a text outgrows what a text can be. */
  make(left: Run, right: Run, tooLong: () => never): Run;
}

const OPERATIONS = new Map<string, Operation>();

/** What an operator does with operands of two types; undefined when it can't. */
export function operationOf(
  operator: BinaryOperator,
  left: LambdaType,
  right: LambdaType,
): Operation | undefined {
  return OPERATIONS.get(`${left} ${operator} ${right}`);
}

/** Whether an operator can do anything with a left operand of a type. */
export function takesLeft(operator: BinaryOperator, left: LambdaType): boolean {
  return resultsOf(operator, left) !== undefined;
}

/** What an operator can give with a left operand of a type, whatever the right one is. */
export function resultsOf(operator: BinaryOperator, left: LambdaType): ReadonlySet<LambdaType> | undefined {
  return RESULTS.get(`${left} ${operator}`);
}

const RESULTS = new Map<string, Set<LambdaType>>();

function register(key: string, operation: Operation): void {
  OPERATIONS.set(key, operation);
  const left = key.slice(0, key.lastIndexOf(' '));
  RESULTS.set(left, (RESULTS.get(left) ?? new Set()).add(operation.result));
}

// Operands are checked before anything is made of them, so that what comes in has the declared type.
function define<L, R, T>(
  key: string,
  result: LambdaType,
  make: (
    left: (scope: unknown) => L,
    right: (scope: unknown) => R,
    tooLong: () => never,
  ) => (scope: unknown) => T,
  divides?: true,
): void {
  const operation = { result, make: make as unknown as Operation['make'] };
  register(key, divides ? { ...operation, divides } : operation);
}

type Float = number;
type Text = string;

define<Float, Float, Float>('float + float', 'float', (l, r) => (s) => l(s) + r(s));
define<Float, Float, Float>('float - float', 'float', (l, r) => (s) => l(s) - r(s));
define<Float, Float, Float>('float * float', 'float', (l, r) => (s) => l(s) * r(s));
define<Float, Float, Float>('float / float', 'float', (l, r) => (s) => l(s) / r(s));
define<Int64, Int64, Int64>('int + int', 'int', (l, r) => (s) => addInt(l(s), r(s)));
define<Int64, Int64, Int64>('int - int', 'int', (l, r) => (s) => subtractInt(l(s), r(s)));
define<Int64, Int64, Int64>('int * int', 'int', (l, r) => (s) => multiplyInt(l(s), r(s)));
define<Int64, Int64, Int64>('int / int', 'int', (l, r) => (s) => divideInt(l(s), r(s)), true);
define<Int64, Int64, Int64>('int % int', 'int', (l, r) => (s) => remainderInt(l(s), r(s)), true);
define<Text, Text, Text>(
  'string + string',
  'string',
  (l, r, tooLong) => (s) => concatenate(l(s), r(s), tooLong),
);
define<Int64, Int64, Int64>('duration + duration', 'duration', (l, r) => (s) => addInt(l(s), r(s)));
define<Int64, Int64, Int64>('duration - duration', 'duration', (l, r) => (s) => subtractInt(l(s), r(s)));
define<Int64, Int64, Int64>('duration * int', 'duration', (l, r) => (s) => multiplyInt(l(s), r(s)));
define<Int64, Int64, Int64>('int * duration', 'duration', (l, r) => (s) => multiplyInt(l(s), r(s)));
define<Int64, Float, Int64>(
  'duration * float',
  'duration',
  (l, r) => (s) => truncateToInt(intToFloat(l(s)) * r(s)),
);
define<Float, Int64, Int64>(
  'float * duration',
  'duration',
  (l, r) => (s) => truncateToInt(l(s) * intToFloat(r(s))),
);
define<Int64, Int64, Int64>('duration / int', 'duration', (l, r) => (s) => divideInt(l(s), r(s)), true);
define<Int64, Float, Int64>(
  'duration / float',
  'duration',
  (l, r) => (s) => truncateToInt(intToFloat(l(s)) / r(s)),
);
define<Int64, Int64, Int64>('duration / duration', 'int', (l, r) => (s) => divideInt(l(s), r(s)), true);

for (const type of ['float', 'int', 'duration', 'string', 'bool'] as const) {
  // Ints and durations are in one form each (a number when safe), so identity is equality for all of these.
  define<RawValue, RawValue, boolean>(`${type} == ${type}`, 'bool', (l, r) => (s) => l(s) === r(s));
  define<RawValue, RawValue, boolean>(`${type} != ${type}`, 'bool', (l, r) => (s) => l(s) !== r(s));
}
for (const type of ['float', 'int', 'duration'] as const) {
  define<Int64, Int64, boolean>(`${type} < ${type}`, 'bool', (l, r) => (s) => l(s) < r(s));
  define<Int64, Int64, boolean>(`${type} <= ${type}`, 'bool', (l, r) => (s) => l(s) <= r(s));
  define<Int64, Int64, boolean>(`${type} > ${type}`, 'bool', (l, r) => (s) => l(s) > r(s));
  define<Int64, Int64, boolean>(`${type} >= ${type}`, 'bool', (l, r) => (s) => l(s) >= r(s));
}
define<Text, Text, boolean>('string < string', 'bool', (l, r) => (s) => compareText(l(s), r(s)) < 0);
define<Text, Text, boolean>('string <= string', 'bool', (l, r) => (s) => compareText(l(s), r(s)) <= 0);
define<Text, Text, boolean>('string > string', 'bool', (l, r) => (s) => compareText(l(s), r(s)) > 0);
define<Text, Text, boolean>('string >= string', 'bool', (l, r) => (s) => compareText(l(s), r(s)) >= 0);
define<Text, Regex, boolean>('string =~ regex', 'bool', (l, r) => (s) => {
  const subject = l(s);
  return r(s).test(subject);
});
define<Text, Regex, boolean>('string !~ regex', 'bool', (l, r) => (s) => {
  const subject = l(s);
  return !r(s).test(subject);
});
define<boolean, boolean, boolean>('bool AND bool', 'bool', (l, r) => (s) => l(s) && r(s));
define<boolean, boolean, boolean>('bool OR bool', 'bool', (l, r) => (s) => l(s) || r(s));

// An int beside a float is compared as the nearest float.
for (const operator of ['==', '!=', '<', '<=', '>', '>='] as const) {
  const floats = operationOf(operator, 'float', 'float');
  if (floats === undefined) continue;
  const asFloat = (run: Run): Run => ((s: never) => intToFloat(run(s) as Int64)) as Run;
  register(`int ${operator} float`, {
    result: 'bool',
    make: (l, r, tooLong) => floats.make(asFloat(l), r, tooLong),
  });
  register(`float ${operator} int`, {
    result: 'bool',
    make: (l, r, tooLong) => floats.make(l, asFloat(r), tooLong),
  });
}

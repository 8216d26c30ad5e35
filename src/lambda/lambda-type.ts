import type { Int64 } from '../alert/int64.ts';
import { Duration } from './duration.ts';
import { Regex } from './regex.ts';

/** The types of the lambda language. `missing` is the type of a reference that nothing in the scope answers. */
export type LambdaType = 'bool' | 'int' | 'float' | 'string' | 'duration' | 'time' | 'regex' | 'missing';

/** Every {@link LambdaType}. */
export const LAMBDA_TYPES: readonly LambdaType[] = [
  'bool',
  'int',
  'float',
  'string',
  'duration',
  'time',
  'regex',
  'missing',
];

/**
 * A value that goes into an expression or comes out of it. A `number` is a float, a `bigint` an int; times
 * are `Date`s, durations {@link Duration}s, patterns {@link Regex}es.
 */
export type LambdaValue = boolean | bigint | number | string | Duration | Date | Regex;

/** What a scope may answer for a reference: a value, or `undefined` or `null` when there is none. */
export type ScopeValue = LambdaValue | undefined | null;

/** Inside, an int and a duration are held as {@link Int64}. */
export type RawValue = boolean | Int64 | string | Date | Regex;

/** The type of a scope's value, or `undefined` when no expression can use it. */
export function typeOfValue(value: unknown): LambdaType | undefined {
  switch (typeof value) {
    case 'number':
      return 'float';
    case 'string':
      return 'string';
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'undefined':
      return 'missing';
    default:
      if (value === null) return 'missing';
      if (value instanceof Date) return 'time';
      if (value instanceof Duration) return 'duration';
      return value instanceof Regex ? 'regex' : undefined;
  }
}

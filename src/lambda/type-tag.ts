import { LambdaEvaluationError } from '../errors.ts';
import { Duration } from './duration.ts';
import type { LambdaType, ScopeValue } from './lambda-type.ts';
import { Regex } from './regex.ts';

/** The types in the order of their tags. */
export const TYPE_TAGS: readonly LambdaType[] = [
  'missing',
  'float',
  'int',
  'string',
  'bool',
  'time',
  'duration',
  'regex',
];

/**
 * The type of a scope's value as a small number.
 *
 * @throws {LambdaEvaluationError} When no expression can use the value.
 */
export function tagOf(value: ScopeValue, name: string): number {
  switch (typeof value) {
    case 'number':
      return 1;
    case 'bigint':
      return 2;
    case 'string':
      return 3;
    case 'boolean':
      return 4;
    case 'undefined':
      return 0;
    default:
      return tagOfObject(value, name);
  }
}

function tagOfObject(value: Date | Duration | Regex | null, name: string): number {
  if (value === null) return 0;
  if (value instanceof Duration) return 6;
  if (value instanceof Regex) return 7;
  if (value instanceof Date && !Number.isNaN(value.getTime())) return 5;
  const what = value instanceof Date ? 'an invalid Date' : `an ${typeof value}`;
  throw new LambdaEvaluationError(`"${name}" holds ${what}, which no expression can use`, {
    cure: 'Values are numbers, bigints, strings, booleans, Dates and Durations.',
  });
}

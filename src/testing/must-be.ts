import { RuleTestError } from '../errors.ts';
import { isMap } from '../handler/is-map.ts';

/**
 * Makes sure that what a test was given is a list.
 *
 * @throws {RuleTestError} When it is none.
 */
export function mustBeList(what: string, given: unknown, cure?: string): asserts given is readonly unknown[] {
  if (Array.isArray(given)) return;
  throw new RuleTestError(`${what} must be a list, got ${named(given)}`, { ...(cure && { cure }) });
}

/**
 * Makes sure that what a test was given is an object and no list.
 *
 * @throws {RuleTestError} When it is none.
 */
export function mustBeObject(what: string, given: unknown, cure?: string): asserts given is object {
  if (isMap(given)) return;
  throw new RuleTestError(`${what} must be an object, got ${named(given)}`, { ...(cure && { cure }) });
}

function named(given: unknown): string {
  if (given === null || given === undefined) return String(given);
  if (Array.isArray(given)) return 'a list';
  if (typeof given === 'string') return `'${given}'`;
  return typeof given === 'object' ? 'an object' : `a ${typeof given}`;
}

import type { ScopeValue } from './lambda-type.ts';
import type { BinaryOperator } from './node.ts';
import type { Run } from './operators.ts';
import type { Regex } from './regex.ts';

/*
 * The comparison of a reference with a literal is what most conditions consist of. Each of these answers it in
 * one closure when the value has the literal's type, and leaves everything else to the general way.
 */

/** A comparison with a text. */
export function textShortcut(
  operator: BinaryOperator,
  read: Run<ScopeValue>,
  text: string,
  otherwise: Run<boolean>,
): Run<boolean> | undefined {
  switch (operator) {
    case '==':
      return (scope) => {
        const value = read(scope);
        return typeof value === 'string' ? value === text : otherwise(scope);
      };
    case '!=':
      return (scope) => {
        const value = read(scope);
        return typeof value === 'string' ? value !== text : otherwise(scope);
      };
    default:
      return undefined;
  }
}

/** A match with a regex. */
export function regexShortcut(
  operator: BinaryOperator,
  read: Run<ScopeValue>,
  regex: Regex,
  otherwise: Run<boolean>,
): Run<boolean> | undefined {
  switch (operator) {
    case '=~':
      return (scope) => {
        const value = read(scope);
        return typeof value === 'string' ? regex.test(value) : otherwise(scope);
      };
    case '!~':
      return (scope) => {
        const value = read(scope);
        return typeof value === 'string' ? !regex.test(value) : otherwise(scope);
      };
    default:
      return undefined;
  }
}

/** A comparison with an int or a float. */
export function numberShortcut(
  operator: BinaryOperator,
  read: Run<ScopeValue>,
  number: number,
  otherwise: Run<boolean>,
): Run<boolean> | undefined {
  switch (operator) {
    case '==':
      return (scope) => {
        const value = read(scope);
        return typeof value === 'number' ? value === number : otherwise(scope);
      };
    case '!=':
      return (scope) => {
        const value = read(scope);
        return typeof value === 'number' ? value !== number : otherwise(scope);
      };
    case '<':
      return (scope) => {
        const value = read(scope);
        return typeof value === 'number' ? value < number : otherwise(scope);
      };
    case '<=':
      return (scope) => {
        const value = read(scope);
        return typeof value === 'number' ? value <= number : otherwise(scope);
      };
    case '>':
      return (scope) => {
        const value = read(scope);
        return typeof value === 'number' ? value > number : otherwise(scope);
      };
    case '>=':
      return (scope) => {
        const value = read(scope);
        return typeof value === 'number' ? value >= number : otherwise(scope);
      };
    default:
      return undefined;
  }
}

import type { Point } from '../alert/point.ts';
import type { LambdaType, ScopeValue } from './lambda-type.ts';

/**
 * How the references of an expression are answered. One reader is made per reference when an expression is
 * compiled, so that an evaluation does no more than the look-up.
 *
 * @example
 * ```ts
 * import { compileLambda, type ScopeKind } from 'tocsin';
 *
 * const headers: ScopeKind<Headers> = { reader: (name) => (scope) => scope.get(name) };
 * compileLambda('"user-agent" =~ /bot/', { scope: headers }).evaluateBoolean(new Headers());
 * ```
 */
export interface ScopeKind<Scope> {
  /**
   * Makes the function that reads one name. It answers `undefined` for what is not there; it must not answer
   * what the scope's object merely inherits.
   */
  reader(name: string): (scope: Scope) => ScopeValue;
  /**
   * The types that its values can have, `missing` aside. What can't work with any of them is then an error when the
   * expression is compiled. Left out, they can have any.
   */
  readonly holds?: readonly LambdaType[];
}

/** The names that every plain object inherits something under; only for these is ownership worth asking. */
function isInherited(name: string): boolean {
  return name in Object.prototype;
}

/** A plain object, of which only own properties count. */
export const mapScope: ScopeKind<Readonly<Record<string, ScopeValue>>> = {
  reader: (name) =>
    isInherited(name)
      ? (scope) => (Object.hasOwn(scope, name) ? scope[name] : undefined)
      : (scope) => scope[name],
};

const NONE: Readonly<Record<string, string>> = Object.freeze(Object.create(null));

/** A point: its fields, then its tags; `"time"` is the point's time. */
export const pointScope: ScopeKind<Point> = {
  holds: ['float', 'int', 'string', 'bool', 'time'],
  reader: (name) => {
    if (name === 'time') return (point) => point.time;
    if (isInherited(name)) {
      return ({ fields, tags = NONE }) =>
        Object.hasOwn(fields, name) ? fields[name] : Object.hasOwn(tags, name) ? tags[name] : undefined;
    }
    return ({ fields, tags }) => {
      const field = fields[name];
      return field === undefined && tags !== undefined ? tags[name] : field;
    };
  },
};

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
export function isInherited(name: string): boolean {
  return name in Object.prototype;
}

/** A plain object, of which only own properties count. */
export const mapScope: ScopeKind<Readonly<Record<string, ScopeValue>>> = {
  reader: (name) =>
    isInherited(name)
      ? (scope) => (Object.hasOwn(scope, name) ? scope[name] : undefined)
      : (scope) => scope[name],
};

/** A point: its fields, then its tags; `"time"` is the point's time. */
export const pointScope: ScopeKind<Point> = {
  holds: ['float', 'int', 'string', 'bool', 'time'],
  reader: (name) => pointReader(name),
};

/**
 * Reads a field of a point, or else a tag; `"time"` is the point's time. `both` answers for a name that is both;
 * left out, the field does.
 *
 * Every scope of points has its readers from here: as long as one function reads for all, V8 puts it in place where
 * it is called.
 */
export function pointReader(
  name: string,
  both?: (name: string, field: ScopeValue, tag: string) => ScopeValue,
): (point: Point) => ScopeValue {
  if (name === 'time') return (point) => point.time;
  const inherited = isInherited(name);
  return ({ fields, tags }) => {
    const field = inherited && !Object.hasOwn(fields, name) ? undefined : fields[name];
    if (tags === undefined || (field !== undefined && both === undefined)) return field;
    const tag = Object.hasOwn(tags, name) ? tags[name] : undefined;
    if (tag === undefined) return field;
    return field === undefined || both === undefined ? tag : both(name, field, tag);
  };
}

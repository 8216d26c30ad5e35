import { ANY, BOOL, FLOAT64, type GoType, INT, STRING } from './go-type.ts';

/**
 * A value with the type that Go would give it. What `raw` is depends on the type's kind: ints are `Int64`,
 * floats numbers, lists arrays, maps plain objects or `Map`s, structs plain objects by member name.
 *
 * Where no value may be, `undefined` stands for it: a key that is not in a map, for example.
 */
export class Value {
  readonly type: GoType;
  readonly raw: unknown;

  constructor(type: GoType, raw: unknown) {
    this.type = type;
    this.raw = raw;
  }
}

/** A complex number. */
export interface Complex {
  readonly real: number;
  readonly imaginary: number;
}

/** An empty interface: what a field that is there, but holds nothing, gives. */
export const NIL: Value = new Value(ANY, null);
export const TRUE: Value = new Value(BOOL, true);
export const FALSE: Value = new Value(BOOL, false);

/** A text. */
export function stringValue(text: string): Value {
  return new Value(STRING, text);
}

/** A truth value. */
export function boolValue(truth: boolean): Value {
  return truth ? TRUE : FALSE;
}

/** An `int`. */
export function intValue(integer: number | bigint): Value {
  return new Value(INT, integer);
}

/** A `float64`. */
export function floatValue(float: number): Value {
  return new Value(FLOAT64, float);
}

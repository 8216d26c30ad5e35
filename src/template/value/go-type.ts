import type { Value } from './value.ts';

/** The families that values are told apart by, as Go's reflection does. */
export type Kind =
  | 'bool'
  | 'int'
  | 'uint'
  | 'float'
  | 'complex'
  | 'string'
  | 'slice'
  | 'map'
  | 'struct'
  | 'pointer'
  | 'interface';

/** A member of a struct. */
export interface Field {
  readonly name: string;
  readonly type: GoType;
  /** Whether its own members are reached without naming it, and it cannot be named. */
  readonly embedded?: boolean;
  /** Its name in JSON, when that is another. */
  readonly json?: string;
  /** Whether JSON leaves it out when it is empty. */
  readonly omitEmpty?: boolean;
}

/** A method that templates can call. */
export interface Method {
  /** The types of its arguments. */
  readonly parameters: readonly GoType[];
  /** Why it cannot be called, though it is there. */
  readonly uncallable?: string;
  call(receiver: Value, args: readonly (Value | undefined)[]): Value;
}

/** The type of a value, as far as templates can tell. */
export interface GoType {
  /** The name that `%T` prints. */
  readonly name: string;
  readonly kind: Kind;
  /** The size of a number. */
  readonly bits?: number;
  /** What a list, map or pointer holds. */
  readonly elem?: GoType;
  /** What a map's keys are. */
  readonly key?: GoType;
  /** The members of a struct, in order. */
  readonly fields?: readonly Field[];
  /** The types of a struct's members by name, those of embedded structs among them. */
  readonly members?: ReadonlyMap<string, GoType>;
  readonly methods?: ReadonlyMap<string, Method>;
  /** How a value prints where its type has a text of its own. */
  readonly text?: (raw: unknown) => string;
  /** How a value prints with `%#v`, where that is its own affair. */
  readonly goText?: (raw: unknown) => string;
  /** How a value is written as JSON, where that is its own affair. */
  readonly json?: (raw: unknown) => string;
  /** The members that a value with a text of its own has for verbs that take no text. */
  readonly inside?: (raw: unknown) => Value;
  /** A number that is an int or a float as asked: an integral `number` of JavaScript. */
  readonly loose?: boolean;
}

const basic = (name: string, kind: Kind, bits?: number): GoType =>
  bits === undefined ? { name, kind } : { name, kind, bits };

export const BOOL: GoType = basic('bool', 'bool');
export const STRING: GoType = basic('string', 'string');
export const INT: GoType = basic('int', 'int', 64);
export const INT64: GoType = basic('int64', 'int', 64);
export const UINT8: GoType = basic('uint8', 'uint', 8);
export const FLOAT64: GoType = basic('float64', 'float', 64);
export const COMPLEX128: GoType = basic('complex128', 'complex', 128);
/** An integral `number` outside strict mode. */
export const LOOSE_INT: GoType = { name: 'int64', kind: 'int', bits: 64, loose: true };
/** Any other `number` outside strict mode. */
export const LOOSE_FLOAT: GoType = { name: 'float64', kind: 'float', bits: 64, loose: true };
/** Whatever a field holds; a `number` is a float64. */
export const ANY: GoType = { name: 'interface {}', kind: 'interface' };
/** Whatever a field holds; an integral `number` is an int, and a float where one is asked for. */
export const LOOSE_ANY: GoType = { name: 'interface {}', kind: 'interface', loose: true };

/** The type of lists of a type. */
export function sliceOf(elem: GoType): GoType {
  return { name: `[]${elem.name}`, kind: 'slice', elem };
}

/** The type of maps. */
export function mapOf(key: GoType, elem: GoType): GoType {
  return { name: `map[${key.name}]${elem.name}`, kind: 'map', key, elem };
}

/** The type of pointers to a type. */
export function pointerTo(elem: GoType): GoType {
  return { name: `*${elem.name}`, kind: 'pointer', elem };
}

export const BYTES: GoType = sliceOf(UINT8);
export const STRING_MAP: GoType = mapOf(STRING, STRING);
export const ANY_MAP: GoType = mapOf(STRING, ANY);
export const LOOSE_ANY_MAP: GoType = mapOf(STRING, LOOSE_ANY);
export const ANY_SLICE: GoType = sliceOf(ANY);
export const LOOSE_ANY_SLICE: GoType = sliceOf(LOOSE_ANY);

/** The type of a struct. */
export function structOf(name: string, fields: readonly Field[]): GoType {
  const members = new Map<string, GoType>();
  for (const field of fields) {
    if (field.embedded) for (const [inner, type] of field.type.members ?? []) members.set(inner, type);
    else members.set(field.name, field.type);
  }
  return { name, kind: 'struct', fields, members };
}

/** What a function takes when it wants any value as it is, or none. */
export const VALUE: GoType = { name: 'reflect.Value', kind: 'struct' };

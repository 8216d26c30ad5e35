import { pointed } from '../execute/member.ts';
import type { TemplateFunction } from '../execute/template-function.ts';
import { typedValue } from '../value/any-value.ts';
import { byteLength, fromBytes, isAscii, toBytes } from '../value/bytes.ts';
import { type GoType, INT, UINT8, VALUE } from '../value/go-type.ts';
import { mapValue } from '../value/map-entries.ts';
import { TemplateFailure } from '../value/template-failure.ts';
import { sizeOf } from '../value/truth.ts';
import { typePhrase, typeSubject } from '../value/type-phrase.ts';
import { NIL, stringValue, Value } from '../value/value.ts';

/** `index`: goes down lists, maps and texts, one key after the other. */
export const index: TemplateFunction = {
  parameters: [VALUE],
  rest: VALUE,
  call([first, ...keys]) {
    if (first === undefined || first === NIL) throw new TemplateFailure('index has no value to look into');
    let value = first;
    for (const key of keys) value = one(target(value, 'index'), key);
    return value;
  },
};

/** `slice`: a piece of a text (by bytes) or list. */
export const slice: TemplateFunction = {
  parameters: [VALUE],
  rest: VALUE,
  call([first, ...bounds]) {
    if (first === undefined || first === NIL) throw new TemplateFailure('slice has no value to cut');
    if (bounds.length > 3) throw new TemplateFailure('slice takes three bounds at most');
    const value = target(first, 'slice');
    const isText = value.type.kind === 'string';
    if (!isText && value.type.kind !== 'slice') {
      throw new TemplateFailure(`slice cannot cut ${typePhrase(value.type)}`);
    }
    if (isText && bounds.length === 3) throw new TemplateFailure('slice takes two bounds for a text');
    const length = isText ? byteLength(String(value.raw)) : sizeOf(value.raw);
    const [from = 0, to = length, capacity] = bounds.map((bound) => position(bound, length, 'slice'));
    if (from > to || (capacity !== undefined && to > capacity)) {
      throw new TemplateFailure(`slice cannot cut from ${from} to ${to}`);
    }
    if (!isText) return new Value(value.type, ((value.raw ?? []) as unknown[]).slice(from, to));
    return stringValue(cut(String(value.raw), from, to));
  },
};

/** `len`: how many bytes or members. */
export const len: TemplateFunction = {
  parameters: [VALUE],
  call([argument]) {
    if (argument === undefined || argument === NIL) throw new TemplateFailure('len has no value to measure');
    const value = target(argument, 'len');
    switch (value.type.kind) {
      case 'string':
        return new Value(INT, byteLength(String(value.raw)));
      case 'slice':
      case 'map':
        return new Value(INT, sizeOf(value.raw));
      default:
        throw new TemplateFailure(`${typeSubject(value.type)} has no length`);
    }
  },
};

function one(value: Value, key: Value | undefined): Value {
  const { type } = value;
  switch (type.kind) {
    case 'string': {
      const text = String(value.raw);
      const at = position(key, byteLength(text) - 1, 'index');
      return new Value(UINT8, isAscii(text) ? text.charCodeAt(at) : toBytes(text)[at]);
    }
    case 'slice': {
      const list = (value.raw ?? []) as ArrayLike<unknown>;
      return typedValue(type.elem ?? UINT8, list[position(key, list.length - 1, 'index')]);
    }
    case 'map':
      return entry(value, key, type.key, type.elem);
    default:
      throw new TemplateFailure(`index cannot look into ${typePhrase(type)}`);
  }
}

function entry(map: Value, key: Value | undefined, keyType?: GoType, elem?: GoType): Value {
  if (key === undefined || key === NIL)
    throw new TemplateFailure(`index needs ${typePhrase(keyType)} as a key`);
  if (!keyType || !elem) return NIL;
  const exact = key.type.name === keyType.name;
  // Any whole number can be the key of a map with whole numbers as keys.
  if (!exact && !(isWhole(key.type) && isWhole(keyType))) {
    throw new TemplateFailure(`index needs ${typePhrase(keyType)} as a key, not ${typePhrase(key.type)}`);
  }
  return mapValue(map, key.raw) ?? typedValue(elem, undefined);
}

function isWhole({ kind }: GoType): boolean {
  return kind === 'int' || kind === 'uint';
}

function position(bound: Value | undefined, last: number, name: string): number {
  if (bound === undefined || bound === NIL || (bound.type.kind !== 'int' && bound.type.kind !== 'uint')) {
    throw new TemplateFailure(`${name} needs a whole number here, not ${typePhrase(bound?.type)}`);
  }
  const at = Number(bound.raw);
  if (at < 0 || at > last) throw new TemplateFailure(`${name} cannot go to ${at}: there are 0 to ${last}`);
  return at;
}

function target(value: Value, name: string): Value {
  if (value === NIL || (value.type.kind === 'pointer' && value.raw === null)) {
    throw new TemplateFailure(`${name} cannot look into nil`);
  }
  return value.type.kind === 'pointer' ? pointed(value) : value;
}

function cut(text: string, from: number, to: number): string {
  return isAscii(text) ? text.slice(from, to) : fromBytes(toBytes(text).slice(from, to));
}

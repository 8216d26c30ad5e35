import { compareBytes } from '../../alert/compare-bytes.ts';
import { typedValue } from './any-value.ts';
import { ANY, type GoType, STRING } from './go-type.ts';
import { stringValue, type Value } from './value.ts';

/** What a map holds under a key of its own key type; `undefined` when it has no such key. */
export function mapValue(map: Value, key: unknown): Value | undefined {
  const { raw, type } = map;
  const elem = type.elem ?? ANY;
  if (raw instanceof Map) return raw.has(key) ? typedValue(elem, raw.get(key)) : undefined;
  if (raw === null || typeof key !== 'string' || !Object.hasOwn(raw as object, key)) return undefined;
  return typedValue(elem, (raw as Record<string, unknown>)[key]);
}

/** A map's keys and values, in the order of the keys, as Go prints and ranges over them. */
export function mapEntries(map: Value): (readonly [key: Value, value: Value])[] {
  const { raw, type } = map;
  const elem = type.elem ?? ANY;
  if (raw === null) return [];
  if (raw instanceof Map) {
    const keyType = type.key ?? STRING;
    return [...raw.keys()]
      .sort((a, b) => compareKeys(keyType, a, b))
      .map((key) => [typedValue(keyType, key), typedValue(elem, raw.get(key))] as const);
  }
  const members = raw as Record<string, unknown>;
  return Object.keys(members)
    .sort(compareBytes)
    .map((key) => [stringValue(key), typedValue(elem, members[key])] as const);
}

function compareKeys(type: GoType, a: unknown, b: unknown): number {
  if (type.kind === 'string') return compareBytes(String(a), String(b));
  const [x, y] = [a as number, b as number];
  return x < y ? -1 : x > y ? 1 : 0;
}

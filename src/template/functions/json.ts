import { compareBytes } from '../../alert/compare-bytes.ts';
import { goJsonNumber, goJsonString } from '../../alert/go-json.ts';
import type { TemplateFunction } from '../execute/template-function.ts';
import { shortestDecimal } from '../fmt/decimal.ts';
import { floatText } from '../fmt/float-text.ts';
import { typedValue } from '../value/any-value.ts';
import { ANY, type Field, type GoType, UINT8 } from '../value/go-type.ts';
import { mapEntries } from '../value/map-entries.ts';
import { TemplateFailure } from '../value/template-failure.ts';
import { isTrue } from '../value/truth.ts';
import { Value } from '../value/value.ts';

const LONE_SURROGATE = /[\ud800-\udfff]/u;

/** `json` and `jsonCompact`, which differ in the newline at the end. What JSON cannot hold gives nothing. */
export function jsonFunction(result: GoType, end: '\n' | ''): TemplateFunction {
  return {
    parameters: [ANY],
    call: ([value]) => new Value(result, jsonOrNothing(value, end)),
  };
}

/** A value as Go's `encoding/json` writes it. */
export function jsonText(value: Value | undefined): string {
  if (value === undefined) return 'null';
  const { type, raw } = value;
  if (raw === null) return 'null';
  if (type.json) return type.json(raw);
  switch (type.kind) {
    case 'bool':
    case 'int':
    case 'uint':
      return String(raw);
    case 'float':
      return floatJson(raw as number, type.bits ?? 64);
    case 'string':
      return stringJson(String(raw));
    case 'map':
      return mapJson(value);
    case 'slice':
      return sliceJson(raw as ArrayLike<unknown>, type.elem ?? UINT8);
    case 'struct':
      return `{${membersJson(type, raw as Record<string, unknown>).join(',')}}`;
    case 'pointer':
      return jsonText(new Value(type.elem ?? ANY, raw));
    default:
      throw new TemplateFailure(`JSON has no ${type.name}`);
  }
}

function jsonOrNothing(value: Value | undefined, end: string): string {
  try {
    return jsonText(value) + end;
  } catch (error) {
    if (error instanceof TemplateFailure) return '';
    throw error;
  }
}

function floatJson(value: number, bits: number): string {
  let text = goJsonNumber(value);
  if (text === undefined) throw new TemplateFailure('JSON has no NaN and no infinity');
  if (bits === 32 && value !== 0) {
    const { point } = shortestDecimal(value, 32);
    text = floatText(value, point > 21 || point < -5 ? 'e' : 'f', -1, 32).replace(/e([+-])0/, 'e$1');
  }
  return text;
}

function stringJson(text: string): string {
  if (!LONE_SURROGATE.test(text)) return goJsonString(text);
  const pieces = text.split(LONE_SURROGATE).map((piece) => goJsonString(piece).slice(1, -1));
  return `"${pieces.join('\\ufffd')}"`;
}

function mapJson(map: Value): string {
  const kind = map.type.key?.kind;
  if (kind !== 'string' && kind !== 'int' && kind !== 'uint') {
    throw new TemplateFailure(`JSON has no ${map.type.name}`);
  }
  const members = mapEntries(map).map(([key, value]) => [String(key.raw), value] as const);
  members.sort(([a], [b]) => compareBytes(a, b));
  return `{${members.map(([key, value]) => `${stringJson(key)}:${jsonText(value)}`).join(',')}}`;
}

function sliceJson(list: ArrayLike<unknown>, elem: GoType): string {
  if (elem === UINT8) return `"${btoa(String.fromCharCode(...Array.from(list, Number)))}"`;
  return `[${Array.from(list, (member) => jsonText(typedValue(elem, member))).join(',')}]`;
}

function membersJson(type: GoType, record: Record<string, unknown>): string[] {
  return (type.fields ?? []).flatMap((field) => {
    if (field.embedded) return membersJson(field.type, record);
    const value = typedValue(field.type, record[field.name]);
    return field.omitEmpty && !isTrue(value) ? [] : [memberJson(field, value)];
  });
}

function memberJson(field: Field, value: Value): string {
  return `${goJsonString(field.json ?? field.name)}:${jsonText(value)}`;
}

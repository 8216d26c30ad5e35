import { NIL, type Value } from '../value/value.ts';
import { noFlags } from './flags.ts';
import { shortFloatText } from './float-text.ts';
import { argumentText } from './printer.ts';

/** What an action writes for a value. */
export function displayText(value: Value | undefined): string {
  if (value === undefined || value === NIL) return '<no value>';
  if (value.type.kind === 'pointer' && value.raw !== null && value.type.elem && !value.type.text) {
    return plainText({ type: value.type.elem, raw: value.raw });
  }
  return value.type.kind === 'pointer' && value.raw === null ? '<nil>' : plainText(value);
}

/** What `%v` prints. */
export function plainText(value: Value | undefined): string {
  if (value === undefined || value === NIL) return '<nil>';
  const { type, raw } = value;
  if (type.kind === 'string' && !type.text) return String(raw);
  if (!type.text) {
    if (type.kind === 'int' || type.kind === 'uint' || type.kind === 'bool') return String(raw);
    if (type.kind === 'float') return shortFloatText(raw as number, type.bits ?? 64);
  }
  return argumentText(value, 'v', noFlags());
}

/** Joins values as `print` does: with a blank where neither neighbour is a text. */
export function printed(values: readonly (Value | undefined)[]): string {
  let text = '';
  let afterText = true;
  for (const value of values) {
    const isText = value?.type.kind === 'string';
    if (!isText && !afterText) text += ' ';
    text += plainText(value);
    afterText = isText;
  }
  return text;
}

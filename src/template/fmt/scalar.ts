import type { Int64 } from '../../alert/int64.ts';
import { toBytes } from '../value/bytes.ts';
import type { Complex } from '../value/value.ts';
import { countCharacters, type Flags, firstCharacters, pad, padding } from './flags.ts';
import { type FloatForm, floatText } from './float-text.ts';
import { canBackquote, charText, isPrintable, quoted, quotedChar } from './quote.ts';

/** What each of these prints by a verb; `undefined` when the verb is not for it. */
export function boolText(value: boolean, verb: string, flags: Flags): string | undefined {
  return verb === 't' || verb === 'v' ? pad(String(value), flags) : undefined;
}

export function stringText(text: string, verb: string, flags: Flags): string | undefined {
  switch (verb) {
    case 'v':
      return flags.sharpV ? quotedText(text, flags) : pad(cut(text, flags), flags);
    case 's':
      return pad(cut(text, flags), flags);
    case 'q':
      return quotedText(text, flags);
    case 'x':
    case 'X':
      return hexBytes(toBytes(text), verb, flags);
    default:
      return undefined;
  }
}

export function integerText(value: Int64, signed: boolean, verb: string, flags: Flags): string | undefined {
  switch (verb) {
    case 'v':
      if (flags.sharpV && !signed) return digits(value, 16, 'v', { ...flags, sharp: true });
      return digits(value, 10, verb, flags);
    case 'd':
      return digits(value, 10, verb, flags);
    case 'b':
      return digits(value, 2, verb, flags);
    case 'o':
    case 'O':
      return digits(value, 8, verb, flags);
    case 'x':
    case 'X':
      return digits(value, 16, verb, flags);
    case 'c':
      return pad(charText(value), flags);
    case 'q':
      return pad(quotedChar(Number(value), flags.plus), flags);
    case 'U':
      return unicodeText(value, flags);
    default:
      return undefined;
  }
}

export function floatVerbText(value: number, bits: number, verb: string, flags: Flags): string | undefined {
  switch (verb) {
    case 'v':
      return floatWithFlags(value, bits, 'g', -1, flags);
    case 'g':
    case 'G':
    case 'b':
    case 'x':
    case 'X':
      return floatWithFlags(value, bits, verb, -1, flags);
    case 'e':
    case 'E':
    case 'f':
      return floatWithFlags(value, bits, verb, 6, flags);
    case 'F':
      return floatWithFlags(value, bits, 'f', 6, flags);
    default:
      return undefined;
  }
}

export function complexText(value: Complex, verb: string, flags: Flags): string | undefined {
  const real = floatVerbText(value.real, 64, verb, flags);
  const imaginary = floatVerbText(value.imaginary, 64, verb, { ...flags, plus: true });
  return real === undefined || imaginary === undefined ? undefined : `(${real}${imaginary}i)`;
}

export function bytesText(bytes: ArrayLike<number>, text: string, verb: string, flags: Flags): string {
  if (verb === 'x' || verb === 'X') return hexBytes(bytes, verb, flags);
  return stringText(text, verb, flags) ?? '';
}

function cut(text: string, { precision }: Flags): string {
  return precision === undefined ? text : firstCharacters(text, precision);
}

function quotedText(text: string, flags: Flags): string {
  const piece = cut(text, flags);
  if (flags.sharp && canBackquote(piece)) return pad(`\`${piece}\``, flags);
  return pad(quoted(piece, flags.plus), flags);
}

function hexBytes(bytes: ArrayLike<number>, verb: string, flags: Flags): string {
  const length = Math.min(bytes.length, flags.precision ?? bytes.length);
  const pieces: string[] = [];
  for (let i = 0; i < length; i++) pieces.push((bytes[i] ?? 0).toString(16).padStart(2, '0'));
  let text = pieces.join('');
  if (flags.space) text = pieces.map((piece) => (flags.sharp ? `0x${piece}` : piece)).join(' ');
  else if (flags.sharp && length > 0) text = `0x${text}`;
  if (verb === 'X') text = text.toUpperCase();
  return padding(text, (flags.width ?? 0) - text.length, flags.minus, flags.zero);
}

function digits(value: Int64, base: number, verb: string, flags: Flags): string {
  const negative = value < 0;
  const { precision, width } = flags;
  if (precision === 0 && value === 0) return ' '.repeat(width ?? 0);
  let least = precision ?? 0;
  if (precision === undefined && flags.zero && !flags.minus && width !== undefined) {
    least = width - (negative || flags.plus || flags.space ? 1 : 0);
  }
  let text = (negative ? -value : value).toString(base).padStart(least, '0');
  if (flags.sharp) {
    if (base === 2) text = `0b${text}`;
    else if (base === 8 && !text.startsWith('0')) text = `0${text}`;
    else if (base === 16) text = `0x${text}`;
  }
  if (verb === 'O') text = `0o${text}`;
  if (verb === 'X') text = text.toUpperCase();
  const sign = negative ? '-' : flags.plus ? '+' : flags.space ? ' ' : '';
  return pad(sign + text, flags, false);
}

function unicodeText(value: Int64, flags: Flags): string {
  const code = value < 0 ? BigInt.asUintN(64, BigInt(value)) : value;
  let text = `U+${code
    .toString(16)
    .toUpperCase()
    .padStart(Math.max(4, flags.precision ?? 4), '0')}`;
  const char = charText(code);
  if (flags.sharp && code <= 0x10ffff && isPrintable(char)) text += ` '${char}'`;
  return pad(text, flags, false);
}

function floatWithFlags(
  value: number,
  bits: number,
  form: FloatForm,
  standard: number,
  flags: Flags,
): string {
  const precision = flags.precision ?? standard;
  const bare = floatText(value, form, precision, bits);
  const signed = /^[+-]/.test(bare);
  let sign = signed ? bare.charAt(0) : '+';
  let text = signed ? bare.slice(1) : bare;
  if (flags.space && sign === '+' && !flags.plus) sign = ' ';
  if (!Number.isFinite(value)) {
    if (Number.isNaN(value) && !flags.space && !flags.plus) return pad(text, flags, false);
    const shown = flags.plus || sign !== '+' ? sign : '+';
    return pad(shown + text, flags, false);
  }
  if (flags.sharp && form !== 'b') text = withPoint(text, form, precision);
  if (!flags.plus && sign === '+') return pad(text, flags);
  const { width } = flags;
  if (flags.zero && width !== undefined) {
    return sign + padding(text, width - countCharacters(text) - 1, false, true);
  }
  return pad(sign + text, flags);
}

/** `%#g` and the like keep the point, and zeros up to the precision. */
function withPoint(text: string, form: FloatForm, precision: number): string {
  const [, head = '', tail = ''] =
    (/^[xX]$/.test(form) ? /^(.*?)([pP].*)?$/ : /^(.*?)([eE].*)?$/).exec(text) ?? [];
  const counts = form === 'g' || form === 'G' || form === 'x';
  const wanted = counts ? (precision === -1 ? 6 : precision) : 0;
  const significant = head.replace('.', '').replace(/^0+/, '').length;
  let missing = wanted - significant;
  let number = head;
  if (!head.includes('.')) {
    if (head === '0') missing--;
    number += '.';
  }
  return number + '0'.repeat(Math.max(0, missing)) + tail;
}

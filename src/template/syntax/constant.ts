import { type Int64, int64 } from '../../alert/int64.ts';
import { fromByte, mend } from '../value/bytes.ts';
import { COMPLEX128 } from '../value/go-type.ts';
import { type Complex, floatValue, intValue, Value } from '../value/value.ts';

/** What a number or character constant can be. */
export interface NumberConstant {
  readonly value: Value;
  readonly integer?: Int64;
  readonly fault?: string;
}

const MAX_INT64 = 2n ** 63n - 1n;
const MAX_UINT64 = 2n ** 64n - 1n;
const ESCAPE = /\\(?:x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[0-7]{3}|.|$)/gsu;
const SIMPLE: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

/** The text that a quoted constant stands for; `undefined` when an escape in it is none of Go's. */
export function unquote(quoted: string): string | undefined {
  const quote = quoted.charAt(0);
  const inside = quoted.slice(1, -1);
  if (quote === '`') return inside.replaceAll('\r', '');
  if (!inside.includes('\\')) return inside;
  let valid = true;
  const text = inside.replace(ESCAPE, (written) => {
    const char = escapeText(written.slice(1), quote);
    if (char === undefined) valid = false;
    return char ?? '';
  });
  return valid ? mend(text) : undefined;
}

function escapeText(body: string, quote: string): string | undefined {
  if (body === quote) return quote;
  if (Object.hasOwn(SIMPLE, body)) return SIMPLE[body];
  const digits = body.slice(1);
  if (/^[xuU]./.test(body)) {
    const code = Number.parseInt(digits, 16);
    if (body.startsWith('x')) return fromByte(code);
    return code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ? undefined : String.fromCodePoint(code);
  }
  const octal = /^[0-7]{3}$/.test(body) ? Number.parseInt(body, 8) : 256;
  return octal > 255 ? undefined : fromByte(octal);
}

/** A character constant: `'a'` is the int 97. A text says why it is none. */
export function charConstant(quoted: string): NumberConstant | string {
  // A byte escape is a number here, not a piece of a text, so it must not be joined with its neighbours.
  const byte = /^'\\(?:x([\da-fA-F]{2})|([0-7]{3}))'$/.exec(quoted);
  if (byte) {
    const code = byte[1] === undefined ? Number.parseInt(byte[2] ?? '', 8) : Number.parseInt(byte[1], 16);
    return code > 255 ? 'This character constant has an escape that is none' : integerConstant(code);
  }
  const text = unquote(quoted);
  if (text === undefined) return 'This character constant has an escape that is none';
  const code = text.codePointAt(0);
  if (code === undefined || String.fromCodePoint(code) !== text) {
    return 'A character constant holds exactly one character; a text needs double quotes';
  }
  return integerConstant(code);
}

/** A number constant. A text says why it is none. */
export function numberConstant(text: string): NumberConstant | string {
  const parts = /^(.*[^eEpP])([+-].*)i$/.exec(text);
  if (parts && !/^[+-]?0[xX]/.test(text)) return complexConstant(parts[1] ?? '', parts[2] ?? '');
  if (text.endsWith('i')) return complexConstant('0', text.slice(0, -1));
  const integer = parseInteger(text);
  if (integer !== undefined) {
    if (integer >= -MAX_INT64 - 1n && integer <= MAX_INT64) return integerConstant(int64(integer));
    if (integer > 0n && integer <= MAX_UINT64) {
      return { value: floatValue(Number(integer)), fault: `${text} does not fit into an int` };
    }
  }
  const float = parseFloat64(text);
  if (float === undefined) return `'${shortened(text)}' is not a number`;
  if (!/[.eEpP]/.test(text)) return `The integer ${shortened(text)} is too big, or not a number of its base`;
  const whole = Number.isInteger(float) && Math.abs(float) < 2 ** 63;
  return { value: floatValue(float), ...(whole ? { integer: int64(BigInt(float)) } : {}) };
}

function shortened(text: string): string {
  return text.length > 30 ? `${text.slice(0, 30)}…` : text;
}

function integerConstant(integer: Int64): NumberConstant {
  return { value: intValue(integer), integer };
}

function complexConstant(real: string, imaginary: string): NumberConstant | string {
  const parts = { real: parseFloat64(real), imaginary: parseFloat64(imaginary) };
  if (parts.real === undefined || parts.imaginary === undefined) {
    return `'${shortened(real + imaginary)}i' is not a number`;
  }
  const complex: Complex = { real: parts.real, imaginary: parts.imaginary };
  const whole = complex.imaginary === 0 && Number.isSafeInteger(complex.real);
  return { value: new Value(COMPLEX128, complex), ...(whole ? { integer: complex.real } : {}) };
}

function parseInteger(text: string): bigint | undefined {
  const match = /^([+-]?)(0[xX][\da-fA-F_]+|0[bB][01_]+|0[oO]?[0-7_]*|[1-9][\d_]*)$/.exec(text);
  const body = match?.[2];
  if (body === undefined || misplacedUnderscore(body)) return undefined;
  const digits = body.replaceAll('_', '');
  if (/^0[oObBxX]$/.test(digits)) return undefined;
  const value = BigInt(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return match?.[1] === '-' ? -value : value;
}

function misplacedUnderscore(body: string): boolean {
  return /_$|__|^_|[.eEpP+-]_|_[.pP+-]/.test(/^0[xX]/.test(body) ? body.replace(/[eE]/g, 'a') : body);
}

function parseFloat64(text: string): number | undefined {
  if (misplacedUnderscore(text)) return undefined;
  const plain = text.replaceAll('_', '');
  const hex = /^([+-]?)0[xX]([\da-fA-F]*)(?:\.([\da-fA-F]*))?[pP]([+-]?\d+)$/.exec(plain);
  if (hex) {
    const [, sign, whole = '', fraction = '', exponent = ''] = hex;
    if (whole + fraction === '') return undefined;
    const value = Number(BigInt(`0x${whole}${fraction}`)) * 2 ** (Number(exponent) - 4 * fraction.length);
    return Number.isFinite(value) ? (sign === '-' ? -value : value) : undefined;
  }
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(plain)) return undefined;
  const value = Number(plain);
  return Number.isFinite(value) ? value : undefined;
}

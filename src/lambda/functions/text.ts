import type { Int64 } from '../../alert/int64.ts';
import { byteLength, fromByteText, isAscii, sliceBytes, toByteText } from '../byte-string.ts';
import {
  contextual,
  type FunctionContext,
  growing,
  type LambdaFunction,
  signature,
} from '../lambda-function.ts';

/** Halves of runes can meet and part; for texts that hold them the work is done byte by byte. */
function bothWhole(a: string, b: string): boolean {
  return a.isWellFormed() && b.isWellFormed();
}

function contains(text: string, part: string): boolean {
  return bothWhole(text, part) ? text.includes(part) : toByteText(text).includes(toByteText(part));
}

function hasPrefix(text: string, prefix: string): boolean {
  return bothWhole(text, prefix) ? text.startsWith(prefix) : toByteText(text).startsWith(toByteText(prefix));
}

function hasSuffix(text: string, suffix: string): boolean {
  return bothWhole(text, suffix) ? text.endsWith(suffix) : toByteText(text).endsWith(toByteText(suffix));
}

function index(text: string, part: string): number {
  return toByteText(text).indexOf(toByteText(part));
}

function lastIndex(text: string, part: string): number {
  return toByteText(text).lastIndexOf(toByteText(part));
}

/** The runes of a text; a byte that is no part of one counts as U+FFFD. */
function runes(text: string): Set<string> {
  return new Set(text.toWellFormed());
}

function indexAny(text: string, chars: string): number {
  const wanted = runes(chars);
  let bytes = 0;
  for (const rune of text) {
    if (wanted.has(rune.toWellFormed())) return bytes;
    bytes += byteLength(rune);
  }
  return -1;
}

function lastIndexAny(text: string, chars: string): number {
  const wanted = runes(chars);
  let bytes = 0;
  let found = -1;
  for (const rune of text) {
    if (wanted.has(rune.toWellFormed())) found = bytes;
    bytes += byteLength(rune);
  }
  return found;
}

function count(text: string, part: string): number {
  if (part === '') return [...text].length + 1;
  const bytes = !bothWhole(text, part);
  return (bytes ? toByteText(text) : text).split(bytes ? toByteText(part) : part).length - 1;
}

function replace(text: string, old: string, replacement: string, limit: Int64): string {
  if (limit === 0) return text;
  if (old === '') return insertBetween(text, replacement, limit);
  const bytes = !(bothWhole(text, old) && replacement.isWellFormed());
  const parts = (bytes ? toByteText(text) : text).split(bytes ? toByteText(old) : old);
  const glue = bytes ? toByteText(replacement) : replacement;
  const most = limit < 0 ? parts.length : Math.min(Number(limit), parts.length - 1);
  const head = parts.slice(0, most + 1).join(glue);
  const tail = parts.slice(most + 1);
  const joined = tail.length === 0 ? head : [head, ...tail].join(bytes ? toByteText(old) : old);
  return bytes ? fromByteText(joined) : joined;
}

/** An empty text is found before every rune and at the end. */
function insertBetween(text: string, inserted: string, limit: Int64): string {
  let left = limit < 0 ? Number.POSITIVE_INFINITY : Number(limit);
  let out = '';
  for (const rune of text) {
    if (left-- > 0) out += inserted;
    out += rune;
  }
  return left > 0 ? out + inserted : out;
}

function trimLeft(text: string, chars: string): string {
  const cut = runes(chars);
  let start = 0;
  for (const rune of text) {
    if (!cut.has(rune.toWellFormed())) break;
    start += rune.length;
  }
  return text.slice(start);
}

function trimRight(text: string, chars: string): string {
  const cut = runes(chars);
  const kept = [...text];
  while (kept.length > 0 && cut.has(kept[kept.length - 1]?.toWellFormed() ?? '')) kept.pop();
  return kept.join('');
}

const SPACE = /^\p{White_Space}$/u;

function trimSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && SPACE.test(text.charAt(start))) start++;
  while (end > start && SPACE.test(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

function trimPrefix(text: string, prefix: string): string {
  return hasPrefix(text, prefix) ? fromByteText(toByteText(text).slice(byteLength(prefix))) : text;
}

function trimSuffix(text: string, suffix: string): string {
  return hasSuffix(text, suffix)
    ? fromByteText(toByteText(text).slice(0, byteLength(text) - byteLength(suffix)))
    : text;
}

// Runes whose upper case is several runes in JavaScript and one (a title case) in Unicode's simple mapping.
const SIMPLE_UPPER: ReadonlyMap<number, number> = new Map([
  [0x1fb3, 0x1fbc],
  [0x1fc3, 0x1fcc],
  [0x1ff3, 0x1ffc],
]);

function upperRune(rune: string): string {
  const upper = rune.toUpperCase();
  if (upper.length === rune.length && [...upper].length === 1) return upper;
  const point = rune.codePointAt(0) ?? 0;
  if (point >= 0x1f80 && point <= 0x1faf) return String.fromCodePoint(point | 8);
  const simple = SIMPLE_UPPER.get(point);
  return simple === undefined ? rune : String.fromCodePoint(simple);
}

function lowerRune(rune: string): string {
  const lower = rune.toLowerCase();
  return [...lower].length === 1 ? lower : rune === 'İ' ? 'i' : rune;
}

function toUpper(text: string): string {
  return isAscii(text) ? text.toUpperCase() : Array.from(text.toWellFormed(), upperRune).join('');
}

function toLower(text: string): string {
  return isAscii(text) ? text.toLowerCase() : Array.from(text.toWellFormed(), lowerRune).join('');
}

function substring({ fail }: FunctionContext): (text: string, start: Int64, stop: Int64) => string {
  return (text, start, stop) => {
    const length = byteLength(text);
    if (start < 0 || stop < 0) return fail(`bytes are counted from 0, got ${start < 0 ? start : stop}`);
    if (stop >= length)
      return fail(`it stops at ${stop}, which must be less than the ${length} bytes of the text`);
    if (start > stop) return fail(`it starts at ${start}, behind its stop at ${stop}`);
    return sliceBytes(text, Number(start), Number(stop));
  };
}

const TWO = ['string', 'string'] as const;

/** The functions whose names begin with `str`. */
export const texts: readonly LambdaFunction[] = [
  { name: 'strContains', signatures: [signature(TWO, 'bool', contains)] },
  {
    name: 'strContainsAny',
    signatures: [signature(TWO, 'bool', (a: string, b: string) => indexAny(a, b) >= 0)],
  },
  { name: 'strCount', signatures: [signature(TWO, 'int', count)] },
  { name: 'strHasPrefix', signatures: [signature(TWO, 'bool', hasPrefix)] },
  { name: 'strHasSuffix', signatures: [signature(TWO, 'bool', hasSuffix)] },
  { name: 'strIndex', signatures: [signature(TWO, 'int', index)] },
  { name: 'strIndexAny', signatures: [signature(TWO, 'int', indexAny)] },
  { name: 'strLastIndex', signatures: [signature(TWO, 'int', lastIndex)] },
  { name: 'strLastIndexAny', signatures: [signature(TWO, 'int', lastIndexAny)] },
  { name: 'strLength', signatures: [signature(['string'], 'int', byteLength)] },
  { name: 'strReplace', signatures: [growing(['string', 'string', 'string', 'int'], replace)] },
  { name: 'strSubstring', signatures: [contextual(['string', 'int', 'int'], 'string', substring)] },
  { name: 'strToLower', signatures: [signature(['string'], 'string', toLower)] },
  { name: 'strToUpper', signatures: [signature(['string'], 'string', toUpper)] },
  {
    name: 'strTrim',
    signatures: [signature(TWO, 'string', (a: string, b: string) => trimRight(trimLeft(a, b), b))],
  },
  { name: 'strTrimLeft', signatures: [signature(TWO, 'string', trimLeft)] },
  { name: 'strTrimPrefix', signatures: [signature(TWO, 'string', trimPrefix)] },
  { name: 'strTrimRight', signatures: [signature(TWO, 'string', trimRight)] },
  { name: 'strTrimSpace', signatures: [signature(['string'], 'string', trimSpace)] },
  { name: 'strTrimSuffix', signatures: [signature(TWO, 'string', trimSuffix)] },
];

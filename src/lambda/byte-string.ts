/*
 * The language's strings are bytes. A JavaScript string stands for its UTF-8 bytes; a byte that is no part of
 * valid UTF-8 (a rune cut in two by strSubstring) is held as one lone surrogate, U+DC80 to U+DCFF. Outside it shows
 * as U+FFFD, one per byte, as Go prints it.
 */

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const ASCII_LIMIT = 0x80;
const ESCAPE = 0xdc00;

/** Whether every character is one byte, so that bytes and UTF-16 units are the same. */
export function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= ASCII_LIMIT) return false;
  return true;
}

/** How many bytes a text has. */
export function byteLength(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < ASCII_LIMIT) bytes++;
    else if (unit < 0x800) bytes += 2;
    else if (unit < 0xd800 || unit > 0xdfff) bytes += 3;
    else if (unit < 0xdc00 && isLowSurrogate(text.charCodeAt(i + 1))) {
      bytes += 4;
      i++;
    } else bytes += isEscapedByte(unit) ? 1 : 3;
  }
  return bytes;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

function isEscapedByte(unit: number): boolean {
  return unit >= ESCAPE + 0x80 && unit <= ESCAPE + 0xff;
}

/** The bytes of a text. */
export function toBytes(text: string): Uint8Array {
  if (text.isWellFormed()) return encoder.encode(text);
  const bytes: number[] = [];
  for (const char of text) {
    const unit = char.charCodeAt(0);
    if (char.length === 1 && isEscapedByte(unit)) bytes.push(unit - ESCAPE);
    else bytes.push(...encoder.encode(char));
  }
  return Uint8Array.from(bytes);
}

/** The text of some bytes, invalid ones escaped. */
export function fromBytes(bytes: Uint8Array): string {
  const text = decoder.decode(bytes);
  if (!text.includes('\ufffd')) return text;
  let out = '';
  for (let at = 0; at < bytes.length; ) {
    const width = runeWidth(bytes, at);
    out +=
      width === 0
        ? String.fromCharCode(ESCAPE + (bytes[at] ?? 0))
        : decoder.decode(bytes.subarray(at, at + width));
    at += width || 1;
  }
  return out;
}

/** The length of the valid UTF-8 sequence at a place, or 0 when there is none. */
function runeWidth(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  const width =
    first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (width < 2) return width;
  for (let i = 1; i < width; i++) {
    const next = bytes[at + i];
    if (next === undefined || (next & 0xc0) !== 0x80) return 0;
  }
  const second = bytes[at + 1] ?? 0;
  const invalid =
    (first === 0xe0 && second < 0xa0) ||
    (first === 0xed && second > 0x9f) ||
    (first === 0xf0 && second < 0x90) ||
    (first === 0xf4 && second > 0x8f);
  return invalid ? 0 : width;
}

/**
 * Joins two texts; halves of a rune that meet become one again. A text longer than the platform can hold (half a
 * gigabyte in Node) is for `tooLong` to report.
 */
export function concatenate(left: string, right: string, tooLong: () => never): string {
  try {
    const joined = left + right;
    return right !== '' && isEscapedByte(right.charCodeAt(0)) && !joined.isWellFormed()
      ? fromBytes(toBytes(joined))
      : joined;
  } catch (error) {
    if (error instanceof RangeError) return tooLong();
    throw error;
  }
}

/** Bytes from `start` to `stop`. The caller makes sure that they lie within. */
export function sliceBytes(text: string, start: number, stop: number): string {
  return isAscii(text) ? text.slice(start, stop) : fromBytes(toBytes(text).subarray(start, stop));
}

/** Orders texts by their bytes: negative, 0 or positive. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    if (x < 0xd800 && y < 0xd800) return x - y;
    return compareBytes(toBytes(a), toBytes(b));
  }
  return a.length - b.length;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** One character per byte, so that the string functions of JavaScript work on bytes. */
export function toByteText(text: string): string {
  if (isAscii(text)) return text;
  let out = '';
  for (const byte of toBytes(text)) out += String.fromCharCode(byte);
  return out;
}

/** The inverse of {@link toByteText}. */
export function fromByteText(text: string): string {
  return isAscii(text) ? text : fromBytes(Uint8Array.from(text, (char) => char.charCodeAt(0)));
}

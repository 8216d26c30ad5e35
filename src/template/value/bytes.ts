/**
 * Go's strings are bytes, JavaScript's are UTF-16. A byte that is no part of valid UTF-8 (half of an `é`, cut by
 * `slice`) is kept as the lone surrogate U+DC80 to U+DCFF. Whatever encodes the text later writes U+FFFD for it,
 * as Go's JSON does.
 */
const NOT_ASCII = /[^\0-\x7f]/;
const encoder = new TextEncoder();

/** The text of one byte. */
export function fromByte(byte: number): string {
  return String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte);
}

/** Whether a text is ASCII only, so that its characters are its bytes. */
export function isAscii(text: string): boolean {
  return !NOT_ASCII.test(text);
}

/** The bytes of a text. */
export function toBytes(text: string): Uint8Array {
  if (text.isWellFormed()) return encoder.encode(text);
  const bytes: number[] = [];
  for (const char of text) {
    const code = char.charCodeAt(0);
    if (char.length === 1 && code >= 0xdc80 && code <= 0xdcff) bytes.push(code - 0xdc00);
    else bytes.push(...encoder.encode(char));
  }
  return Uint8Array.from(bytes);
}

/** The text that bytes make. */
export function fromBytes(bytes: Uint8Array): string {
  const pieces: string[] = [];
  let start = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at);
    if (length === 0) {
      if (at > start) pieces.push(decode(bytes.subarray(start, at)));
      pieces.push(fromByte(bytes[at] ?? 0));
      start = ++at;
    } else at += length;
  }
  pieces.push(decode(bytes.subarray(start)));
  return pieces.join('');
}

/** Joins single bytes that make a character together. */
export function mend(text: string): string {
  return text.isWellFormed() ? text : fromBytes(toBytes(text));
}

/** How many bytes a text has. */
export function byteLength(text: string): number {
  return isAscii(text) ? text.length : toBytes(text).length;
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

/** How many bytes the character at an offset has; 0 when what stands there is no valid UTF-8. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length =
    first >= 0xc2 && first < 0xe0 ? 2 : first < 0xc2 ? 0 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  const second = bytes[at + 1] ?? 0;
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (length === 0 || second < low || second > high) return 0;
  for (let i = 2; i < length; i++) {
    if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) return 0;
  }
  return length;
}

const NAMED: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
};
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;
const PLAIN = /^[ !#-[\]-~]*$/;

/** Whether Go would print a character as it is. */
export function isPrintable(char: string): boolean {
  return PRINTABLE.test(char);
}

/** A text in double quotes, as Go source would have it. */
export function quoted(text: string, asciiOnly: boolean): string {
  return PLAIN.test(text) ? `"${text}"` : `"${escaped(text, '"', asciiOnly)}"`;
}

/** A character in single quotes. */
export function quotedChar(code: number, asciiOnly: boolean): string {
  return `'${escaped(charText(code), "'", asciiOnly)}'`;
}

/** A character by its number; the replacement character for what is none. */
export function charText(code: number | bigint): string {
  const number = Number(code);
  const valid = number >= 0 && number <= 0x10ffff && !(number >= 0xd800 && number <= 0xdfff);
  return String.fromCodePoint(valid ? number : 0xfffd);
}

/** Whether a text can stand between backquotes unchanged. */
export function canBackquote(text: string): boolean {
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if ((code < 0x20 && char !== '\t') || char === '`' || code === 0x7f || code === 0xfeff) return false;
    if (code >= 0xd800 && code <= 0xdfff) return false;
  }
  return true;
}

function escaped(text: string, quote: string, asciiOnly: boolean): string {
  let result = '';
  for (const char of text) result += escapedChar(char, quote, asciiOnly);
  return result;
}

function escapedChar(char: string, quote: string, asciiOnly: boolean): string {
  const code = char.codePointAt(0) ?? 0;
  if (char === quote) return `\\${char}`;
  const named = Object.hasOwn(NAMED, char) ? NAMED[char] : undefined;
  if (named !== undefined) return named;
  if (code < 0x80 ? code >= 0x20 && code < 0x7f : !asciiOnly && isPrintable(char)) return char;
  if (code < 0x20 || code === 0x7f) return `\\x${hex(code, 2)}`;
  // A single byte that is no UTF-8, see value/bytes.ts.
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${hex(code - 0xdc00, 2)}`;
  if (code >= 0xd800 && code <= 0xdfff) return '\\ufffd';
  return code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`;
}

function hex(code: number, width: number): string {
  return code.toString(16).padStart(width, '0');
}

const ESCAPE = /\\(?:([\da-fA-F]{1,6})(\r\n|[\t\n\f\r ])?|([\s\S]?))/gu;
/** What could end a value, open a string or begin a comment or rule. */
const UNSAFE_VALUE = /[\0"'()/;@[\\\]`{}<>]|--/;
const ESCAPED = /[\0\t\n\f\r"&'()+/:;<>\\{}]/g;

/** Reads the escapes of CSS: `\22` is `"`. */
export function decodeCss(text: string): string {
  return text.includes('\\') ? text.replace(ESCAPE, decodeEscape) : text;
}

function decodeEscape(_: string, hex: string | undefined, space = '', char = ''): string {
  if (hex === undefined) return char;
  const code = Number.parseInt(hex, 16);
  // Six digits can be too many: the last then stands for itself.
  if (code > 0x10ffff) return character(code >> 4) + hex.slice(-1) + space;
  return character(code);
}

function character(code: number): string {
  return code >= 0xd800 && code <= 0xdfff ? '\ufffd' : String.fromCodePoint(code);
}

/** Lets through what can only be a value or a part of one: `red`, `42`, `Times New Roman`. */
export function safeCssValue(text: string): string | undefined {
  const value = decodeCss(text);
  if (UNSAFE_VALUE.test(value)) return undefined;
  const name = value.replace(/[^\w-]/g, '').toLowerCase();
  return name.includes('expression') || name.includes('mozbinding') ? undefined : value;
}

/** Escapes a text for a CSS string. */
export function escapeCss(text: string): string {
  return text.replace(ESCAPED, (char, at: number) => {
    if (char === '\\') return '\\\\';
    const escaped = `\\${char.charCodeAt(0).toString(16)}`;
    const next = text.charAt(at + 1);
    // What follows must not read as a part of the escape.
    return next === '' || /[\da-fA-F\t\n\f\r ]/.test(next) ? `${escaped} ` : escaped;
  });
}

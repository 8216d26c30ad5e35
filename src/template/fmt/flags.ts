/** What stands between a `%` and its verb. */
export interface Flags {
  plus: boolean;
  minus: boolean;
  sharp: boolean;
  space: boolean;
  zero: boolean;
  /** `%+v`: with the names of members. */
  plusV: boolean;
  /** `%#v`: as Go source. */
  sharpV: boolean;
  width: number | undefined;
  precision: number | undefined;
}

/** No flags at all. */
export function noFlags(): Flags {
  return {
    plus: false,
    minus: false,
    sharp: false,
    space: false,
    zero: false,
    plusV: false,
    sharpV: false,
    width: undefined,
    precision: undefined,
  };
}

/** Fills a text up to the width, counted in characters. */
export function pad(text: string, flags: Flags, zero: boolean = flags.zero): string {
  const { width } = flags;
  if (width === undefined || width === 0) return text;
  return padding(text, width - countCharacters(text), flags.minus, zero);
}

/** Puts `count` blanks or zeros before or behind a text. */
export function padding(text: string, count: number, behind: boolean, zero: boolean): string {
  if (count <= 0) return text;
  const fill = (zero ? '0' : ' ').repeat(count);
  return behind ? text + fill : fill + text;
}

/** How many characters a text has, those beyond U+FFFF counting once. */
export function countCharacters(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length - 1; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0xd800 && code <= 0xdbff) {
      const next = text.charCodeAt(i + 1);
      if (next >= 0xdc00 && next <= 0xdfff) {
        count--;
        i++;
      }
    }
  }
  return count;
}

/** The first characters of a text. */
export function firstCharacters(text: string, count: number): string {
  if (text.length <= count) return text;
  let end = 0;
  for (let i = 0; i < count && end < text.length; i++) end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
  return text.slice(0, end);
}

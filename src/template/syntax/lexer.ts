import { type TemplateOrigin, templateSyntaxError } from './template-syntax-error.ts';
import { KEYWORDS, type Token, type TokenKind } from './token.ts';

const COMMENT = /\{\{(?:-[ \t\r\n])?\/\*/y;
const OPEN_TRIMMED = /-(?=[ \t\r\n])/y;
const CLOSE = /}}/y;
const CLOSE_TRIMMED = /[ \t\r\n]-}}/y;
const SPACES = /[ \t\r\n]+/y;
const WORD = /[\p{L}\p{Nd}_]+/uy;
const WORD_STARTS = /[\p{L}\p{Nd}_]/uy;
const STRING = /"[^"\\\n]*(?:\\[^\n][^"\\\n]*)*"/y;
const CHAR = /'[^'\\\n]*(?:\\[^\n][^'\\\n]*)*'/y;
const RAW_STRING = /`[^`]*`/y;
const NUMBER =
  /[+-]?(?:0[xX][\da-fA-F_]*(?:\.[\da-fA-F_]*)?(?:[pP][+-]?[\d_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?|[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?[\d_]*)?)i?/y;
/** What may follow a field, a variable or a word. */
const TERMINATOR = /[ \t\r\n.,|:()]|}}|$/y;

/** Cuts a template into tokens, in one pass over its text. */
export class Lexer {
  readonly #origin: TemplateOrigin;
  readonly #source: string;
  readonly #tokens: Token[] = [];
  #at = 0;
  #parens = 0;

  constructor(origin: TemplateOrigin) {
    this.#origin = origin;
    this.#source = origin.source;
  }

  /** All tokens; the last is `end-of-file`. */
  tokens(): readonly Token[] {
    let trimNext = false;
    for (;;) {
      const open = this.#source.indexOf('{{', this.#at);
      const end = open === -1 ? this.#source.length : open;
      const trimThis = open !== -1 && this.#looksAt(OPEN_TRIMMED, open + 2);
      this.#text(this.#at, end, trimNext, trimThis);
      this.#at = end;
      if (open === -1) break;
      trimNext = this.#looksAt(COMMENT, open)
        ? this.#comment(open)
        : this.#action(open, open + (trimThis ? 3 : 2));
    }
    this.#push('end-of-file', this.#source.length, this.#source.length, false);
    return this.#tokens;
  }

  #text(start: number, end: number, trimStart: boolean, trimEnd: boolean): void {
    let from = start;
    if (trimStart) from += this.#match(SPACES, start)?.length ?? 0;
    from = Math.min(from, end);
    let to = end;
    if (trimEnd) while (to > from && ' \t\r\n'.includes(this.#source.charAt(to - 1))) to--;
    if (to > from) this.#push('text', from, to, false);
  }

  /** Skips a comment; says whether it trims the text behind it. */
  #comment(open: number): boolean {
    const body = this.#source.indexOf('/*', open) + 2;
    const close = this.#source.indexOf('*/', body);
    if (close === -1) throw this.#error(open, 4, 'This comment is never closed', 'Close it with */}}.');
    this.#at = close + 2;
    if (this.#looksAt(CLOSE, this.#at)) {
      this.#at += 2;
      return false;
    }
    if (!this.#looksAt(CLOSE_TRIMMED, this.#at)) {
      throw this.#error(close, 2, 'A comment must fill its whole action', 'Write }} right behind the */.');
    }
    this.#at += 4;
    return true;
  }

  /** Reads one action; says whether it trims the text behind it. */
  #action(open: number, start: number): boolean {
    this.#push('open', open, start, false);
    this.#at = start;
    this.#parens = 0;
    for (;;) {
      const from = this.#at;
      const spaces = this.#match(SPACES, from)?.length ?? 0;
      this.#at = from + spaces;
      if (spaces > 0 && this.#looksAt(CLOSE_TRIMMED, this.#at - 1)) {
        this.#close(this.#at, this.#at + 3);
        return true;
      }
      if (this.#looksAt(CLOSE, this.#at)) {
        this.#close(this.#at, this.#at + 2);
        return false;
      }
      if (this.#at >= this.#source.length) {
        throw this.#error(open, 2, 'This action is never closed', 'Close it with }}.');
      }
      this.#token(spaces > 0);
    }
  }

  #close(start: number, end: number): void {
    if (this.#parens > 0) throw this.#error(start, end - start, 'A parenthesis is never closed');
    this.#push('close', start, end, false);
    this.#at = end;
  }

  #token(spaced: boolean): void {
    const at = this.#at;
    const char = this.#source.charAt(at);
    const next = this.#source.charAt(at + 1);
    if (char === ':') {
      if (next !== '=') throw this.#error(at, 1, "A ':' must be followed by '='");
      this.#push('declare', at, at + 2, spaced);
    } else if (char === '=') this.#push('assign', at, at + 1, spaced);
    else if (char === '|') this.#push('pipe', at, at + 1, spaced);
    else if (char === '(') {
      this.#parens++;
      this.#push('left-paren', at, at + 1, spaced);
    } else if (char === ')') {
      if (this.#parens-- === 0) throw this.#error(at, 1, 'There is a closing parenthesis too many');
      this.#push('right-paren', at, at + 1, spaced);
    } else if (char === '"') this.#quoted('string', STRING, 'This text is never closed', spaced);
    else if (char === '`') this.#quoted('raw-string', RAW_STRING, 'This raw text is never closed', spaced);
    else if (char === "'") this.#quoted('char', CHAR, 'This character constant is never closed', spaced);
    else if (char === '$') this.#name('variable', 'variable', spaced);
    else if (char === '.' && !(next >= '0' && next <= '9')) this.#name('field', 'dot', spaced);
    else if (/[.+\-0-9]/.test(char)) this.#number(spaced);
    else if (this.#looksAt(WORD_STARTS, at)) this.#word(spaced);
    else if (char >= ' ' && char <= '~') this.#push('symbol', at, at + 1, spaced);
    else {
      throw this.#error(at, 1, `The character ${codePointName(this.#source, at)} cannot stand in an action`);
    }
  }

  #quoted(kind: TokenKind, pattern: RegExp, reason: string, spaced: boolean): void {
    const text = this.#match(pattern, this.#at);
    if (text === undefined) throw this.#error(this.#at, 1, reason);
    this.#push(kind, this.#at, this.#at + text.length, spaced);
  }

  /** A name behind a `.` or `$`, or the sign alone. */
  #name(named: TokenKind, alone: TokenKind, spaced: boolean): void {
    const start = this.#at;
    const end = start + 1 + (this.#match(WORD, start + 1)?.length ?? 0);
    this.#endOfName(end);
    this.#push(end === start + 1 ? alone : named, start, end, spaced);
  }

  #word(spaced: boolean): void {
    const start = this.#at;
    const word = this.#match(WORD, start) ?? '';
    this.#endOfName(start + word.length);
    const kind: TokenKind = KEYWORDS.has(word)
      ? 'keyword'
      : word === 'true' || word === 'false'
        ? 'bool'
        : word === 'nil'
          ? 'nil'
          : 'identifier';
    this.#push(kind, start, start + word.length, spaced);
  }

  #endOfName(end: number): void {
    if (this.#looksAt(TERMINATOR, end)) return;
    throw this.#error(end, 1, `The character ${codePointName(this.#source, end)} cannot follow a name`);
  }

  #number(spaced: boolean): void {
    const start = this.#at;
    let end = this.#scanNumber(start);
    const sign = this.#source.charAt(end);
    if (sign === '+' || sign === '-') {
      end = this.#scanNumber(end);
      if (this.#source.charAt(end - 1) !== 'i') {
        throw this.#error(start, end - start, 'This is not a number');
      }
    }
    this.#push('number', start, end, spaced);
  }

  #scanNumber(start: number): number {
    const end = start + (this.#match(NUMBER, start)?.length ?? 0);
    if (this.#looksAt(WORD_STARTS, end)) {
      throw this.#error(start, end + 1 - start, 'This is not a number');
    }
    return end;
  }

  #push(kind: TokenKind, offset: number, end: number, spaced: boolean): void {
    this.#tokens.push({ kind, text: this.#source.slice(offset, end), offset, spaced });
    this.#at = end;
  }

  #looksAt(pattern: RegExp, offset: number): boolean {
    pattern.lastIndex = offset;
    return pattern.test(this.#source);
  }

  #match(pattern: RegExp, offset: number): string | undefined {
    pattern.lastIndex = offset;
    return pattern.exec(this.#source)?.[0];
  }

  #error(offset: number, length: number, reason: string, cure?: string): Error {
    return templateSyntaxError(this.#origin, offset, length, reason, cure);
  }
}

function codePointName(source: string, offset: number): string {
  const code = source.codePointAt(offset) ?? 0;
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(String.fromCodePoint(code))
    ? `'${String.fromCodePoint(code)}' (${name})`
    : name;
}

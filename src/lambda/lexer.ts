import { atSpan, LambdaSyntaxError } from '../errors.ts';
import type { Token, TokenKind } from './token.ts';

/** Where a source text comes from, for the positions in errors. */
export interface SourceOrigin {
  /** The file. */
  readonly file?: string;
  /**
   * The text that the source is a piece of, such as a handler file, and where in it the source begins. Errors
   * then show positions in that text.
   */
  readonly within?: { readonly text: string; readonly offset: number };
}

const SPACE = /[\p{White_Space}]+/uy;
const LINE_REST = /[^\n]*/y;
const WORD = /\p{L}[\p{L}\p{Nd}_]*/uy;
const NUMBER = /(?=\.?\p{Nd})[\p{Nd}.]+/uy;
const ASCII_NUMBER = /^[0-9.]+$/;
const UNIT = /ms|[uµsmhdw]/y;
const BINARY = /==|=~|=|!=|!~|!|<=|<|>=|>|[-+*/%]/y;
const PUNCTUATION = '()[],.|@';
const KEYWORDS: ReadonlySet<string> = new Set(['TRUE', 'FALSE', 'AND', 'OR', 'var', 'dbrp']);

const CURES: Readonly<Record<string, string>> = {
  '&': 'Write AND.',
  '|': 'Write OR.',
  '{': 'Use parentheses.',
  '}': 'Use parentheses.',
  '#': 'A comment begins with //.',
  '`': "A text stands in single quotes: 'web-1'.",
  '‘': "A text stands in plain single quotes: 'web-1'.",
  '’': "A text stands in plain single quotes: 'web-1'.",
  '“': 'A field or tag stands in plain double quotes: "host".',
  '”': 'A field or tag stands in plain double quotes: "host".',
  '≤': 'Write <=.',
  '≥': 'Write >=.',
  '≠': 'Write !=.',
  _: 'A name begins with a letter.',
  '^': 'There is no power operator. Call pow(x, y).',
};

/** Throws a syntax error at a place of a source. */
export function syntaxError(
  source: string,
  offset: number,
  length: number,
  reason: string,
  cure?: string,
  origin: SourceOrigin = {},
): never {
  const { file, within } = origin;
  const direct = within?.text.startsWith(source, within.offset) ? within : undefined;
  const span = {
    source: direct?.text ?? source,
    offset: offset + (direct?.offset ?? 0),
    length: Math.max(1, length),
    ...(file === undefined ? {} : { file }),
  };
  throw new LambdaSyntaxError(reason, { ...atSpan(span), ...(cure === undefined ? {} : { cure }) });
}

/**
 * Cuts a source text into tokens; the last is of kind `end`. The tokens are those of TICKscript, of which the
 * expressions are a part.
 *
 * @throws {LambdaSyntaxError} When a piece of the text is no token.
 */
export function tokenize(source: string, origin?: SourceOrigin): Token[] {
  return new Lexer(source, origin).run();
}

class Lexer {
  readonly #source: string;
  readonly #origin: SourceOrigin | undefined;
  readonly #tokens: Token[] = [];
  #at = 0;
  /** Whether a binary operator can stand here. What follows a comment or a regex is read like an operand. */
  #operator = false;

  constructor(source: string, origin?: SourceOrigin) {
    this.#source = source;
    this.#origin = origin;
  }

  run(): Token[] {
    while (this.#at < this.#source.length) this.#next();
    this.#push('end', '', this.#at);
    return this.#tokens;
  }

  #push(kind: TokenKind, value: string, end: number): void {
    this.#tokens.push({ kind, value, start: this.#at, end });
    this.#at = end;
  }

  #fail(reason: string, cure?: string, start = this.#at, end = start + 1): never {
    syntaxError(this.#source, start, end - start, reason, cure, this.#origin);
  }

  #match(pattern: RegExp, at = this.#at): string | undefined {
    pattern.lastIndex = at;
    return pattern.exec(this.#source)?.[0];
  }

  #next(): void {
    const space = this.#match(SPACE);
    if (space !== undefined) {
      this.#at += space.length;
      return;
    }
    const char = this.#source.charAt(this.#at);
    if (this.#number() || this.#word()) return;
    if (char === "'" || char === '"') this.#quoted(char);
    else if (PUNCTUATION.includes(char)) {
      this.#push(char as TokenKind, char, this.#at + 1);
      this.#operator = char === ')' || char === ']';
    } else if (char !== '/' || !this.#slash()) this.#sign(char);
  }

  #number(): boolean {
    const digits = this.#match(NUMBER);
    if (digits === undefined) return false;
    const end = this.#at + digits.length;
    if (digits.indexOf('.') !== digits.lastIndexOf('.'))
      this.#fail(`${digits} has more than one decimal point`, undefined, this.#at, end);
    if (!ASCII_NUMBER.test(digits))
      this.#fail(`${digits} is not a number`, 'Use the digits 0 to 9.', this.#at, end);
    const unit = digits.includes('.') ? undefined : this.#match(UNIT, end);
    if (unit !== undefined) this.#push('duration', digits + unit, end + unit.length);
    else this.#push(digits.includes('.') ? 'float' : 'int', digits, end);
    this.#operator = true;
    return true;
  }

  #word(): boolean {
    const word = this.#match(WORD);
    if (word === undefined) return false;
    const end = this.#at + word.length;
    if (word === 'lambda' && this.#source.charAt(end) === ':') {
      this.#push('lambda:', 'lambda:', end + 1);
      this.#operator = false;
      return true;
    }
    this.#push(KEYWORDS.has(word) ? (word as TokenKind) : 'identifier', word, end);
    this.#operator = true;
    return true;
  }

  #quoted(quote: string): void {
    const triple = quote === "'" && this.#source.startsWith("'''", this.#at);
    const width = triple ? 3 : 1;
    const end = this.#closing(quote, this.#at + width, width);
    if (end === -1) {
      const what = quote === '"' ? 'reference' : 'text';
      const cure =
        quote === '"'
          ? 'Close it with a double quote. A backslash before it makes it a part of the name.'
          : "Close it with a single quote. A backslash before it makes it a part of the text; a text that ends in a backslash stands in triple quotes: '''C:\\'''.";
      this.#fail(`The ${what} is not closed`, cure, this.#at, this.#source.length);
    }
    const content = this.#source.slice(this.#at + width, end - width);
    const value = triple ? content : content.replaceAll(`\\${quote}`, quote);
    this.#push(quote === '"' ? 'reference' : 'string', value, end);
    this.#operator = true;
  }

  /** Finds the end of a text that closes with `width` quotes. A backslash hides the last of them only. */
  #closing(quote: string, from: number, width: number): number {
    let quotes = 0;
    for (let at = from; at < this.#source.length; at++) {
      const char = this.#source.charAt(at);
      if (char === '\\' && quotes === width - 1 && this.#source.charAt(at + 1) === quote) at++;
      else if (char !== quote) quotes = 0;
      else if (++quotes === width) return at + 1;
    }
    return -1;
  }

  /** A comment or a regex; false when the slash divides. */
  #slash(): boolean {
    const previous = this.#tokens.at(-1)?.kind;
    const matching = previous === '=~' || previous === '!~';
    if (this.#source.charAt(this.#at + 1) === '/' && !matching) {
      this.#comment();
      return true;
    }
    if (this.#operator) return false;
    const first = this.#source.codePointAt(this.#at + 1);
    if (!matching && (first === undefined || first > 0x7f)) {
      this.#fail(
        first === undefined
          ? 'A regex is opened and not closed'
          : 'A regex whose first character is not ASCII can stand only directly behind =~ or !~',
        first === undefined ? 'Close it with a slash.' : 'Put the character into a group: /(?:é)/.',
      );
    }
    const end = this.#closing('/', this.#at + 1, 1);
    if (end === -1) {
      const cure = "Close it with a slash; write a slash in the pattern as \\/. Division can't stand here.";
      this.#fail('The regex is not closed', cure, this.#at, this.#source.length);
    }
    this.#push('regex', this.#source.slice(this.#at + 1, end - 1).replaceAll('\\/', '/'), end);
    this.#operator = false;
    return true;
  }

  #comment(): void {
    do {
      this.#at += this.#match(LINE_REST)?.length ?? 0;
      this.#at += this.#match(SPACE)?.length ?? 0;
      // One slash at the beginning of the next line goes on with the comment, as in Kapacitor.
    } while (this.#source.charAt(this.#at) === '/');
    this.#operator = false;
  }

  #sign(char: string): void {
    if (this.#operator) {
      const sign = this.#match(BINARY);
      if (sign !== undefined) {
        this.#push(sign as TokenKind, sign, this.#at + sign.length);
        this.#operator = false;
        return;
      }
    } else if (char === '-' || char === '!') {
      this.#push(char, char, this.#at + 1);
      return;
    } else if (char === '*') {
      this.#push('star', char, this.#at + 1);
      this.#operator = true;
      return;
    }
    this.#unexpected();
  }

  #unexpected(): never {
    const text = String.fromCodePoint(this.#source.codePointAt(this.#at) ?? 0);
    const operator = this.#match(BINARY);
    const previous = this.#tokens.at(-1);
    if (operator !== undefined && previous?.kind === 'regex') {
      const cure = `Put the comparison before it in parentheses: ("host" =~ /web/) ${operator} …`;
      this.#fail(`${operator} can't follow a regex`, cure, this.#at, this.#at + operator.length);
    }
    if (operator !== undefined) {
      const cure =
        previous !== undefined && this.#source.slice(previous.end, this.#at).includes('//')
          ? 'Put the operator before the comment.'
          : undefined;
      this.#fail(`${operator} needs a value before it`, cure, this.#at, this.#at + operator.length);
    }
    this.#fail(`${text} has no meaning here`, CURES[text], this.#at, this.#at + text.length);
  }
}

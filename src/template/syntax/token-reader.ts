import { unquote } from './constant.ts';
import { Lexer } from './lexer.ts';
import { type TemplateOrigin, templateSyntaxError } from './template-syntax-error.ts';
import type { Token, TokenKind } from './token.ts';

/** How deep blocks and parentheses may be nested. */
const MAX_NESTING = 200;

/** Walks over the tokens of a template, one after the other. */
export class TokenReader {
  /** The text that the tokens are of. */
  readonly origin: TemplateOrigin;
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(origin: TemplateOrigin) {
    this.origin = origin;
    this.#tokens = new Lexer(origin).tokens();
  }

  /** The next token, or one behind it; at the end it is always `end-of-file`. */
  peek(ahead = 0): Token {
    const token = this.#tokens[Math.min(this.#next + ahead, this.#tokens.length - 1)];
    if (!token) throw new RangeError('a template always has an end-of-file token');
    return token;
  }

  /** The next token, which is used up by that. */
  take(): Token {
    const token = this.peek();
    this.#next++;
    return token;
  }

  /** Uses up the next token, which must be of a kind. */
  expect(kind: TokenKind, context: string): void {
    const token = this.take();
    if (token.kind !== kind) throw this.unexpected(token, `Nothing more can stand in ${context}`);
  }

  isKeyword(token: Token, word: string): boolean {
    return token.kind === 'keyword' && token.text === word;
  }

  /** Where the token ends that was taken last. */
  endOfLast(): number {
    const token = this.#tokens[this.#next - 1];
    return token ? token.offset + token.text.length : 0;
  }

  /** What a text in quotes stands for. */
  text(token: Token): string {
    const text = unquote(token.text);
    if (text === undefined) {
      throw this.error(token, 'This text has an escape that is none', 'Write \\\\ for a backslash.');
    }
    return text;
  }

  /** Reads what stands inside of something. */
  nested<Result>(token: Token, read: () => Result): Result {
    if (++this.#depth > MAX_NESTING) {
      throw this.error(token, `Blocks and parentheses can be nested ${MAX_NESTING} deep at most`);
    }
    const result = read();
    this.#depth--;
    return result;
  }

  /** The error for a token that cannot stand where it does. */
  unexpected(token: Token, reason: string): Error {
    return this.error(
      token,
      `Unexpected ${named(token)}: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}`,
    );
  }

  error(token: Token, reason: string, cure?: string): Error {
    return templateSyntaxError(this.origin, token.offset, token.text.length, reason, cure);
  }
}

function named({ kind, text }: Token): string {
  if (kind === 'end-of-file') return 'end of the template';
  return kind === 'close' ? 'end of the action' : `'${text}'`;
}

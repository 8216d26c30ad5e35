/** The words that no identifier can be. `lambda` is one only with a colon behind it. */
export type Keyword = 'TRUE' | 'FALSE' | 'AND' | 'OR' | 'var' | 'dbrp' | 'lambda:';

/** The signs of the grammar, those of TICKscript included. */
export type Sign =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '=='
  | '!='
  | '=~'
  | '!~'
  | '<'
  | '<='
  | '>'
  | '>='
  | '!'
  | '='
  | '('
  | ')'
  | '['
  | ']'
  | ','
  | '.'
  | '|'
  | '@';

/** What a {@link Token} is. `star` is a `*` where an operand stands. */
export type TokenKind =
  | Keyword
  | Sign
  | 'int'
  | 'float'
  | 'duration'
  | 'string'
  | 'reference'
  | 'regex'
  | 'identifier'
  | 'star'
  | 'end';

/** A piece of source text. */
export interface Token {
  /** What it is. */
  readonly kind: TokenKind;
  /** What it says: the content of a string, reference or regex without quotes and escapes, else the text. */
  readonly value: string;
  /** Where it begins. */
  readonly start: number;
  /** Where it ends. */
  readonly end: number;
}

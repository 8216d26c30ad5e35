/** What a piece of a template is. */
export type TokenKind =
  | 'text'
  | 'open'
  | 'close'
  | 'end-of-file'
  | 'identifier'
  | 'keyword'
  | 'field'
  | 'variable'
  | 'dot'
  | 'nil'
  | 'bool'
  | 'number'
  | 'char'
  | 'string'
  | 'raw-string'
  | 'assign'
  | 'declare'
  | 'pipe'
  | 'left-paren'
  | 'right-paren'
  | 'symbol';

/** A piece of a template. */
export interface Token {
  readonly kind: TokenKind;
  /** As written. */
  readonly text: string;
  /** Where it begins in the source. */
  readonly offset: number;
  /** Whether white space stands before it, inside an action. */
  readonly spaced: boolean;
}

/** The words that begin or end a block, and so can be no function. */
export const KEYWORDS: ReadonlySet<string> = new Set([
  'block',
  'break',
  'continue',
  'define',
  'else',
  'end',
  'if',
  'range',
  'template',
  'with',
]);

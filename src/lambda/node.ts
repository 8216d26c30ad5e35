import type { Int64 } from '../alert/int64.ts';
import type { Regex } from './regex.ts';

/** The binary operators, from those that bind least. */
export type BinaryOperator =
  | 'OR'
  | 'AND'
  | '=='
  | '!='
  | '=~'
  | '!~'
  | '<'
  | '<='
  | '>'
  | '>='
  | '+'
  | '-'
  | '*'
  | '/'
  | '%';

interface Spanned {
  /** Where in the source the piece begins. */
  readonly start: number;
  /** Where it ends. */
  readonly end: number;
}

/** A literal int, float or duration, and how it is written. */
export interface NumberNode extends Spanned {
  readonly kind: 'int' | 'float' | 'duration';
  readonly value: Int64;
  readonly text: string;
}

/** A literal text. */
export interface StringNode extends Spanned {
  readonly kind: 'string';
  readonly value: string;
}

/** `TRUE` or `FALSE`. */
export interface BoolNode extends Spanned {
  readonly kind: 'bool';
  readonly value: boolean;
}

/** A literal regex. */
export interface RegexNode extends Spanned {
  readonly kind: 'regex';
  readonly value: Regex;
}

/** A field or tag: `"host"`. */
export interface ReferenceNode extends Spanned {
  readonly kind: 'reference';
  readonly name: string;
}

/** A bare word: `CRITICAL`. */
export interface IdentifierNode extends Spanned {
  readonly kind: 'identifier';
  readonly name: string;
}

/** A `*` in place of a value; means something in TICKscript only. */
export interface StarNode extends Spanned {
  readonly kind: 'star';
}

/** A function call. */
export interface CallNode extends Spanned {
  readonly kind: 'call';
  readonly name: string;
  readonly args: readonly LambdaNode[];
}

/** `-x` or `!x`. */
export interface UnaryNode extends Spanned {
  readonly kind: 'unary';
  readonly operator: '-' | '!';
  readonly operand: LambdaNode;
}

/** Two operands and what stands between them. */
export interface BinaryNode extends Spanned {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: LambdaNode;
  readonly right: LambdaNode;
}

/** `['a', 'b']`; TICKscript only. */
export interface ListNode extends Spanned {
  readonly kind: 'list';
  readonly items: readonly LambdaNode[];
}

/** `lambda: …` inside another expression; TICKscript only. */
export interface NestedLambdaNode extends Spanned {
  readonly kind: 'lambda';
  readonly body: LambdaNode;
}

/** A parsed expression or a part of one. */
export type LambdaNode =
  | NumberNode
  | StringNode
  | BoolNode
  | RegexNode
  | ReferenceNode
  | IdentifierNode
  | StarNode
  | CallNode
  | UnaryNode
  | BinaryNode
  | ListNode
  | NestedLambdaNode;

/** How tightly each binary operator binds. All of them group to the left. */
export const PRECEDENCE: Readonly<Record<BinaryOperator, number>> = {
  OR: 1,
  AND: 2,
  '==': 3,
  '!=': 3,
  '=~': 3,
  '!~': 3,
  '<': 4,
  '<=': 4,
  '>': 4,
  '>=': 4,
  '+': 5,
  '-': 5,
  '*': 6,
  '/': 6,
  '%': 6,
};

/** Whether a token's kind is a binary operator. */
export function isBinaryOperator(kind: string): kind is BinaryOperator {
  return Object.hasOwn(PRECEDENCE, kind);
}

import type { LambdaNode } from '../../lambda/index.ts';

/** A piece of a script's text. */
export interface Span {
  /** Where it begins. */
  readonly start: number;
  /** Where it ends. */
  readonly end: number;
}

/** The types that a `var` can be declared to have. */
export const VAR_TYPES = [
  'string',
  'int',
  'float',
  'bool',
  'duration',
  'regex',
  'lambda',
  'list',
  'star',
] as const;

/** A type that a `var` can be declared to have. */
export type VarType = (typeof VAR_TYPES)[number];

/** A word with its place. */
export interface Name extends Span {
  readonly name: string;
}

/** One link of a chain: `|window()`, `.period(10s)`, `@udf()`. */
export interface Link extends Name {
  readonly mark: '|' | '.' | '@';
  readonly args: readonly ScriptValue[];
  /** The name alone. */
  readonly word: Span;
}

/** `stream|from().measurement('cpu')|alert()`. */
export interface Chain extends Span {
  readonly kind: 'chain';
  readonly source: Name;
  readonly links: readonly Link[];
}

/** What can stand behind `=` and between parentheses. */
export type ScriptValue = LambdaNode | Chain;

/** `var x = 5`, or the placeholder `var x int`. */
export interface VarStatement extends Span {
  readonly kind: 'var';
  readonly name: Name;
  readonly type?: VarType;
  readonly value?: ScriptValue;
}

/** `dbrp "telegraf"."autogen"`. */
export interface DbrpStatement extends Span {
  readonly kind: 'dbrp';
  readonly database: string;
  readonly retentionPolicy: string;
}

/** A chain that stands alone. */
export interface ChainStatement extends Span {
  readonly kind: 'chain';
  readonly chain: Chain;
}

/** One statement of a script. */
export type Statement = VarStatement | DbrpStatement | ChainStatement;

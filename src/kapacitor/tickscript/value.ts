import type { Int64 } from '../../alert/int64.ts';
import type { LambdaNode, Regex } from '../../lambda/index.ts';
import type { GraphPlace } from './graph.ts';

/** What an expression of a script comes to. */
export type TickValue =
  | { readonly type: 'string' | 'reference'; readonly value: string }
  | { readonly type: 'int'; readonly value: Int64 }
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  /** Nanoseconds. */
  | { readonly type: 'duration'; readonly value: Int64 }
  | { readonly type: 'regex'; readonly value: Regex }
  | { readonly type: 'lambda'; readonly value: LambdaNode }
  | { readonly type: 'list'; readonly value: readonly TickValue[] }
  | { readonly type: 'star' }
  | { readonly type: 'node'; readonly value: GraphPlace };

const WORDS: Readonly<Record<TickValue['type'], string>> = {
  string: 'a text',
  reference: 'a reference',
  int: 'an int',
  float: 'a float',
  bool: 'TRUE or FALSE',
  duration: 'a duration',
  regex: 'a regex',
  lambda: 'a lambda',
  list: 'a list',
  star: '*',
  node: 'a node',
};

/** A type as messages name it. */
export function typeWord(type: TickValue['type']): string {
  return WORDS[type];
}

import type { Int64 } from '../alert/int64.ts';
import { LambdaEvaluationError } from '../errors.ts';
import { Compiler, LONGEST_NEST, type Surroundings, type Typed } from './compiler.ts';
import { Duration } from './duration.ts';
import { floatText } from './functions/float-text.ts';
import type { Knowledge } from './knowledge.ts';
import type { LambdaType, LambdaValue, RawValue } from './lambda-type.ts';
import type { LambdaNode } from './node.ts';
import { isArithmetic, isLogical } from './node-shape.ts';
import { printLambda } from './print.ts';
import { Regex } from './regex.ts';
import type { ScopeKind } from './scope.ts';
import { childrenOf, leftChain } from './walk.ts';
import { dateOf, type RawTime } from './wall-clock.ts';

/** What one part of an expression came to. */
export interface Explanation {
  /** The part, in canonical form. */
  readonly text: string;
  /** Its value; absent when it failed. */
  readonly value?: LambdaValue;
  /** Why it failed. */
  readonly error?: string;
  /** Present when the evaluation stepped over it, because what came before had decided. */
  readonly skipped?: true;
  /** Its parts, in the order of the text. A literal is no part: it says itself what it is. */
  readonly parts: readonly Explanation[];
}

type Finding = { readonly value: LambdaValue } | { readonly error: string };

/**
 * Evaluates an expression and every part of it, also those that a short circuit steps over. What the expression
 * remembers is left as it was.
 */
export function explainLambda(
  root: LambdaNode,
  knowledge: Knowledge,
  scopeKind: ScopeKind<never>,
  surroundings: Surroundings,
  states: ReadonlyMap<string, object>,
  unchecked: boolean,
  scope: never,
): Explanation {
  const findings = new Map<LambdaNode, Finding>();
  const copies = new Map([...states].map(([name, state]) => [name, { ...state }]));
  const observe = (node: LambdaNode, { type, run }: Typed): Typed => ({
    type,
    run: (given) => {
      try {
        const value = run(given);
        findings.set(node, { value: shown(type, value) });
        return value;
      } catch (error) {
        findings.set(node, { error: reasonOf(error) });
        throw error;
      }
    },
  });
  const compiler = new Compiler(knowledge, scopeKind, surroundings, copies, observe);
  const evaluate = (node: LambdaNode): void => {
    try {
      compiler.any(node, unchecked && node === root)(scope);
    } catch (error) {
      if (!findings.has(node)) findings.set(node, { error: reasonOf(error) });
    }
  };
  const explain = (node: LambdaNode, skipped: boolean): Explanation => {
    const over = skipped || !findings.has(node);
    if (!findings.has(node)) evaluate(node);
    const finding = findings.get(node);
    return {
      text: printLambda(node),
      ...finding,
      ...(over ? { skipped: true } : {}),
      parts: partsOf(node)
        .filter(speaks)
        .map((part) => explain(part, over)),
    };
  };
  evaluate(root);
  return explain(root, false);
}

function reasonOf(error: unknown): string {
  if (error instanceof LambdaEvaluationError) return error.reason;
  throw error;
}

function shown(type: LambdaType, value: RawValue): LambdaValue {
  if (type === 'int') return BigInt(value as Int64);
  if (type === 'duration') return new Duration(value as Int64);
  if (type === 'time') return dateOf(value as RawTime);
  return value;
}

/** The parts of a node; a chain of one logical operator has its operands side by side. */
function partsOf(node: LambdaNode): readonly LambdaNode[] {
  if (node.kind !== 'binary') return childrenOf(node);
  const chain = leftChain(node);
  const together = isLogical(node.operator)
    ? chain.slice(chain.findLastIndex((link) => link.operator !== node.operator) + 1)
    : chain.slice(chain.findLastIndex((link) => !isArithmetic(link.operator)) + 1);
  const [first] = together;
  if (first === undefined || !(isLogical(node.operator) || together.length > LONGEST_NEST))
    return childrenOf(node);
  return [first.left, ...together.map((link) => link.right)];
}

function speaks(node: LambdaNode): boolean {
  return (
    childrenOf(node).length > 0 ||
    node.kind === 'reference' ||
    node.kind === 'identifier' ||
    node.kind === 'call'
  );
}

/**
 * An explanation as lines of text, each part below the whole:
 *
 * ```
 * FALSE  changed() AND level() == CRITICAL
 *   TRUE   changed()
 *   FALSE  level() == CRITICAL
 *     2      level()
 * ```
 */
export function printExplanation(explanation: Explanation, indent = ''): string {
  const { text, error, value, skipped, parts } = explanation;
  const what = error === undefined ? valueText(value) : 'ERROR';
  const note = error === undefined ? '' : `  ${error}`;
  const line = `${indent}${what.padEnd(6)} ${text}${note}${skipped ? '  (not needed)' : ''}`;
  return [line, ...parts.map((part) => printExplanation(part, `${indent}  `))].join('\n');
}

function valueText(value: LambdaValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'number') return floatText(value);
  if (value instanceof Date) return value.toISOString();
  return value instanceof Regex || value instanceof Duration ? value.toString() : String(value);
}

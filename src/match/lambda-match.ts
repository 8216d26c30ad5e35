import type { AlertEvent } from '../alert/event.ts';
import { LambdaEvaluationError } from '../errors.ts';
import {
  allNodes,
  type CompiledLambda,
  compileLambda,
  decidingReferences,
  type Explanation,
  type LambdaNode,
  leftChain,
  referencesOf,
  type ScopeValue,
} from '../lambda/index.ts';
import type { MatchExpression, MatchOptions } from './match-expression.ts';
import { LEVEL_IDENTIFIERS, MATCH_FUNCTIONS, MATCH_HINTS } from './match-functions.ts';
import { type MatchIndex, matchIndexOf } from './match-index.ts';
import { matchScope } from './match-scope.ts';

/** Compiles a match in Kapacitor's language. */
export function lambdaMatch(
  source: string,
  { strict, now, timeZone, file, within }: MatchOptions,
): MatchExpression {
  const lambda = compileLambda<AlertEvent>(source, {
    scope: matchScope,
    functions: MATCH_FUNCTIONS,
    identifiers: LEVEL_IDENTIFIERS,
    hints: MATCH_HINTS,
    uncheckedRoot: true,
    expects: 'bool',
    ...(strict === undefined ? {} : { strict }),
    ...(now === undefined ? {} : { now }),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(file === undefined ? {} : { file }),
    ...(within === undefined ? {} : { within }),
  });
  return new LambdaMatch(lambda);
}

/** A tag or field that an event must have. */
interface RequiredReference {
  readonly name: string;
  readonly read: (event: AlertEvent) => ScopeValue;
  /** The error without it, made once: an error costs a thousand times an answer, and a tag may often be missing. */
  failure: LambdaEvaluationError | undefined;
}

class LambdaMatch implements MatchExpression {
  readonly dialect = 'lambda';
  readonly source: string;
  readonly references: readonly string[];
  readonly index?: MatchIndex;
  readonly #lambda: CompiledLambda<AlertEvent>;
  readonly #first: readonly RequiredReference[];
  /** The one reference that every evaluation reads first and fails without. Its error is the one that was thrown before. */
  readonly #sure: RequiredReference | undefined;

  constructor(lambda: CompiledLambda<AlertEvent>) {
    this.source = lambda.source;
    this.references = lambda.references;
    this.#lambda = lambda;
    const optional = optionalReferences(lambda.root);
    const index = matchIndexOf(lambda.root, optional);
    if (index !== undefined) this.index = index;
    const sure = lambda.stateful ? new Set<string>() : new Set(sureReferences(lambda.root));
    this.#first = lambda.references.filter((name) => !optional.has(name) && !sure.has(name)).map(required);
    const [only] = sure;
    this.#sure = only === undefined || sure.size > 1 || optional.has(only) ? undefined : required(only);
  }

  matches(event: AlertEvent): boolean {
    const failure = this.#failureOf(event);
    if (failure !== undefined) throw failure;
    return this.#lambda.evaluateBoolean(event);
  }

  decide(event: AlertEvent): boolean | LambdaEvaluationError {
    const failure = this.#failureOf(event);
    if (failure !== undefined) return failure;
    const sure = this.#sure;
    if (sure?.failure !== undefined && sure.read(event) === undefined) return sure.failure;
    try {
      return this.#lambda.evaluateBoolean(event);
    } catch (error) {
      if (sure !== undefined && isAbout(sure, error)) sure.failure = error;
      throw error;
    }
  }

  /** Kapacitor wants every tag that a match names, also where a short circuit would step over it. */
  #failureOf(event: AlertEvent): LambdaEvaluationError | undefined {
    for (let i = 0; i < this.#first.length; i++) {
      const reference = this.#first[i];
      if (reference !== undefined && reference.read(event) === undefined) {
        reference.failure ??= missing(reference.name);
        return reference.failure;
      }
    }
    return undefined;
  }

  explain(event: AlertEvent): Explanation {
    const explanation = this.#lambda.explain(event);
    const lost = this.#first.find(({ read }) => read(event) === undefined);
    if (lost === undefined) return explanation;
    const { value: _, ...rest } = explanation;
    return { ...rest, error: `"${lost.name}" is missing` };
  }
}

function required(name: string): RequiredReference {
  return { name, read: matchScope.reader(name), failure: undefined };
}

function isAbout({ name }: RequiredReference, error: unknown): error is LambdaEvaluationError {
  return error instanceof LambdaEvaluationError && error.reason === `"${name}" is missing`;
}

function missing(name: string): LambdaEvaluationError {
  return new LambdaEvaluationError(`"${name}" is missing`, {
    text: name,
    cure: `The event has no tag and no field of that name. If a text is meant: '${name}'. Else ask: isPresent("${name}").`,
  });
}

/** The references that are asked for by isPresent, and so may be missing. */
function optionalReferences(root: LambdaNode): Set<string> {
  const names = new Set<string>();
  for (const node of allNodes(root)) {
    if (node.kind !== 'call' || node.name !== 'isPresent') continue;
    for (const name of node.args.flatMap(decidingReferences)) names.add(name);
  }
  return names;
}

/** The references that every evaluation reads, and so finds missing by itself. */
function sureReferences(node: LambdaNode): string[] {
  if (node.kind !== 'binary' || (node.operator !== 'AND' && node.operator !== 'OR'))
    return referencesOutside(node);
  const [first] = leftChain(node);
  return first === undefined ? [] : sureReferences(first.left);
}

/** The references of a node that has no logic in it. */
function referencesOutside(node: LambdaNode): string[] {
  for (const each of allNodes(node))
    if (each.kind === 'binary' && (each.operator === 'AND' || each.operator === 'OR')) return [];
  return referencesOf(node);
}

import type { AlertEvent } from '../alert/event.ts';
import { LambdaTypeError } from '../errors.ts';
import {
  allNodes,
  compileLambda,
  decidingReferences,
  type LambdaNode,
  leftChain,
  referencesOf,
} from '../lambda/index.ts';
import { EVENT_FUNCTIONS, LEVEL_IDENTIFIERS, MATCH_FUNCTIONS } from './match-functions.ts';
import { matchScope } from './match-scope.ts';

/**
 * What an index of handlers may know of a match: it is plainly false for every event whose {@link valueOf} is none
 * of the {@link values}, without anything to report.
 *
 * Handlers are kept by `signature`, and below that by value. For an event, ask one of a signature for the event's
 * value: `undefined` means that each of the signature's matches has to be evaluated, because a tag that they refer to
 * is missing. {@link fails} says whether that is an error in all of them, to be reported, and not a plain no.
 */
export interface MatchIndex {
  /** The values for which the match can be true. */
  readonly values: ReadonlySet<string>;
  /** Equal for matches that ask events for the same value under the same conditions. */
  readonly signature: string;
  /** The event's value, or `undefined` when nothing can be told without evaluating. */
  valueOf(event: AlertEvent): string | undefined;
  /**
   * Whether all matches of the signature throw on the event, because it has neither tag nor field of a name that they
   * need. Without it, each of them is evaluated when there is no value.
   */
  fails?(event: AlertEvent): boolean;
}

/** The part of an event that is compared: a tag, or what a function answers. */
interface Subject {
  readonly kind: 'tag' | 'name' | 'taskName';
  readonly name: string;
}

interface Equality extends Subject {
  readonly values: readonly string[];
}

/**
 * Analyses a match that asks for the equality of a tag, of `name()` or of `taskName()`: `"host" == 'web-17' AND …`, or
 * several such equalities joined by OR. What stands before the equality may only be what cannot fail and remembers
 * nothing, such as `changed()` or `isPresent("host")`.
 *
 * @param optional References that may be missing, since the match asks for them by `isPresent`.
 */
export function matchIndexOf(root: LambdaNode, optional: ReadonlySet<string>): MatchIndex | undefined {
  const conjuncts = operandsOf(root, 'AND');
  // An operand that is not plainly a bool is looked at before the first is evaluated, and may fail then.
  const doubtful = (each: LambdaNode): boolean =>
    presenceAskedBy(each) === undefined && decidingReferences(each).length > 0;
  if (conjuncts.length > 1 && conjuncts.some(doubtful)) return undefined;
  const before: LambdaNode[] = [];
  for (const conjunct of conjuncts) {
    const equality = equalityOf(conjunct);
    if (equality !== undefined) return indexFor(equality, before, root, optional);
    if (presenceAskedBy(conjunct) === undefined && !isInfallible(conjunct)) return undefined;
    before.push(conjunct);
  }
  return undefined;
}

function indexFor(
  { kind, name, values }: Equality,
  before: readonly LambdaNode[],
  root: LambdaNode,
  optional: ReadonlySet<string>,
): MatchIndex {
  const tags = new Set(before.filter((each) => presenceAskedBy(each) === undefined).flatMap(referencesOf));
  // Where the match itself asks first whether the tag is there, a missing one is a plain no.
  const guarded = kind === 'tag' && before.some((each) => presenceAskedBy(each) === name);
  if (kind === 'tag' && !guarded) tags.add(name);
  const required = referencesOf(root)
    .filter((reference) => !optional.has(reference))
    .sort();
  const reads = required.map((reference) => matchScope.reader(reference));
  const needed = [...tags].sort();
  const others = required.filter((reference) => !tags.has(reference));
  return {
    values: new Set(values),
    signature: JSON.stringify([kind, name, needed, required, guarded]),
    valueOf: (event) => {
      for (const tag of needed) if (!Object.hasOwn(event.tags, tag)) return undefined;
      for (const other of others)
        if (!Object.hasOwn(event.tags, other) && !Object.hasOwn(event.fields, other)) return undefined;
      if (guarded && !Object.hasOwn(event.tags, name))
        return Object.hasOwn(event.fields, name) ? undefined : '';
      return kind === 'tag' ? event.tags[name] : kind === 'name' ? event.name : event.taskName;
    },
    fails: (event) => reads.some((read) => read(event) === undefined),
  };
}

/** The reference that a node asks for by `isPresent`, if that is all it does. */
function presenceAskedBy(node: LambdaNode): string | undefined {
  if (node.kind !== 'call' || node.name !== 'isPresent' || node.args.length !== 1) return undefined;
  const [asked] = node.args;
  return asked?.kind === 'reference' ? asked.name : undefined;
}

function operandsOf(node: LambdaNode, operator: 'AND' | 'OR'): readonly LambdaNode[] {
  if (node.kind !== 'binary' || node.operator !== operator) return [node];
  const chain = leftChain(node);
  const same = chain.slice(chain.findLastIndex((link) => link.operator !== operator) + 1);
  const [first] = same;
  return first === undefined ? [node] : [first.left, ...same.map((link) => link.right)];
}

function equalityOf(node: LambdaNode): Equality | undefined {
  const equalities = operandsOf(node, 'OR').map((each) => singleEquality(each));
  const [first] = equalities;
  if (first === undefined) return undefined;
  const values: string[] = [];
  for (const each of equalities) {
    if (each === undefined || each.kind !== first.kind || each.name !== first.name) return undefined;
    values.push(...each.values);
  }
  return { ...first, values };
}

function singleEquality(node: LambdaNode): Equality | undefined {
  if (node.kind !== 'binary' || node.operator !== '==') return undefined;
  return equalityWith(node.left, node.right) ?? equalityWith(node.right, node.left);
}

function equalityWith(side: LambdaNode, value: LambdaNode): Equality | undefined {
  const subject = subjectOf(side);
  return subject !== undefined && value.kind === 'string' ? { ...subject, values: [value.value] } : undefined;
}

function subjectOf(node: LambdaNode): Subject | undefined {
  if (node.kind === 'reference') return { kind: 'tag', name: node.name };
  if (node.kind !== 'call' || node.args.length > 0) return undefined;
  return node.name === 'name' || node.name === 'taskName' ? { kind: node.name, name: '' } : undefined;
}

const CALM: ReadonlySet<string> = new Set(EVENT_FUNCTIONS.map(({ name }) => name));
const COMPARISONS: ReadonlySet<string> = new Set(['AND', 'OR', '==', '!=', '<', '<=', '>', '>=', '=~', '!~']);

/** Whether evaluating a node cannot fail nor leave a trace, given that all it refers to are tags. */
function isInfallible(root: LambdaNode): boolean {
  for (const node of allNodes(root)) {
    if (node.kind === 'call' && !(CALM.has(node.name) && node.args.length === 0)) return false;
    if (node.kind === 'binary' && !COMPARISONS.has(node.operator)) return false;
  }
  const types = Object.fromEntries(referencesOf(root).map((name) => [name, 'string' as const]));
  try {
    const options = {
      root,
      types,
      scope: matchScope,
      functions: MATCH_FUNCTIONS,
      identifiers: LEVEL_IDENTIFIERS,
    };
    return compileLambda('', options).type === 'bool';
  } catch (error) {
    if (error instanceof LambdaTypeError) return false;
    throw error;
  }
}

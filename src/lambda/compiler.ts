import { type Int64, int64 } from '../alert/int64.ts';
import { LambdaEvaluationError, LambdaTypeError } from '../errors.ts';
import { Checker } from './check.ts';
import { dispatch } from './dispatch.ts';
import { Duration } from './duration.ts';
import { LAMBDA_FUNCTIONS } from './functions/index.ts';
import { intToFloat, negateInt } from './int64-arithmetic.ts';
import type { Knowledge, TypesOf } from './knowledge.ts';
import { type FunctionContext, TOO_LONG } from './lambda-function.ts';
import type { LambdaType, LambdaValue, RawValue, ScopeValue } from './lambda-type.ts';
import { every, some } from './logic.ts';
import type { BinaryNode, CallNode, LambdaNode } from './node.ts';
import { isArithmetic, isBoundary, isLogical } from './node-shape.ts';
import { operationOf, type Run } from './operators.ts';
import type { ScopeKind } from './scope.ts';
import { numberShortcut, regexShortcut, textShortcut } from './shortcut.ts';
import { allNodes, childrenOf, leftChain } from './walk.ts';
import { UtcTime } from './wall-clock.ts';

/** What an expression takes from outside while it is evaluated. */
export interface Surroundings {
  readonly now: () => Date;
  readonly random: () => number;
  readonly timeZone: string | undefined;
}

/** A closure and the type of what it returns. */
export interface Typed {
  readonly type: LambdaType;
  readonly run: Run;
}

/** The references of a piece: their types, and how to read them. */
interface Environment {
  readonly typesOf: TypesOf;
  read(name: string): Run<ScopeValue>;
}

/** Sees every node's closure when it is made and may put another in its place. */
export type Observe = (node: LambdaNode, typed: Typed) => Typed;

/** A chain longer than this is run in a loop, so that its length costs no stack. */
export const LONGEST_NEST = 16;

/**
 * Turns a checked tree into closures. What references hold is known only when they are read, so a piece whose
 * types depend on them (the operands of one comparison, say) is compiled anew for every combination of types
 * that turns up, and then runs without asking again. Comparisons and logic give bools in any case; they are the borders
 * between such pieces, and what a short circuit steps over is never looked at.
 */
export class Compiler {
  readonly #knowledge: Knowledge;
  readonly #checker: Checker;
  readonly #scope: ScopeKind<never>;
  readonly #surroundings: Surroundings;
  readonly #observe: Observe | undefined;
  readonly #states: Map<string, object>;
  readonly #boundaries = new Map<LambdaNode, Run<boolean>>();

  constructor(
    knowledge: Knowledge,
    scope: ScopeKind<never>,
    surroundings: Surroundings,
    states: Map<string, object> = new Map(),
    observe?: Observe,
  ) {
    this.#knowledge = knowledge;
    this.#checker = new Checker(knowledge);
    this.#scope = scope;
    this.#surroundings = surroundings;
    this.#states = states;
    this.#observe = observe;
  }

  /** The closure of a whole expression that is to give a bool. */
  boolean(root: LambdaNode, unchecked: boolean): Run<boolean> {
    if (isBoundary(root)) return this.#boundary(root);
    return this.#dispatch([root], (environment) => this.#bool(root, environment, unchecked));
  }

  /** The closure of a whole expression whatever it gives. */
  value(root: LambdaNode): Run<LambdaValue> {
    if (isBoundary(root)) return this.#boundary(root);
    return this.#dispatch([root], (environment) => {
      const { type, run } = this.#emit(root, environment);
      return this.#outward(root, type, run);
    });
  }

  /** The closure of any node, whatever its type, for those that observe. */
  any(node: LambdaNode, unchecked: boolean): Run {
    return this.#dispatch([node], (environment) =>
      node.kind === 'call' ? this.#call(node, environment, unchecked).run : this.#emit(node, environment).run,
    );
  }

  #outward(node: LambdaNode, type: LambdaType, run: Run): Run<LambdaValue> {
    switch (type) {
      case 'int':
        return (scope) => BigInt(run(scope) as Int64);
      case 'duration':
        return (scope) => new Duration(run(scope) as Int64);
      case 'missing':
        return this.#checker.mistakes.missing(node);
      case 'time':
      case 'regex':
        return this.#checker.mistakes.fail(
          node,
          `An expression can't give a ${type}`,
          type === 'time' ? 'Use unixNano(…) or string(…).' : undefined,
        );
      default:
        return run as Run<LambdaValue>;
    }
  }

  #bool(node: LambdaNode, environment: Environment, unchecked: boolean): Run<boolean> {
    const { type, run } =
      unchecked && node.kind === 'call' ? this.#call(node, environment, true) : this.#emit(node, environment);
    if (type === 'missing') this.#checker.mistakes.missing(node);
    if (type !== 'bool') this.#checker.mistakes.noBool(node, type);
    return run as Run<boolean>;
  }

  #seen(node: LambdaNode, typed: Typed): Typed {
    return this.#observe === undefined ? typed : this.#observe(node, typed);
  }

  /** The closure of a node whose references have known types. Throws a type error when they don't fit. */
  #emit(node: LambdaNode, environment: Environment): Typed {
    if (isBoundary(node)) return { type: 'bool', run: this.#boundary(node) };
    switch (node.kind) {
      case 'call':
        return this.#call(node, environment, false);
      case 'unary':
        return this.#seen(node, this.#minus(node, node.operand, environment));
      case 'binary':
        return this.#arithmetic(node, environment);
      case 'reference':
        return this.#seen(node, this.#reference(node.name, environment));
      default:
        return this.#seen(node, this.#constant(node));
    }
  }

  #constant(node: LambdaNode): Typed {
    switch (node.kind) {
      case 'int':
      case 'float':
      case 'duration':
      case 'string':
      case 'bool':
      case 'regex':
        return constant(node.kind, node.value);
      default: {
        const name = node.kind === 'identifier' ? node.name : '';
        const type = this.#checker.typeOf(node, () => undefined) ?? 'missing';
        return constant(type, inward(type, this.#knowledge.identifiers[name], name));
      }
    }
  }

  #reference(name: string, { typesOf, read: readerOf }: Environment): Typed {
    const type = typesOf(name) ?? 'missing';
    const read = readerOf(name);
    switch (type) {
      case 'float':
      case 'string':
      case 'bool':
      case 'regex':
        return { type, run: read as Run };
      default:
        return { type, run: (scope) => inward(type, read(scope), name) };
    }
  }

  #minus(node: LambdaNode, operand: LambdaNode, environment: Environment): Typed {
    const { type, run } = this.#emit(operand, environment);
    this.#checker.typeOf(node, environment.typesOf);
    switch (type) {
      case 'bool':
        return { type, run: (scope) => !run(scope) };
      case 'float':
        return { type, run: (scope) => -(run(scope) as number) };
      default:
        return { type, run: (scope) => negateInt(run(scope) as Int64) };
    }
  }

  #arithmetic(node: BinaryNode, environment: Environment): Typed {
    const whole = leftChain(node);
    const chain = whole.slice(whole.findLastIndex((link) => !isArithmetic(link.operator)) + 1);
    const first = chain[0]?.left ?? node.left;
    let typed = this.#emit(first, environment);
    const steps: { readonly link: BinaryNode; readonly right: Typed }[] = [];
    for (const link of chain) {
      const right = this.#emit(link.right, environment);
      if (chain.length <= LONGEST_NEST) {
        typed = this.#seen(link, this.#operate(link, typed, right));
      } else steps.push({ link, right });
    }
    return steps.length === 0 ? typed : this.#seen(node, this.#loop(typed, steps));
  }

  /** A long chain: every step takes the result of the one before through a variable. */
  #loop(first: Typed, links: readonly { readonly link: BinaryNode; readonly right: Typed }[]): Typed {
    let type = first.type;
    let result: RawValue = 0;
    const steps = links.map(({ link, right }) => {
      const step = this.#operate(link, { type, run: () => result }, right);
      type = step.type;
      return step.run;
    });
    return {
      type,
      run: (scope) => {
        result = first.run(scope);
        for (const step of steps) result = step(scope);
        return result;
      },
    };
  }

  #operate(node: BinaryNode, left: Typed, right: Typed): Typed {
    const result = this.#checker.binaryType(node, left.type, right.type);
    const types = this.#checker.adapted(node, left.type, right.type);
    const operation = operationOf(node.operator, types.left, types.right);
    if (operation === undefined || result === undefined)
      return this.#checker.mistakes.fail(node, `${node.operator} can't be computed`);
    const [l, r] = [converted(left, types.left), converted(right, types.right)];
    const tooLong = (): never => {
      throw new LambdaEvaluationError(TOO_LONG, this.#checker.mistakes.place(node));
    };
    if (operation.divides !== true) return { type: result, run: operation.make(l, r, tooLong) };
    const divisor: Run = (scope) => {
      const value = r(scope);
      if (value === 0)
        throw new LambdaEvaluationError('Division by zero', {
          ...this.#checker.mistakes.place(node),
          cure: 'Compare the divisor with 0 first.',
        });
      return value;
    };
    return { type: result, run: operation.make(l, divisor, tooLong) };
  }

  #call(node: CallNode, environment: Environment, unchecked: boolean): Typed {
    const signature = this.#checker.signatureOf(node, environment.typesOf, unchecked);
    if (signature === undefined)
      return this.#checker.mistakes.fail(node, `${node.name}() can't be called so`);
    const args = node.args.map((arg, i) => {
      const typed = this.#emit(arg, environment);
      return converted(typed, signature.args[i] ?? typed.type);
    });
    const made = signature.make(args as Run<never>[], this.#context(node)) as Run;
    const type = signature.result;
    const own = LAMBDA_FUNCTIONS.get(node.name)?.signatures.includes(signature) ?? false;
    const run = own || (type !== 'int' && type !== 'duration') ? made : normalised(made);
    return this.#seen(node, { type, run });
  }

  #context(node: CallNode): FunctionContext {
    const states = this.#states;
    const checker = this.#checker;
    return {
      ...this.#surroundings,
      state<T extends object>(name: string, create: () => T): T {
        const state = (states.get(name) as T | undefined) ?? create();
        states.set(name, state);
        return state;
      },
      fail(reason, cure) {
        throw new LambdaEvaluationError(`${node.name}(): ${reason}`, {
          ...checker.mistakes.place(node),
          ...(cure === undefined ? {} : { cure }),
        });
      },
    };
  }

  /** The closure of a comparison, of logic or of `!`. There is one for each, whatever is around it. */
  #boundary(node: LambdaNode): Run<boolean> {
    const known = this.#boundaries.get(node);
    if (known !== undefined) return known;
    const run = this.#makeBoundary(node);
    const seen = this.#seen(node, { type: 'bool', run }).run as Run<boolean>;
    this.#boundaries.set(node, seen);
    return seen;
  }

  #makeBoundary(node: LambdaNode): Run<boolean> {
    if (node.kind === 'unary') {
      const { operand } = node;
      return this.#dispatch([operand], (environment) => {
        const run = this.#bool(operand, environment, true);
        return (scope) => !run(scope);
      });
    }
    if (node.kind !== 'binary') return this.#checker.mistakes.fail(node, 'A bool is expected here');
    if (isLogical(node.operator)) return this.#logic(node);
    const compare = (): Run<boolean> =>
      this.#dispatch([node.left, node.right], (environment) => {
        const left = this.#emit(node.left, environment);
        return this.#operate(node, left, this.#emit(node.right, environment)).run as Run<boolean>;
      });
    return this.#shortcut(node, compare) ?? compare();
  }

  /** `a AND b AND c`: the operands that are bools in any case, and those that have to be looked at first. */
  #logic(node: BinaryNode): Run<boolean> {
    const chain = leftChain(node);
    const same = chain.slice(chain.findLastIndex((link) => link.operator !== node.operator) + 1);
    const operands = [same[0]?.left ?? node.left, ...same.map((link) => link.right)];
    const join = node.operator === 'AND' ? every : some;
    return this.#dispatch(operands, (environment) => {
      const { typesOf } = environment;
      for (const link of same) {
        this.#checker.binaryType(
          link,
          this.#checker.typeOf(link.left, typesOf),
          this.#checker.typeOf(link.right, typesOf),
        );
      }
      return join(operands.map((operand) => this.#bool(operand, environment, false)));
    });
  }

  /** The comparison of a reference with a literal, answered without detour when the type is the literal's. */
  #shortcut({ operator, left, right }: BinaryNode, compare: () => Run<boolean>): Run<boolean> | undefined {
    if (left.kind !== 'reference' || this.#observe !== undefined) return undefined;
    const read: Run<ScopeValue> = this.#scope.reader(left.name);
    let general: Run<boolean> | undefined;
    const otherwise: Run<boolean> = (scope) => {
      general ??= compare();
      return general(scope);
    };
    if (right.kind === 'string') return textShortcut(operator, read, right.value, otherwise);
    if (right.kind === 'regex') return regexShortcut(operator, read, right.value, otherwise);
    const number = literalNumber(right);
    return number === undefined ? undefined : numberShortcut(operator, read, number, otherwise);
  }

  /**
   * Runs a piece that is compiled for each combination of types of the references in it. They are read once, to learn
   * their types, and the piece takes them from there.
   */
  #dispatch<T>(nodes: readonly LambdaNode[], build: (environment: Environment) => Run<T>): Run<T> {
    const names = [...new Set(nodes.flatMap(decidingReferences))];
    const reads = names.map((name) => this.#scope.reader(name));
    const values: ScopeValue[] = [];
    const kept = this.#keepsToItself(nodes);
    const specialise = (types: readonly LambdaType[]): Run<T> => {
      const environment: Environment = {
        typesOf: (name) => types[names.indexOf(name)],
        read: (name) => {
          const slot = names.indexOf(name);
          return kept ? () => values[slot] : this.#scope.reader(name);
        },
      };
      try {
        return build(environment);
      } catch (error) {
        if (!(error instanceof LambdaTypeError)) throw error;
        const { reason, cause: _, ...options } = error;
        // Made once: an error costs a thousand times an answer, and a tag may be missing from every second event.
        const failure = new LambdaEvaluationError(reason, options);
        return () => {
          throw failure;
        };
      }
    };
    return dispatch({ names, reads, values, specialise });
  }

  /** Whether nothing of the host's runs within a piece that could evaluate the same expression meanwhile. */
  #keepsToItself(nodes: readonly LambdaNode[]): boolean {
    for (const root of nodes) {
      for (const node of allNodes(root)) {
        if (node.kind !== 'call') continue;
        const known = LAMBDA_FUNCTIONS.get(node.name);
        if (known === undefined || this.#knowledge.functions.get(node.name) !== known) return false;
      }
    }
    return true;
  }
}

/** The references whose types decide a node's own type and operation: those above the next boundaries. */
export function decidingReferences(node: LambdaNode): string[] {
  const names = new Set<string>();
  const pending = [node];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.kind === 'reference') names.add(next.name);
    else if (!isBoundary(next)) pending.push(...childrenOf(next));
  }
  return [...names].reverse();
}

/** The value of an int or float literal, with or without a sign before it. */
function literalNumber(node: LambdaNode): number | undefined {
  if (node.kind === 'int' || node.kind === 'float') return Number(node.value);
  if (node.kind !== 'unary' || node.operator !== '-') return undefined;
  const { operand } = node;
  return operand.kind === 'int' || operand.kind === 'float' ? -Number(operand.value) : undefined;
}

function constant(type: LambdaType, value: RawValue): Typed {
  return { type, run: () => value };
}

function inward(type: LambdaType, value: ScopeValue, name: string): RawValue {
  if (typeof value === 'bigint') return int64(value);
  if (value instanceof Duration) return value.nanoseconds;
  if (value instanceof Date && name !== 'time') return new UtcTime(value) as unknown as Date;
  if (value === undefined || value === null)
    throw new LambdaEvaluationError(`"${name}" is missing`, { cure: `It was of type ${type} a moment ago.` });
  return value;
}

/** A host's function may give a small int as a bigint; inside, each int has one form. */
function normalised(run: Run): Run {
  return (scope) => {
    const value = run(scope);
    return typeof value === 'bigint' ? int64(value) : value;
  };
}

function converted({ type, run }: Typed, wanted: LambdaType): Run {
  return type === 'int' && wanted === 'float' ? (scope) => intToFloat(run(scope) as Int64) : run;
}

/** Whether any function in a tree remembers earlier evaluations. */
export function isStateful(root: LambdaNode, { functions }: Knowledge): boolean {
  for (const node of allNodes(root))
    if (node.kind === 'call' && functions.get(node.name)?.stateful === true) return true;
  return false;
}

import { LambdaEvaluationError, LambdaTypeError } from '../errors.ts';
import { Checker } from './check.ts';
import { Compiler, isStateful, type Surroundings } from './compiler.ts';
import { type Explanation, explainLambda } from './explain.ts';
import { ALL_FUNCTIONS, LAMBDA_FUNCTIONS } from './functions/index.ts';
import type { Knowledge } from './knowledge.ts';
import type { LambdaFunction } from './lambda-function.ts';
import type { LambdaType, LambdaValue, ScopeValue } from './lambda-type.ts';
import type { SourceOrigin } from './lexer.ts';
import { aType, Mistakes } from './mistakes.ts';
import type { LambdaNode } from './node.ts';
import type { Run } from './operators.ts';
import { parseLambda } from './parser.ts';
import { printLambda } from './print.ts';
import { mapScope, type ScopeKind } from './scope.ts';
import { referencesOf } from './walk.ts';

/** How to compile an expression. */
export interface LambdaOptions<Scope> extends SourceOrigin {
  /** How references are answered. Default {@link mapScope}: a plain object. */
  readonly scope?: ScopeKind<Scope>;
  /**
   * Takes Kapacitor's types to the letter: an int literal does not adapt to a float beside it, and a mistake that a
   * short circuit may step over is reported only when it is reached. `rand()` is not there. Default false.
   */
  readonly strict?: boolean;
  /** What bare words stand for. */
  readonly identifiers?: Readonly<Record<string, LambdaValue>>;
  /** Functions beyond those of the language; one of the same name takes its place. */
  readonly functions?: readonly LambdaFunction[];
  /** For words and functions that do not exist: what to write instead. */
  readonly hints?: Readonly<Record<string, string>>;
  /** Types of references that are known beforehand, so that mistakes with them are found at once. */
  readonly types?: Readonly<Record<string, LambdaType>>;
  /** The type that the result must have; another is an error as soon as it is known. */
  readonly expects?: LambdaType;
  /** The IANA zone in which `hour("time")` and its like read the point's time. Default: the zone of the process. */
  readonly timeZone?: string;
  /** Answers `now()`. Default: the clock on the wall. */
  readonly now?: () => Date;
  /** Answers `rand()`: a number from 0 up to 1. Default `Math.random`. */
  readonly random?: () => number;
  /** The tree of the source, when it has been parsed already. */
  readonly root?: LambdaNode;
  /**
   * Leaves the arguments of a function that is the whole expression unchecked, as Kapacitor does in matches.
   * Default false.
   */
  readonly uncheckedRoot?: boolean;
}

/** An expression, ready to be evaluated again and again. */
export interface CompiledLambda<Scope> {
  /** The text it was compiled from. */
  readonly source: string;
  /** The tree. */
  readonly root: LambdaNode;
  /** The type of the result; undefined when that depends on the values. */
  readonly type: LambdaType | undefined;
  /** The fields and tags that it refers to, in the order of the text, each once. */
  readonly references: readonly string[];
  /** Whether it remembers earlier evaluations: it calls `count`, `sigma` or `spread`. */
  readonly stateful: boolean;
  /**
   * Evaluates it. An int comes as a `bigint`, a float as a `number`, a duration as a {@link Duration}.
   *
   * @throws {LambdaEvaluationError} When the values don't fit: one is missing, of a wrong type, or a divisor 0.
   */
  evaluate(scope: Scope): LambdaValue;
  /**
   * Evaluates a condition; allocates nothing.
   *
   * @throws {LambdaEvaluationError} As {@link evaluate}, and when the result is not a bool.
   */
  evaluateBoolean(scope: Scope): boolean;
  /** The same expression with a memory of its own. One that remembers nothing answers itself. */
  instance(): CompiledLambda<Scope>;
  /** Evaluates every part of it, so that a person sees how the result came about. Remembers nothing of it. */
  explain(scope: Scope): Explanation;
  /** The text in canonical form. */
  toString(): string;
}

/**
 * Compiles an expression of Kapacitor's lambda language into closures; no code is generated.
 *
 * @throws {LambdaSyntaxError} When it cannot be parsed.
 * @throws {LambdaTypeError} When it cannot work with any values.
 *
 * @example
 * ```ts
 * import { compileLambda } from 'tocsin';
 *
 * const busy = compileLambda('"usage" > 90 AND "host" =~ /^web-/');
 * busy.evaluateBoolean({ usage: 97.5, host: 'web-1' }); // true
 * ```
 */
export function compileLambda<Scope = Readonly<Record<string, ScopeValue>>>(
  source: string,
  options: LambdaOptions<Scope> = {},
): CompiledLambda<Scope> {
  const root = options.root ?? parseLambda(source, options);
  const knowledge: Knowledge = {
    source,
    strict: options.strict ?? false,
    functions: tableOf(options.functions, options.strict ?? false),
    identifiers: options.identifiers ?? {},
    ...(options.scope?.holds === undefined ? {} : { holds: options.scope.holds }),
    ...(options.hints === undefined ? {} : { hints: options.hints }),
    ...(options.file === undefined ? {} : { file: options.file }),
    ...(options.within === undefined ? {} : { within: options.within }),
  };
  return new Lambda<Scope>(source, root, knowledge, options);
}

type Table = ReadonlyMap<string, LambdaFunction>;

const tables = new Map<Table, WeakMap<readonly LambdaFunction[], Table>>();

/** The functions of the language and the host's; one table for all expressions that are given the same list. */
function tableOf(functions: readonly LambdaFunction[] | undefined, strict: boolean): Table {
  const base = strict ? LAMBDA_FUNCTIONS : ALL_FUNCTIONS;
  if (functions === undefined) return base;
  const known = tables.get(base) ?? new WeakMap<readonly LambdaFunction[], Table>();
  tables.set(base, known);
  const before = known.get(functions);
  if (before !== undefined && functions.every((each) => before.get(each.name) === each)) return before;
  const table = new Map([...base, ...functions.map((each) => [each.name, each] as const)]);
  known.set(functions, table);
  return table;
}

class Lambda<Scope> implements CompiledLambda<Scope> {
  readonly source: string;
  readonly root: LambdaNode;
  readonly type: LambdaType | undefined;
  readonly references: readonly string[];
  readonly stateful: boolean;
  readonly #knowledge: Knowledge;
  readonly #options: LambdaOptions<Scope>;
  // A property and not a method: the closure itself, so that a call of it is one call.
  readonly evaluateBoolean: (scope: Scope) => boolean;
  #value: Run<LambdaValue> | undefined;
  readonly #states = new Map<string, object>();
  readonly #compiler: Compiler;

  constructor(source: string, root: LambdaNode, knowledge: Knowledge, options: LambdaOptions<Scope>) {
    this.source = source;
    this.root = root;
    this.#knowledge = knowledge;
    this.#options = options;
    const { types = {}, uncheckedRoot = false } = options;
    const checker = new Checker(knowledge);
    const typesOf = (name: string): LambdaType | undefined =>
      Object.hasOwn(types, name) ? types[name] : undefined;
    this.type = checker.checkAll(root, typesOf, uncheckedRoot);
    if (options.expects !== undefined && this.type !== undefined && this.type !== options.expects)
      checker.mistakes.unexpected(root, this.type, options.expects);
    if (this.type === 'time' || this.type === 'regex') {
      const cure = this.type === 'time' ? 'Use unixNano(…).' : 'Match a text with it: "host" =~ /web/.';
      checker.mistakes.fail(
        root,
        `The whole expression gives ${aType(this.type)}, which is of no use outside`,
        cure,
      );
    }
    this.references = referencesOf(root);
    this.stateful = isStateful(root, knowledge);
    this.#compiler = new Compiler(knowledge, this.#scope(), surroundings(options), this.#states);
    this.evaluateBoolean =
      this.type === undefined || this.type === 'bool'
        ? (this.#compiler.boolean(root, uncheckedRoot) as Run<boolean> as (scope: Scope) => boolean)
        : () => this.#noBool();
  }

  #scope(): ScopeKind<never> {
    return (this.#options.scope ?? mapScope) as ScopeKind<never>;
  }

  #noBool(): never {
    const what = aType(this.type ?? 'missing');
    throw new LambdaEvaluationError(`A bool is expected, and the expression gives ${what}`, {
      ...new Mistakes(this.#knowledge).place(this.root),
      cure: 'Compare it with something.',
    });
  }

  evaluate(scope: Scope): LambdaValue {
    this.#value ??= this.#compiler.value(this.root);
    return this.#value(scope as never);
  }

  explain(scope: Scope): Explanation {
    const around = surroundings(this.#options);
    return explainLambda(
      this.root,
      this.#knowledge,
      this.#scope(),
      around,
      this.#states,
      this.#options.uncheckedRoot ?? false,
      scope as never,
    );
  }

  instance(): CompiledLambda<Scope> {
    return this.stateful ? new Lambda(this.source, this.root, this.#knowledge, this.#options) : this;
  }

  toString(): string {
    return printLambda(this.root);
  }
}

function surroundings<Scope>({ now, random, timeZone }: LambdaOptions<Scope>): Surroundings {
  if (timeZone !== undefined && !isTimeZone(timeZone))
    throw new LambdaTypeError(`There is no time zone ${timeZone}`, {
      cure: 'Use an IANA name: Europe/Berlin.',
    });
  return { now: now ?? (() => new Date()), random: random ?? Math.random, timeZone };
}

function isTimeZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone });
    return true;
  } catch {
    return false;
  }
}

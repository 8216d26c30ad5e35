import type { LambdaType } from './lambda-type.ts';
import type { Run } from './operators.ts';

/** The reason of a failure: there is no room for a text. */
export const TOO_LONG = 'The text becomes longer than a text can be';

/** What a function may use beyond its arguments, made for each call in an expression. */
export interface FunctionContext {
  /** The time that it is. */
  now(): Date;
  /** A number from 0 up to 1. */
  random(): number;
  /** The IANA zone of the point's time; undefined for the process's own. */
  readonly timeZone: string | undefined;
  /** What the expression remembers under a name, made at the first call. All calls of one expression share it. */
  state<T extends object>(name: string, create: () => T): T;
  /** Throws a {@link LambdaEvaluationError} at the place of the call. */
  fail(reason: string, cure?: string): never;
}

/** One way in which a function can be called. */
export interface LambdaSignature {
  /** The types of the arguments. */
  readonly args: readonly LambdaType[];
  /** The type of the result. */
  readonly result: LambdaType;
  /** Makes the closure of a call from those of its arguments. */
  make(args: readonly Run<never>[], context: FunctionContext): Run<unknown>;
}

/** A function of the language. */
export interface LambdaFunction {
  /** How it is called. */
  readonly name: string;
  /** Whether it remembers earlier evaluations. */
  readonly stateful?: boolean;
  /** Every way to call it. A call fits one of them exactly; nothing is converted. */
  readonly signatures: readonly LambdaSignature[];
  /**
   * Further ways that count only where Kapacitor does not check signatures: below `!` and, in a match, for
   * a call that is the whole expression.
   */
  readonly unchecked?: readonly LambdaSignature[];
}

/**
 * A signature whose work is a plain function of the arguments. An int or duration comes as a `number` while it
 * is a safe integer and as a `bigint` beyond, and may be returned as either.
 *
 * @example
 * ```ts
 * import { compileLambda, type LambdaFunction, signature } from 'tocsin';
 *
 * const half: LambdaFunction = {
 *   name: 'half',
 *   signatures: [signature(['float'], 'float', (x: number) => x / 2)],
 * };
 * compileLambda('half(5.0)', { functions: [half] }).evaluate({}); // 2.5
 * ```
 */
export function signature<Args extends readonly unknown[], Result>(
  args: readonly LambdaType[],
  result: LambdaType,
  call: (...args: Args) => Result,
): LambdaSignature {
  return contextual(args, result, () => call);
}

/** A signature whose work needs the context; `bind` is called once for each call in an expression. */
export function contextual<Args extends readonly unknown[], Result>(
  args: readonly LambdaType[],
  result: LambdaType,
  bind: (context: FunctionContext) => (...args: Args) => Result,
): LambdaSignature {
  return {
    args,
    result,
    make: (runs, context) => applied(bind(context) as unknown as (...args: unknown[]) => Result, runs),
  };
}

/**
 * A signature of a function whose text can be much longer than those it is given. One that is longer than the platform
 * can hold fails at the place of the call.
 */
export function growing<Args extends readonly unknown[]>(
  args: readonly LambdaType[],
  call: (...args: Args) => string,
): LambdaSignature {
  return contextual(args, 'string', ({ fail }) => (...given: Args) => {
    try {
      return call(...given);
    } catch (error) {
      if (error instanceof RangeError) return fail(TOO_LONG);
      throw error;
    }
  });
}

function applied<Result>(call: (...args: unknown[]) => Result, runs: readonly Run<unknown>[]): Run<Result> {
  const [a, b, c, d] = runs;
  if (a === undefined) return () => call();
  if (b === undefined) return (scope) => call(a(scope));
  if (c === undefined) return (scope) => call(a(scope), b(scope));
  if (d === undefined) return (scope) => call(a(scope), b(scope), c(scope));
  return (scope) => call(...runs.map((run) => run(scope)));
}

import { TocsinError } from '../../../src/errors.ts';
import { type CompiledLambda, compileLambda, mapScope, type ScopeValue } from '../../../src/lambda/index.ts';
import { type CaseResult, runCases, type Suite } from '../suite.ts';
import { fromVector, sameValue, toVector, type VectorValue } from './lambda-values.ts';

type Stage = 'parse' | 'compile' | 'eval';

interface VectorError {
  readonly stage: Stage;
  readonly message?: string;
}

interface Outcome {
  readonly result?: VectorValue & { readonly approx?: boolean };
  readonly error?: VectorError;
  readonly approx?: boolean;
}

interface Evaluation extends Outcome {
  readonly scope?: Readonly<Record<string, VectorValue>>;
  readonly predicate?: Outcome;
  readonly fresh?: Outcome;
}

interface LambdaVector extends Evaluation {
  readonly id: string;
  readonly expr: string;
  readonly tz?: string;
  readonly evals?: readonly Evaluation[];
}

type Scope = Readonly<Record<string, ScopeValue>>;
type Answer =
  | { readonly result: VectorValue }
  | { readonly error: VectorError }
  | { readonly thrown: string };

const STAGES: readonly Stage[] = ['parse', 'compile', 'eval'];

function failure(error: unknown): Answer {
  if (!(error instanceof TocsinError))
    return { thrown: error instanceof Error ? (error.stack ?? '') : String(error) };
  const stage = error.code === 'LAMBDA_SYNTAX' ? 'parse' : error.code === 'LAMBDA_TYPE' ? 'compile' : 'eval';
  return { error: { stage, message: error.message } };
}

function attempt(evaluate: () => VectorValue): Answer {
  try {
    return { result: evaluate() };
  } catch (error) {
    return failure(error);
  }
}

/** Whether any zero in the vectors is negative. If none is, the file was written by something that drops the sign. */
function keepsSigns(vectors: unknown): boolean {
  if (typeof vectors !== 'object' || vectors === null) return Object.is(vectors, -0);
  return Object.values(vectors).some(keepsSigns);
}

/** A scope as it stands, and where zeros have lost their signs with every choice of signs. */
function readings(vector: Evaluation, signed: boolean): Scope[] {
  const scope = scopeOf(vector);
  if (signed) return [scope];
  const zeros = Object.keys(scope).filter((name) => scope[name] === 0);
  return Array.from({ length: 2 ** Math.min(zeros.length, 4) }, (_, bits) =>
    Object.assign(
      scopeOf(vector),
      Object.fromEntries(zeros.filter((_name, i) => (bits >> i) & 1).map((name) => [name, -0])),
    ),
  );
}

function agrees(expected: Outcome, got: Answer, signed: boolean): boolean {
  if ('thrown' in got) return false;
  if (expected.result !== undefined)
    return (
      'result' in got &&
      sameValue(expected.result, got.result, {
        approx: expected.approx ?? expected.result.approx ?? false,
        unsigned: !signed,
      })
    );
  return 'error' in got && STAGES.indexOf(got.error.stage) <= STAGES.indexOf(expected.error?.stage ?? 'eval');
}

function scopeOf(vector: Evaluation): Scope {
  // A prototype-less object, since a vector's field may be called anything.
  const scope: Record<string, ScopeValue> = Object.create(null);
  for (const [name, value] of Object.entries(vector.scope ?? {})) scope[name] = fromVector(value);
  return scope;
}

/** The predicate's answer: that of the expression where the vector says nothing else. */
function predicateOf(vector: Evaluation): Outcome {
  if (vector.predicate !== undefined) return vector.predicate;
  if (vector.result === undefined || vector.result.type === 'bool') return vector;
  return { error: { stage: 'eval' } };
}

function run(vector: LambdaVector, signed: boolean): CaseResult {
  const compile = (): CompiledLambda<Scope> =>
    compileLambda<Scope>(vector.expr, {
      scope: mapScope,
      strict: true,
      ...(vector.tz === undefined ? {} : { timeZone: vector.tz }),
    });
  let lambda: CompiledLambda<Scope> | undefined;
  let refused: Answer | undefined;
  try {
    lambda = compile();
  } catch (error) {
    refused = failure(error);
  }
  const evaluate = (scope: Scope, on?: CompiledLambda<Scope>): Answer =>
    refused ?? attempt(() => toVector((on ?? compile()).evaluate(scope)));
  const judge = (scope: Scope): Answer =>
    refused ?? attempt(() => toVector(compile().evaluateBoolean(scope)));

  let wrong: { readonly expected: Outcome; readonly got: Answer } | undefined;
  const check = (expected: Outcome, answers: readonly Answer[]): void => {
    const [got] = answers;
    if (
      got !== undefined &&
      !answers.some((each) => agrees({ approx: vector.approx ?? false, ...expected }, each, signed))
    )
      wrong ??= { expected, got };
  };
  if (vector.evals !== undefined && vector.error === undefined) {
    for (const each of vector.evals) {
      const expected = each.fresh ?? each;
      check(expected, [evaluate(scopeOf(each), lambda)]);
      // The predicate was asked of a fresh copy, which has counted nothing yet.
      const { predicate } = each;
      check(
        predicateOf({ ...expected, ...(predicate === undefined ? {} : { predicate }) }),
        lambda?.stateful === true && predicate === undefined ? [] : [judge(scopeOf(each))],
      );
    }
  } else {
    const scopes = readings(vector, signed);
    check(
      vector,
      scopes.map((scope) => evaluate(scope)),
    );
    check(predicateOf(vector), scopes.map(judge));
  }
  if (wrong === undefined) return { id: vector.id, passed: true, vector };
  const { expected, got } = wrong;
  return { id: vector.id, passed: false, vector, expected: { expr: vector.expr, ...expected }, got };
}

/** Expressions over scopes: value or error, at the original's stage or earlier. */
export const suite: Suite = (vectors) => {
  const signed = keepsSigns(vectors);
  return runCases(vectors as readonly LambdaVector[], (vector) => run(vector, signed));
};

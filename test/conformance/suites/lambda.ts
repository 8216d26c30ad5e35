import { TocsinError } from '../../../src/errors.ts';
import { type CompiledLambda, compileLambda, mapScope, type ScopeValue } from '../../../src/lambda/index.ts';
import type { CaseResult, Suite } from '../suite.ts';
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

function agrees(expected: Outcome, got: Answer): boolean {
  if ('thrown' in got) return false;
  if (expected.result !== undefined)
    return (
      'result' in got &&
      sameValue(expected.result, got.result, expected.approx ?? expected.result.approx ?? false)
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

function run(vector: LambdaVector): CaseResult {
  const compile = (): CompiledLambda<Scope> =>
    compileLambda<Scope>(vector.expr, {
      scope: mapScope,
      strict: true,
      ...(vector.tz === undefined ? {} : { timeZone: vector.tz }),
    });
  const steps: { expected: Outcome; got: Answer }[] = [];
  const check = (expected: Outcome, got: Answer): void => void steps.push({ expected, got });
  let lambda: CompiledLambda<Scope> | undefined;
  let refused: Answer | undefined;
  try {
    lambda = compile();
  } catch (error) {
    refused = failure(error);
  }
  const evaluate = (scope: Scope): Answer =>
    refused ?? attempt(() => toVector((lambda ?? compile()).evaluate(scope)));
  if (vector.evals === undefined) {
    check(vector, evaluate(scopeOf(vector)));
    const scope = scopeOf(vector);
    check(
      predicateOf(vector),
      attempt(() => toVector(compile().evaluateBoolean(scope))),
    );
  } else if (vector.error !== undefined) check(vector, evaluate({}));
  else for (const each of vector.evals) check(each.fresh ?? each, evaluate(scopeOf(each)));
  const wrong = steps.find(({ expected, got }) => !agrees(expected, got));
  return {
    id: vector.id,
    passed: wrong === undefined,
    vector,
    ...(wrong === undefined
      ? {}
      : { expected: { expr: vector.expr, scope: vector.scope, ...wrong.expected }, got: wrong.got }),
  };
}

/** Expressions over scopes: value or error, at the original's stage or earlier. */
export const suite: Suite = (vectors) => Promise.resolve((vectors as readonly LambdaVector[]).map(run));

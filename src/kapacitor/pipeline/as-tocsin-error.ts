import { LambdaEvaluationError, TocsinError } from '../../errors.ts';

/** What was thrown while an expression was evaluated, as an error of ours. */
export function asTocsinError(error: unknown): TocsinError {
  if (error instanceof TocsinError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new LambdaEvaluationError(reason, { cause: error });
}

import type { AlertEvent } from '../alert/event.ts';
import { LambdaEvaluationError } from '../errors.ts';
import type { MatchExpression, MatchPredicate } from './match-expression.ts';

/** Makes a match of a function. */
export function predicateMatch(predicate: MatchPredicate): MatchExpression {
  const source = predicate.name === '' ? 'function' : predicate.name;
  const matches = (event: AlertEvent): boolean => {
    let answer: unknown;
    try {
      answer = predicate(event);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new LambdaEvaluationError(`The match function ${source} failed: ${why}`, { cause: error });
    }
    if (typeof answer === 'boolean') return answer;
    throw new LambdaEvaluationError(`The match function ${source} gave no boolean`, {
      cure:
        answer instanceof Promise
          ? 'It cannot be async: what takes time belongs into the handler.'
          : 'Return true or false.',
    });
  };
  return {
    source,
    dialect: 'function',
    references: [],
    matches,
    explain: (event) => {
      try {
        return { text: source, value: matches(event), parts: [] };
      } catch (error) {
        return { text: source, error: error instanceof Error ? error.message : String(error), parts: [] };
      }
    },
  };
}

export { compileMatch, explainMatch } from './compile-match.ts';
export type {
  MatchDialect,
  MatchExpression,
  MatchOptions,
  MatchPredicate,
  MatchSource,
} from './match-expression.ts';
export type { MatchIndex } from './match-index.ts';
export { matchScope } from './match-scope.ts';

import type { AlertEvent } from '../alert/event.ts';
import { nearest } from '../alert/nearest.ts';
import { LambdaSyntaxError } from '../errors.ts';
import type { Explanation } from '../lambda/index.ts';
import { exprDialect } from './expr-match.ts';
import { lambdaMatch } from './lambda-match.ts';
import type { MatchDialect, MatchExpression, MatchOptions, MatchSource } from './match-expression.ts';
import { predicateMatch } from './predicate-match.ts';

const lambdaDialect: MatchDialect = {
  compile(source, options) {
    if (typeof source === 'string') return lambdaMatch(source, options);
    throw new LambdaSyntaxError(
      `A match { lambda } holds a text, not ${source === null ? 'null' : `a ${typeof source}`}`,
    );
  },
};

const DIALECTS: Readonly<Record<string, MatchDialect>> = { lambda: lambdaDialect, expr: exprDialect };

/**
 * Compiles a match expression: Kapacitor's lambda as text, a function, or an object whose key names another dialect.
 *
 * @throws {LambdaSyntaxError} When it cannot be parsed.
 * @throws {LambdaTypeError} When it cannot work with any event.
 *
 * @example
 * ```ts
 * import { compileMatch } from 'tocsin';
 *
 * compileMatch('changed() AND level() == CRITICAL AND "host" =~ /^web-/');
 * compileMatch({ expr: 'changed and level >= WARNING and tags.host in ["a", "b"]' });
 * compileMatch((event) => event.level === 'CRITICAL');
 * ```
 */
export function compileMatch(source: MatchSource, options: MatchOptions = {}): MatchExpression {
  if (typeof source === 'string') return lambdaMatch(source, options);
  if (typeof source === 'function') return predicateMatch(source);
  const { dialects = {} } = options;
  const keys = typeof source === 'object' && source !== null ? Object.keys(source) : [];
  const [key = '', ...more] = keys;
  const dialect = Object.hasOwn(dialects, key)
    ? dialects[key]
    : Object.hasOwn(DIALECTS, key)
      ? DIALECTS[key]
      : undefined;
  if (dialect !== undefined && more.length === 0) return dialect.compile(source[key], options);
  const known = [...Object.keys(DIALECTS), ...Object.keys(dialects)];
  const close = nearest(key, known);
  throw new LambdaSyntaxError(
    keys.length === 1
      ? `There is no match dialect ${key}`
      : 'A match is a text, a function or an object with one key',
    { cure: close === undefined ? `The dialects are ${known.join(', ')}.` : `Did you mean { ${close}: … }?` },
  );
}

/**
 * Shows why a match takes an event or does not: the value of the expression and of every part of it.
 *
 * @example
 * ```ts
 * import { explainMatch, printExplanation } from 'tocsin';
 * import { testEvent } from 'tocsin/testing';
 *
 * console.log(printExplanation(explainMatch('level() == CRITICAL', testEvent({ level: 'INFO' }))));
 * ```
 */
export function explainMatch(
  match: MatchSource | MatchExpression,
  event: AlertEvent,
  options: MatchOptions = {},
): Explanation {
  return (isCompiled(match) ? match : compileMatch(match, options)).explain(event);
}

function isCompiled(match: MatchSource | MatchExpression): match is MatchExpression {
  return typeof match === 'object' && match !== null && typeof match.explain === 'function';
}

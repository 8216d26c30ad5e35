import type { AlertEvent } from '../alert/event.ts';
import type { LambdaEvaluationError } from '../errors.ts';
import type { Explanation, SourceOrigin } from '../lambda/index.ts';
import type { MatchIndex } from './match-index.ts';

/** Decides which events reach a handler. */
export interface MatchExpression {
  /** The text, or the name of the function. */
  readonly source: string;
  /** The dialect: `lambda`, `expr`, `function` or one of the host's. */
  readonly dialect: string;
  /** The tags and fields that it refers to, as far as that can be known. */
  readonly references: readonly string[];
  /** What an index of handlers may know of it; absent when every event has to be asked. */
  readonly index?: MatchIndex;
  /**
   * Whether the event is for the handler.
   *
   * @throws {LambdaEvaluationError} When that cannot be told, because a tag is missing for instance. It is no match then.
   */
  matches(event: AlertEvent): boolean;
  /**
   * The same, but the error may be returned instead of thrown: for a tag that many events lack, throwing is most of
   * the work.
   *
   * @throws {LambdaEvaluationError} As {@link matches}.
   */
  decide?(event: AlertEvent): boolean | LambdaEvaluationError;
  /** Shows how the answer comes about. Never throws; the match remembers nothing of it. */
  explain(event: AlertEvent): Explanation;
}

/** A match in TypeScript. */
export type MatchPredicate = (event: AlertEvent) => boolean;

/**
 * A match as a host or a handler file gives it: a lambda as text, a function, or an object whose only key names
 * another dialect: `{ expr: 'level >= WARNING and tags.host == "a"' }`.
 */
export type MatchSource = string | MatchPredicate | Readonly<Record<string, unknown>>;

/**
 * A way to write matches. A host adds one through {@link MatchOptions.dialects}.
 *
 * @example
 * ```ts
 * import { compileMatch, type MatchDialect } from 'tocsin';
 *
 * const host: MatchDialect = {
 *   compile: (name) => ({
 *     source: String(name),
 *     dialect: 'host',
 *     references: ['host'],
 *     matches: (event) => event.tags.host === name,
 *     explain: (event) => ({ text: 'host', value: event.tags.host ?? '', parts: [] }),
 *   }),
 * };
 * compileMatch({ host: 'web-1' }, { dialects: { host } });
 * ```
 */
export interface MatchDialect {
  /**
   * Compiles what stands behind the dialect's key.
   *
   * @throws {LambdaSyntaxError | LambdaTypeError} When it can't mean anything.
   */
  compile(source: unknown, options: MatchOptions): MatchExpression;
}

/** How to compile a match. */
export interface MatchOptions extends SourceOrigin {
  /** Takes Kapacitor's types to the letter; see the option of the same name of `compileLambda`. Default false. */
  readonly strict?: boolean;
  /** Answers `now()`. */
  readonly now?: () => Date;
  /** The zone of `hour(now())` and its like. Default: the zone of the process. */
  readonly timeZone?: string;
  /** Dialects of the host's own, by the key that chooses them. */
  readonly dialects?: Readonly<Record<string, MatchDialect>>;
}

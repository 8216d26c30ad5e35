import { LEVELS, type Level } from '../alert/level.ts';
import type { Point } from '../alert/point.ts';
import { atSpan, LambdaEvaluationError, LambdaTypeError, RuleOptionsError, TocsinError } from '../errors.ts';
import { compileLambda, type LambdaOptions } from '../lambda/index.ts';
import { show } from './interval.ts';
import { ruleScope } from './rule-scope.ts';

/** Whether a point is at a level: an expression, such as `"idle" < 10`, or a function of the point. */
export type LevelCondition = string | ((point: Point) => boolean);

/** The conditions of a rule's levels. */
export interface LevelConditionOptions {
  /** When the level is INFO. */
  readonly info?: LevelCondition;
  /** When it is WARNING. */
  readonly warn?: LevelCondition;
  /** When it is CRITICAL. */
  readonly crit?: LevelCondition;
  /** Once INFO, the level falls only when this holds. Does nothing without `info`. */
  readonly infoReset?: LevelCondition;
  /** Once WARNING, the level falls only when this holds. Does nothing without `warn`. */
  readonly warnReset?: LevelCondition;
  /** Once CRITICAL, the level falls only when this holds. Does nothing without `crit`. */
  readonly critReset?: LevelCondition;
}

/** Told about a condition that failed on a point. */
export type ConditionFailure = (
  kind: 'level' | 'reset',
  level: Level,
  error: TocsinError,
  point: Point,
) => void;

type Predicate = (point: Point) => boolean;

const NAMES = ['info', 'warn', 'crit'] as const;

/** Finds the level of a point. */
export class LevelConditions {
  /** By rank; nothing at 0. */
  readonly #levels: readonly (Predicate | undefined)[];
  readonly #resets: readonly (Predicate | undefined)[];
  /** The ranks that have a condition lie between these. */
  readonly #lowest: number;
  readonly #highest: number;
  readonly #failed: ConditionFailure;

  /**
   * @throws {LambdaSyntaxError} When an expression cannot be parsed.
   * @throws {LambdaTypeError} When an expression cannot be a condition.
   */
  constructor(options: LevelConditionOptions, lambda: LambdaOptions<Point>, failed: ConditionFailure) {
    this.#levels = [undefined, ...NAMES.map((name) => compileCondition(name, options[name], lambda))];
    const ranks = [1, 2, 3].filter((rank) => this.#levels[rank] !== undefined);
    this.#lowest = ranks[0] ?? 1;
    this.#highest = ranks.at(-1) ?? 0;
    this.#resets = [
      undefined,
      ...NAMES.map((name) => {
        const reset = compileCondition(`${name}Reset`, options[`${name}Reset`], lambda);
        return options[name] === undefined ? undefined : reset;
      }),
    ];
    this.#failed = failed;
  }

  /**
   * The rank of a point's level, for an alert that is at `current`. Levels from the top down to the current one are
   * tried first; then the reset of the current level must hold; then the current level and those below are tried.
   * That the current level is tried twice shows in expressions that count.
   */
  find(point: Point, current: number): number {
    const down = Math.max(current, this.#lowest);
    for (let rank = this.#highest; rank >= down; rank--) if (this.#holds(rank, point)) return rank;
    if (current === 0) return 0;
    const reset = this.#resets[current];
    if (reset !== undefined && !this.#resetHolds(reset, current, point)) return current;
    for (let rank = current; rank > 0; rank--) if (this.#holds(rank, point)) return rank;
    return 0;
  }

  #holds(rank: number, point: Point): boolean {
    const predicate = this.#levels[rank];
    if (predicate === undefined) return false;
    try {
      return predicate(point);
    } catch (error) {
      this.#failed('level', LEVELS[rank] ?? 'OK', asTocsinError(error), point);
      return false;
    }
  }

  /** A reset that fails counts as one that holds. */
  #resetHolds(reset: Predicate, rank: number, point: Point): boolean {
    try {
      return reset(point);
    } catch (error) {
      this.#failed('reset', LEVELS[rank] ?? 'OK', asTocsinError(error), point);
      return true;
    }
  }
}

function compileCondition(
  name: string,
  condition: LevelCondition | undefined,
  options: LambdaOptions<Point>,
): Predicate | undefined {
  if (condition === undefined) return undefined;
  if (typeof condition === 'function') {
    return (point) => {
      const answer: unknown = condition(point);
      if (typeof answer === 'boolean') return answer;
      throw new LambdaEvaluationError(`${name} must return true or false, got ${show(answer)}`);
    };
  }
  if (typeof condition !== 'string') {
    throw new RuleOptionsError(`${name} must be an expression or a function, got ${show(condition)}`);
  }
  const lambda = compileLambda(condition, { ...options, scope: ruleScope });
  if (lambda.type !== undefined && lambda.type !== 'bool') {
    throw new LambdaTypeError(
      `${name} must be true or false for a point, and the expression gives ${lambda.type}`,
      {
        ...atSpan({ source: condition, offset: 0, length: condition.length }),
        cure: 'Compare it with something.',
      },
    );
  }
  return lambda.evaluateBoolean;
}

function asTocsinError(error: unknown): TocsinError {
  if (error instanceof TocsinError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new LambdaEvaluationError(`A condition threw: ${reason}`, { cause: error });
}

import type { Int64 } from '../alert/int64.ts';
import { isLevel, LEVELS, type Level, levelRank } from '../alert/level.ts';
import { NanoDate, nanosOf } from '../alert/nano-date.ts';
import { InvalidPointError, RuleOptionsError } from '../errors.ts';
import { AlertState, durationMs, durationNs } from './alert-state.ts';
import { show } from './interval.ts';
import {
  type EventReason,
  isEventReason,
  type SilenceReason,
  type StateOptions,
  StateRules,
} from './state-rules.ts';

/** The options of a {@link StateTracker}. */
export type StateTrackerOptions = StateOptions;

/** What a {@link StateTracker} says about one level at one time. */
export interface Observation {
  /** Whether this is worth telling. */
  readonly event: boolean;
  /** Why it is worth telling, or why it is not. */
  readonly reason: EventReason | SilenceReason;
  /** The alert. */
  readonly id: string;
  /** The level that counts now. It lags behind the one that was given with `for` and `keepFiringFor`. */
  readonly level: Level;
  /** The level that counted before. */
  readonly previousLevel: Level;
  /** Whether the two differ. */
  readonly changed: boolean;
  /** Whether the level changes too often to be told. */
  readonly flapping: boolean;
  /** Milliseconds since the alert left OK; 0 when it is OK and that is not worth telling. */
  readonly duration: number;
  /** The same in nanoseconds, exactly. */
  readonly durationNs: Int64;
}

/** What a {@link StateTracker} remembers of one alert. */
export interface TrackedState {
  /** The alert. */
  readonly id: string;
  /** The level that counts now. */
  readonly level: Level;
  /** When it was last worth telling; `undefined` when it never was. */
  readonly time: Date | undefined;
  /** Whether the level changes too often to be told. */
  readonly flapping: boolean;
}

/**
 * Remembers the level of each alert and decides which level, at which time, is worth telling: a level other
 * than OK always is, OK only when the alert was not OK before, and the options narrow that down.
 *
 * It does not look at a clock: time is what is given.
 *
 * @example
 * ```ts
 * import { StateTracker } from 'tocsin';
 *
 * const tracker = new StateTracker({ stateChangesOnly: '10m' });
 * tracker.observe('disk:/var', 'WARNING', new Date()).event; // true
 * tracker.observe('disk:/var', 'WARNING', new Date()).reason; // 'unchanged'
 * ```
 */
export class StateTracker {
  readonly #rules: StateRules;
  readonly #states = new Map<string, AlertState>();

  /** @throws {RuleOptionsError} When an option is wrong, or makes no sense without or with another. */
  constructor(options: StateTrackerOptions = {}) {
    if (options.history !== undefined && options.flapping === undefined) {
      throw new RuleOptionsError('history does nothing without flapping', {
        cure: 'Give flapping: { low, high } as well, or leave history out.',
      });
    }
    const { flapping } = options;
    if (flapping !== undefined && flapping.low > flapping.high) {
      throw new RuleOptionsError(
        `flapping.low must not be above flapping.high, got low ${show(flapping.low)} and high ${show(flapping.high)}`,
      );
    }
    if (options.recoverSuppressed === true && flapping === undefined) {
      throw new RuleOptionsError('recoverSuppressed does nothing without flapping', {
        cure: 'Give flapping: { low, high } as well, or leave recoverSuppressed out.',
      });
    }
    this.#rules = new StateRules(options);
  }

  /** How many alerts are remembered. */
  get size(): number {
    return this.#states.size;
  }

  /**
   * Takes note of an alert's level, and says whether it is worth telling, and why.
   *
   * @throws {InvalidPointError} When the level is none, or the time is not valid.
   */
  observe(id: string, level: Level, time: Date): Observation {
    if (!isLevel(level)) {
      throw new InvalidPointError(`The level must be one of ${LEVELS.join(', ')}, got ${show(level)}`);
    }
    const ms = millisecondsOf(time);
    const ns = nanosOf(time);
    const state = this.#stateOf(id);
    const before = state.level;
    const reason = this.#rules.decide(state, levelRank(level), ms, time, false);
    const event = isEventReason(reason);
    if (event) state.told = state.level;
    const lasting = event || state.level > 0;
    return {
      event,
      reason,
      id,
      level: LEVELS[state.level] ?? level,
      previousLevel: LEVELS[before] ?? 'OK',
      changed: state.level !== before,
      flapping: state.flapping,
      duration: lasting ? durationMs(state, ms, ns) : 0,
      durationNs: lasting ? durationNs(state, ms, ns) : 0,
    };
  }

  /** What is remembered of an alert. */
  state(id: string): TrackedState | undefined {
    const state = this.#states.get(id);
    if (state === undefined) return undefined;
    return {
      id,
      level: LEVELS[state.level] ?? 'OK',
      time: state.told < 0 ? undefined : new NanoDate(state.lastMs, state.lastNs),
      flapping: state.flapping,
    };
  }

  /**
   * Starts an alert at a level that is known from elsewhere, such as from before a restart, as of when it was
   * told. The same level next is then not a change, and OK next is a recovery.
   *
   * @throws {InvalidPointError} When the level is none, or the time is not valid.
   */
  restore(id: string, level: Level, time: Date): void {
    if (!isLevel(level)) {
      throw new InvalidPointError(`The level must be one of ${LEVELS.join(', ')}, got ${show(level)}`);
    }
    const ms = millisecondsOf(time);
    this.#states.delete(id);
    this.#rules.restore(this.#stateOf(id), levelRank(level), ms, nanosOf(time));
  }

  /** Forgets an alert. Returns whether there was one. */
  forget(id: string): boolean {
    return this.#states.delete(id);
  }

  /** Forgets every alert. */
  clear(): void {
    this.#states.clear();
  }

  #stateOf(id: string): AlertState {
    let state = this.#states.get(id);
    if (state === undefined) {
      state = new AlertState();
      this.#states.set(id, state);
    }
    return state;
  }
}

function millisecondsOf(time: Date): number {
  const ms = time instanceof Date ? time.getTime() : Number.NaN;
  if (Number.isNaN(ms)) throw new InvalidPointError(`The time must be a valid Date, got ${show(time)}`);
  return ms;
}

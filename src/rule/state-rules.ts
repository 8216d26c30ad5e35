import { nanosOf } from '../alert/nano-date.ts';
import { RuleOptionsError } from '../errors.ts';
import type { AlertState } from './alert-state.ts';
import { FlapDetector } from './flapping.ts';
import {
  elapsed,
  type Interval,
  type IntervalOption,
  readInterval,
  readPositiveInterval,
  show,
} from './interval.ts';
import { LevelHold } from './level-hold.ts';

/** When a level counts as flapping: shares of changed levels, 0 to 1. */
export interface FlappingOptions {
  /** Below this share the alert has stopped flapping. */
  readonly low: number;
  /** Above this share it flaps, and nothing is told. */
  readonly high: number;
}

/** What decides whether a level is worth telling; shared by `StateTracker` and `AlertRule`. */
export interface StateOptions {
  /**
   * Tell only changes of the level. Given an interval (milliseconds, or `'10m'`), also tell again what has
   * not changed for that long. @default false
   */
  readonly stateChangesOnly?: boolean | IntervalOption;
  /** Tell nothing while the level changes too often. Off by default. */
  readonly flapping?: FlappingOptions;
  /** How many levels flapping looks at. Below 2 counts as 2. @default 21 */
  readonly history?: number;
  /** Never tell that an alert is OK again. @default false */
  readonly noRecoveries?: boolean;
  /**
   * Tell a recovery that was held back (by flapping; in a rule also by inhibition) as soon as nothing holds it
   * back any more, if the alert is OK then. Kapacitor never does. @default false
   */
  readonly recoverSuppressed?: boolean;
  /** Tell that an alert is OK the first time that it is seen. @default false */
  readonly emitInitialOk?: boolean;
  /** How long a level must hold, without a break, before it counts. Off by default. */
  readonly for?: IntervalOption;
  /** How long a level goes on to count after it is gone. Off by default. */
  readonly keepFiringFor?: IntervalOption;
}

/**
 * Why a level is told: `fired` (it left OK), `raised`, `lowered`, `repeated` (unchanged, and told all the same),
 * `recovered`, `initialOk`.
 */
export type EventReason = 'fired' | 'raised' | 'lowered' | 'repeated' | 'recovered' | 'initialOk';

/**
 * Why a level is not told: `ok` (it was OK before), `unchanged` (`stateChangesOnly`), `flapping`,
 * `noRecoveries`.
 */
export type SilenceReason = 'ok' | 'unchanged' | 'flapping' | 'noRecoveries';

/** Whether a reason says that something is told. */
export function isEventReason(reason: string): reason is EventReason {
  switch (reason) {
    case 'fired':
    case 'raised':
    case 'lowered':
    case 'repeated':
    case 'recovered':
    case 'initialOk':
      return true;
    default:
      return false;
  }
}

const DEFAULT_HISTORY = 21;

/**
 * The rules by which a level becomes worth telling, apart from where the states are kept. All levels here are
 * ranks, 0 (OK) to 3 (CRITICAL).
 */
export class StateRules {
  readonly #changesOnly: boolean;
  readonly #reminder: Interval | undefined;
  readonly #flaps: FlapDetector | undefined;
  readonly #hold: LevelHold | undefined;
  readonly #noRecoveries: boolean;
  readonly #recoverSuppressed: boolean;
  readonly #emitInitialOk: boolean;
  /** Whether anything is looked at but the level: most points are OK, and of most rules that is all there is to know. */
  readonly #plain: boolean;

  /** @throws {RuleOptionsError} When an option is wrong, or two contradict each other. */
  constructor(options: StateOptions) {
    const { stateChangesOnly = false, flapping, history = DEFAULT_HISTORY } = options;
    this.#changesOnly = stateChangesOnly !== false;
    this.#reminder =
      typeof stateChangesOnly === 'boolean' ? undefined : readInterval('stateChangesOnly', stateChangesOnly);
    if (!Number.isInteger(history)) {
      throw new RuleOptionsError(`history must be a whole number, got ${show(history)}`);
    }
    this.#flaps = flapping && flapDetector(flapping, Math.max(2, history));
    this.#hold = levelHold(options);
    this.#noRecoveries = readFlag('noRecoveries', options.noRecoveries);
    this.#recoverSuppressed = readFlag('recoverSuppressed', options.recoverSuppressed);
    this.#emitInitialOk = readFlag('emitInitialOk', options.emitInitialOk);
    this.#plain =
      this.#flaps === undefined &&
      this.#hold === undefined &&
      !this.#emitInitialOk &&
      !this.#recoverSuppressed;
    if (this.#noRecoveries && this.#recoverSuppressed) {
      throw new RuleOptionsError('noRecoveries and recoverSuppressed contradict each other', {
        cure: 'Leave one of them out.',
      });
    }
  }

  /** Whether recoveries that were held back are told later. */
  get recoversSuppressed(): boolean {
    return this.#recoverSuppressed;
  }

  /**
   * Moves a state on to the level that was found, and says whether that is worth telling, and why. `ms` is `time` in
   * milliseconds.
   */
  decide(
    state: AlertState,
    found: number,
    ms: number,
    time: Date,
    batch: boolean,
  ): EventReason | SilenceReason {
    const before = state.level;
    if (found === 0 && before === 0 && this.#plain) return 'ok';
    const ns = nanosOf(time);
    const level = this.#hold === undefined ? found : this.#hold.counting(state, found, ms, ns);
    const changed = level !== before;
    state.level = level;
    if (this.#flaps !== undefined) this.#flaps.record(state, before, level);
    if (level === 0) return this.#decideOk(state, changed, ms, ns, batch);
    if (state.flapping) return 'flapping';
    if (!changed && this.#changesOnly && !this.#expired(state, ms, ns)) return 'unchanged';
    this.#trigger(state, before, ms, ns);
    if (!changed) return 'repeated';
    return before === 0 ? 'fired' : level > before ? 'raised' : 'lowered';
  }

  #decideOk(
    state: AlertState,
    changed: boolean,
    ms: number,
    ns: number,
    batch: boolean,
  ): EventReason | SilenceReason {
    if (changed) {
      // The original lets the recovery of a batch through, flapping or not.
      if (state.flapping && !batch) return 'flapping';
      this.#trigger(state, 1, ms, ns);
      return this.#noRecoveries ? 'noRecoveries' : 'recovered';
    }
    if (state.told < 0 && this.#emitInitialOk) {
      if (state.flapping) return 'flapping';
      this.#trigger(state, 0, ms, ns);
      return 'initialOk';
    }
    if (state.told > 0 && this.#recoverSuppressed) {
      if (state.flapping) return 'flapping';
      // The alert left OK when it was told so, not now: its duration goes on.
      this.#trigger(state, 1, ms, ns);
      return 'recovered';
    }
    return 'ok';
  }

  /** Starts a state at the level that a topic knows of it, as of when that was told. */
  restore(state: AlertState, level: number, ms: number, ns: number): void {
    state.told = level;
    if (level === 0) return;
    state.level = level;
    if (this.#flaps !== undefined) this.#flaps.record(state, 0, level);
    this.#trigger(state, 0, ms, ns);
  }

  #expired(state: AlertState, ms: number, ns: number): boolean {
    return this.#reminder !== undefined && elapsed(state.lastMs, state.lastNs, ms, ns, this.#reminder);
  }

  #trigger(state: AlertState, before: number, ms: number, ns: number): void {
    state.lastMs = ms;
    state.lastNs = ns;
    if (before === 0) {
      state.firstMs = ms;
      state.firstNs = ns;
    }
  }
}

function flapDetector(flapping: FlappingOptions, history: number): FlapDetector {
  for (const name of ['low', 'high'] as const) {
    const share: unknown = flapping[name];
    if (typeof share !== 'number' || !(share <= 1)) {
      throw new RuleOptionsError(`flapping.${name} must be a number from 0 to 1, got ${show(share)}`, {
        cure: 'It is a share of changed levels, such as 0.25.',
      });
    }
  }
  return new FlapDetector(history, flapping.low, flapping.high);
}

function levelHold(options: StateOptions): LevelHold | undefined {
  const { for: wait, keepFiringFor: keep } = options;
  if (wait === undefined && keep === undefined) return undefined;
  return new LevelHold(
    wait === undefined ? undefined : readPositiveInterval('for', wait),
    keep === undefined ? undefined : readPositiveInterval('keepFiringFor', keep),
  );
}

/**
 * Reads an option that is on or off.
 *
 * @throws {RuleOptionsError} When it is neither.
 */
export function readFlag(name: string, value: unknown): boolean {
  if (value === undefined) return false;
  if (typeof value !== 'boolean') {
    throw new RuleOptionsError(`${name} must be true or false, got ${show(value)}`);
  }
  return value;
}

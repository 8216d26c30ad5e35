import type { AlertState } from './alert-state.ts';
import type { Interval } from './interval.ts';
import { elapsed } from './interval.ts';

const NEVER = Number.NaN;

/** For the levels 1 to 3: since when it has been reached without a break, and when it last counted. */
export class LevelHolds {
  readonly sinceMs: [number, number, number] = [NEVER, NEVER, NEVER];
  readonly sinceNs: [number, number, number] = [0, 0, 0];
  readonly countedMs: [number, number, number] = [NEVER, NEVER, NEVER];
  readonly countedNs: [number, number, number] = [0, 0, 0];
}

/** The holds of an alert whose level was taken over from a topic: it has counted since it was last told. */
function holdsOf(state: AlertState): LevelHolds {
  const holds = new LevelHolds();
  for (let i = 0; i < state.level; i++) {
    holds.countedMs[i] = state.lastMs;
    holds.countedNs[i] = state.lastNs;
  }
  return holds;
}

/**
 * Makes levels lag: one counts only after it has held for `wait`, and goes on to count for `keep` after it is
 * gone. A higher level includes the lower ones.
 */
export class LevelHold {
  readonly #wait: Interval | undefined;
  readonly #keep: Interval | undefined;

  constructor(wait: Interval | undefined, keep: Interval | undefined) {
    this.#wait = wait;
    this.#keep = keep;
  }

  /** The level that counts at this time, when `level` is what the conditions say. */
  counting(state: AlertState, level: number, ms: number, ns: number): number {
    const wait = this.#wait;
    const keep = this.#keep;
    state.holds ??= holdsOf(state);
    const { sinceMs, sinceNs, countedMs, countedNs } = state.holds;
    let counting = 0;
    for (let i = 0; i < 3; i++) {
      const rank = i + 1;
      if (level >= rank) {
        if (Number.isNaN(sinceMs[i])) {
          sinceMs[i] = ms;
          sinceNs[i] = ns;
        }
        if (
          rank <= state.level ||
          wait === undefined ||
          elapsed(sinceMs[i] ?? ms, sinceNs[i] ?? ns, ms, ns, wait)
        ) {
          countedMs[i] = ms;
          countedNs[i] = ns;
          counting = rank;
          continue;
        }
      } else sinceMs[i] = NEVER;
      if (
        keep !== undefined &&
        rank <= state.level &&
        !elapsed(countedMs[i] ?? NEVER, countedNs[i] ?? 0, ms, ns, keep)
      )
        counting = rank;
    }
    return counting;
  }
}

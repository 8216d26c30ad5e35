import type { AlertState } from './alert-state.ts';

/** The oldest change weighs this much more than the newest, whose weight is {@link NEWEST_WEIGHT}. */
const OLDEST_WEIGHT = 1.2;
const NEWEST_WEIGHT = 0.8;

/**
 * Tells whether a level changes too often: the weighted share of changes among the last levels. An alert
 * starts to flap when the share is above `high`, and stops when it is below `low`.
 */
export class FlapDetector {
  readonly #size: number;
  readonly #low: number;
  readonly #high: number;
  readonly #weights: readonly number[];

  /** @param size How many levels are looked at, at least 2. */
  constructor(size: number, low: number, high: number) {
    this.#size = size;
    this.#low = low;
    this.#high = high;
    const weights: number[] = [];
    const step = (OLDEST_WEIGHT - NEWEST_WEIGHT) / (size - 1);
    // Adding up, instead of multiplying, gives the original's float64 to the last bit.
    for (let k = 0, weight = NEWEST_WEIGHT; k < size - 1; k++, weight += step) weights.push(weight);
    this.#weights = weights;
  }

  /** Takes note of a level and updates `state.flapping`. `before` is the level until now. */
  record(state: AlertState, before: number, level: number): void {
    this.#write(state, before, level);
    const share = this.#share(state);
    if (state.flapping) {
      if (share < this.#low) state.flapping = false;
    } else if (share > this.#high) state.flapping = true;
  }

  #write(state: AlertState, before: number, level: number): void {
    const size = this.#size;
    if (level !== before) {
      state.history ??= new Uint8Array(size).fill(before);
      state.calm = 1;
    } else if (state.history === undefined) return;
    else if (++state.calm >= size) {
      state.history = undefined;
      return;
    }
    const newest = state.newest + 1;
    state.newest = newest < size ? newest : 0;
    state.history[state.newest] = level;
  }

  #share(state: AlertState): number {
    const history = state.history;
    if (history === undefined) return 0;
    const size = this.#size;
    let changes = 0;
    // The walk begins with the newest change and goes on, around the ring, from the oldest level towards
    // the newest: so its second step compares the oldest level with the newest, as the original does.
    let at = state.newest;
    let before = history[at === 0 ? size - 1 : at - 1];
    for (let k = 0; k < size - 1; k++) {
      const level = history[at];
      if (level !== before) changes += this.#weights[k] ?? 0;
      before = level;
      if (++at === size) at = 0;
    }
    return changes / (size - 1);
  }
}

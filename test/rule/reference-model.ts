/*
 * The state rules of Kapacitor's alert node, as plainly as they can be said and as slow as that makes them. The tests
 * hold what is fast against it.
 */

/** Nanoseconds of the year 1. */
const ZERO = -62_135_596_800_000_000_000n;
const LONGEST = 9_223_372_036_854_775_807n;

export interface ReferenceOptions {
  readonly stateChangesOnly?: boolean;
  /** Nanoseconds; 0 is none. */
  readonly interval?: bigint;
  readonly flapping?: readonly [low: number, high: number];
  readonly history?: number;
  readonly noRecoveries?: boolean;
}

export interface ReferenceEvent {
  readonly level: number;
  readonly durationNs: bigint;
}

/** The state of one group. Levels are 0 to 3, times nanoseconds. */
export class ReferenceState {
  readonly #options: ReferenceOptions;
  readonly #history: number[];
  #i = 0;
  #changed = false;
  #flapping = false;
  #expired = false;
  #first = ZERO;
  #last = ZERO;

  constructor(options: ReferenceOptions) {
    this.#options = options;
    this.#history = new Array<number>(Math.max(2, options.history ?? 21)).fill(0);
  }

  get level(): number {
    return this.#history[this.#i]!;
  }

  get flapping(): boolean {
    return this.#flapping;
  }

  restore(level: number, time: bigint): void {
    if (level === 0) return;
    this.#record(level, time);
    this.#trigger(level, time);
  }

  stream(level: number, time: bigint): ReferenceEvent | undefined {
    this.#record(level, time);
    if (this.#flappingNow() || this.#unchanged()) return undefined;
    if (level === 0 && !this.#changed) return undefined;
    return this.#trigger(level, time);
  }

  batch(level: number, time: bigint): ReferenceEvent | undefined {
    this.#record(level, time);
    const recovery = this.#changed && level === 0;
    const firing = level !== 0 && !(this.#flappingNow() || this.#unchanged());
    return recovery || firing ? this.#trigger(level, time) : undefined;
  }

  #flappingNow(): boolean {
    return this.#options.flapping !== undefined && this.#flapping;
  }

  #unchanged(): boolean {
    return this.#options.stateChangesOnly === true && !this.#changed && !this.#expired;
  }

  #record(level: number, time: bigint): void {
    const interval = this.#options.interval ?? 0n;
    this.#changed = this.level !== level;
    this.#i = (this.#i + 1) % this.#history.length;
    this.#history[this.#i] = level;
    if (this.#options.flapping !== undefined) {
      const [low, high] = this.#options.flapping;
      const share = this.share;
      if (this.#flapping && share < low) this.#flapping = false;
      else if (!this.#flapping && share > high) this.#flapping = true;
    }
    this.#expired = !this.#changed && interval !== 0n && time - this.#last >= interval;
  }

  /** The weighted share of changes. */
  get share(): number {
    const n = this.#history.length;
    const step = (1.2 - 0.8) / (n - 1);
    let sum = 0;
    let weight = 0.8;
    for (let k = 0; k <= n - 2; k++) {
      const c = (k + this.#i) % n;
      const p = c === 0 ? n - 1 : c - 1;
      if (this.#history[c] !== this.#history[p]) sum += weight;
      weight += step;
    }
    return sum / (n - 1);
  }

  #trigger(level: number, time: bigint): ReferenceEvent | undefined {
    const n = this.#history.length;
    this.#last = time;
    if (this.#history[(this.#i + n - 1) % n] === 0) this.#first = time;
    if (this.#options.noRecoveries === true && level === 0) return undefined;
    const duration = this.#last - this.#first;
    return { level, durationNs: duration > LONGEST ? LONGEST : duration };
  }
}

/** Which conditions hold for a point, by level 1 to 3; `undefined` where there is no condition. */
export interface ReferencePoint {
  readonly levels: readonly (boolean | undefined)[];
  readonly resets: readonly (boolean | undefined)[];
}

/** The level of a point for an alert that is at `current`. */
export function referenceLevel(point: ReferencePoint, current: number): number {
  const holds = (level: number): boolean => point.levels[level - 1] === true;
  for (let level = 3; level >= 1; level--) if (level >= current && holds(level)) return level;
  if (current !== 0 && point.levels[current - 1] !== undefined && point.resets[current - 1] === false)
    return current;
  for (let level = current; level >= 1; level--) if (holds(level)) return level;
  return 0;
}

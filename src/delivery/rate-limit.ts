import { parseDuration } from '../alert/go-duration.ts';

/** So many in any window of that length. */
export interface RateLimit {
  /** How many. */
  readonly count: number;
  /** Of how many milliseconds. */
  readonly window: number;
}

const LARGEST_COUNT = 100_000;

/** Reads a rate limit such as `10/1m`, `1/s` or `100/500ms`; `undefined` when the text is none. */
export function parseRateLimit(text: string): RateLimit | undefined {
  const match = /^(\d+)\s*\/\s*(\S+)$/.exec(text.trim());
  if (match === null) return undefined;
  const [, digits = '', length = ''] = match;
  const count = Number(digits);
  const window = Number(parseDuration(/^\d/.test(length) ? length : `1${length}`) ?? 0) / 1e6;
  return count >= 1 && count <= LARGEST_COUNT && window > 0 ? { count, window } : undefined;
}

/** Keeps to a {@link RateLimit}: never more than `count` in any window, however the windows are laid. */
export class RateLimiter {
  readonly #window: number;
  readonly #times: Float64Array;
  #next = 0;

  constructor(limit: RateLimit) {
    this.#window = limit.window;
    this.#times = new Float64Array(limit.count).fill(Number.NEGATIVE_INFINITY);
  }

  /** Milliseconds until the next one may go. */
  delay(now: number): number {
    return Math.max(0, (this.#times[this.#next] ?? 0) + this.#window - now);
  }

  /** Takes note that one went. */
  take(now: number): void {
    this.#times[this.#next] = now;
    this.#next = (this.#next + 1) % this.#times.length;
  }
}

/** How long to wait between tries. */
export interface Backoff {
  /** The longest wait before the second try, in milliseconds. */
  readonly first: number;
  /** By how much it grows from try to try. */
  readonly factor: number;
  /** What it never exceeds, in milliseconds. */
  readonly longest: number;
}

/**
 * Milliseconds to wait after a number of failed tries, with full jitter: anything from 0 to the exponential limit, so
 * that many who failed together don't come back together.
 */
export function backoffDelay(backoff: Backoff, failures: number, random: () => number): number {
  const limit = Math.min(backoff.longest, backoff.first * backoff.factor ** (failures - 1));
  return Math.ceil(random() * limit);
}

import type { Clock, Timer } from '../alert/clock.ts';

/** Whether a promise was fulfilled in that many milliseconds. */
export async function within(
  clock: Clock,
  promise: PromiseLike<unknown>,
  milliseconds: number,
): Promise<boolean> {
  let timer: Timer | undefined;
  const timedOut = new Promise<boolean>((resolve) => {
    timer = clock.setTimeout(() => resolve(false), Math.max(0, milliseconds));
  });
  try {
    return await Promise.race([promise.then(() => true), timedOut]);
  } finally {
    timer?.cancel();
  }
}

/** Keeps the process alive until the answer is called: the timers of the clock would let it end. */
export function keepProcessAlive(): () => void {
  const handle = setInterval(() => {}, 2 ** 30);
  return () => clearInterval(handle);
}

import type { Clock, Timer } from '../alert/clock.ts';
import { DeliveryError } from '../errors.ts';
import type { DeliveryTarget } from './delivery.ts';

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

/**
 * Calls a part of a handler that may be missing, may throw and may hang.
 *
 * @throws {DeliveryError} When it does not end in that many milliseconds. And whatever the handler throws.
 */
export async function callPart(
  { handler, topic, handlerId }: DeliveryTarget,
  part: 'flush' | 'close',
  clock: Clock,
  timeout: number,
): Promise<void> {
  if (handler[part] === undefined) return;
  if (await within(clock, Promise.resolve(handler[part]()), timeout)) return;
  throw new DeliveryError(`${part}() of the handler ${topic}/${handlerId} did not end in ${timeout} ms`, {
    failure: 'timeout',
  });
}

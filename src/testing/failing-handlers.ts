import { DeliveryError } from '../errors.ts';
import type { Handler } from '../handler/handler.ts';
import type { FakeClock } from './fake-clock.ts';
import { readTime, type TestTime } from './relative-time.ts';

/** What a {@link failingHandler} may be told. */
export interface FailingOptions {
  /** How many tries fail before they succeed. Default: all. */
  readonly times?: number;
  /** What it throws. Default: a `DeliveryError` that can heal. */
  readonly error?: unknown;
}

/**
 * A handler that fails, so that a test sees retries, dead letters and fallbacks.
 *
 * @example
 * ```ts
 * import { eventAt, failingHandler, testTopics } from 'tocsin/testing';
 *
 * const alerts = await testTopics({
 *   specs: [{ topic: 'cpu', id: 'ops', kind: 'slack' }],
 *   handlers: { slack: failingHandler({ times: 3 }) },
 * });
 * await alerts.feed(eventAt('0s', { topic: 'cpu', id: 'web-1', level: 'CRITICAL' }));
 * alerts.expectDeliveries({});
 * await alerts.advance('1m');
 * alerts.expectDeliveries({ slack: ['web-1 is CRITICAL'] });
 * ```
 */
export function failingHandler({
  times = Number.POSITIVE_INFINITY,
  error = new DeliveryError('the service is down', { failure: 'network' }),
}: FailingOptions = {}): Handler {
  let left = times;
  return {
    async handle() {
      if (left-- > 0) throw error;
    },
  };
}

/**
 * A handler that takes its time, so that a test sees queues and timeouts.
 *
 * @param time How long each delivery takes.
 * @param clock The clock of the test; left out, the time is real.
 * @throws {RuleTestError} When that is no length of time.
 */
export function slowHandler(time: TestTime, clock?: Pick<FakeClock, 'setTimeout'>): Handler {
  const milliseconds = readTime('slowHandler', time);
  return {
    handle: (_event, { signal }) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        if (clock === undefined) setTimeout(resolve, milliseconds);
        else clock.setTimeout(resolve, milliseconds);
      }),
  };
}

/** A handler that never comes to an end, and heeds no signal either. */
export function hangingHandler(): Handler {
  return { handle: () => new Promise<never>(() => {}) };
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DeliveryOptions, parseRateLimit, resolveDeliveryOptions } from '../../src/delivery/index.ts';
import { RateLimiter } from '../../src/delivery/rate-limit.ts';
import { HandlerSpecError } from '../../src/errors.ts';

describe('delivery options', () => {
  it('have defaults, and are filled in from a base', () => {
    expect(resolveDeliveryOptions(undefined)).toMatchObject({
      queueLimit: 5_000,
      concurrency: 1,
      timeout: 30_000,
    });
    const base = resolveDeliveryOptions({ timeout: '10s', backoff: { first: 10 } });
    expect(resolveDeliveryOptions({ rateLimit: '10/1m', backoff: { longest: '1m' } }, base)).toMatchObject({
      timeout: 10_000,
      rateLimit: { count: 10, window: 60_000 },
      backoff: { first: 10, factor: 2, longest: 60_000 },
    });
  });

  it('may be written as in a handler file', () => {
    const written = { 'queue-limit': 10, 'max-age': '1h', 'rate-limit': '1/s', overflow: 'coalesce' };
    expect(resolveDeliveryOptions(written as DeliveryOptions)).toMatchObject({
      queueLimit: 10,
      maxAge: 3_600_000,
      rateLimit: { count: 1, window: 1_000 },
      overflow: 'coalesce',
    });
  });

  it.each([
    [{ queueLimit: 0 }, 'queueLimit: expected a whole number from 1 to 10000000, got the number "0"'],
    [{ concurrency: 1.5 }, 'concurrency: expected a whole number from 1 to 10000, got the number "1.5"'],
    [
      { timeout: 'soon' },
      "timeout: 'soon' is no length of time for timeout; write milliseconds, or a text such as 10s, more than 0",
    ],
    [
      { timeout: Number.POSITIVE_INFINITY },
      "timeout: 'Infinity' is no length of time for timeout; write milliseconds, or a text such as 10s, more than 0",
    ],
    [
      { maxTries: -1 },
      'maxTries: expected a whole number from 1 to 1000000, or Infinity, got the number "-1"',
    ],
    [
      { overflow: 'drop' },
      "overflow: expected one of 'reject', 'drop-oldest' and 'coalesce', got the text \"drop\"",
    ],
    [
      { rateLimit: '10' },
      "rateLimit: '10' is no rate limit; write how many in how much time, such as 10/1m or 1/s",
    ],
    [
      { recoveries: 'never' },
      "recoveries: expected one of 'match', 'always' and 'if-told', got the text \"never\"",
    ],
    [{ fallback: 3 }, 'fallback: expected the id of a handler, a function or a handler, got the number "3"'],
    [{ timeuot: 3 }, "unknown option 'timeuot'. Did you mean 'timeout'?"],
    [{ backoff: { longest: '1ms' } }, 'backoff: first (1000 ms) is longer than longest (1 ms)'],
    [{ backoff: { firts: 1 } }, "backoff: unknown option 'firts'. Did you mean 'first'?"],
  ])('refuse %j', (options, reason) => {
    try {
      resolveDeliveryOptions(options as DeliveryOptions);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(HandlerSpecError);
      expect((error as HandlerSpecError).issues.map((issue) => issue.reason)).toEqual([reason]);
      expect((error as HandlerSpecError).issues[0]?.path[0]).toBe('delivery');
    }
  });

  it('report everything at once', () => {
    expect(() => resolveDeliveryOptions({ queueLimit: 0, timeout: 'x' } as DeliveryOptions)).toThrow(
      /queueLimit.*\n.*timeout/,
    );
  });
});

describe('rate limits', () => {
  it.each([
    ['10/1m', { count: 10, window: 60_000 }],
    ['1/s', { count: 1, window: 1_000 }],
    [' 100 / 500ms ', { count: 100, window: 500 }],
  ])('reads %s', (text, limit) => {
    expect(parseRateLimit(text)).toEqual(limit);
  });

  it.each(['', '10', '0/1m', '-1/1m', '10/0s', '10/', '1.5/1m', '10/1m/1m', '999999999/1m'])(
    'refuses %j',
    (text) => {
      expect(parseRateLimit(text)).toBeUndefined();
    },
  );

  it('never lets more through than the limit, in any window, and never waits longer than it must', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.integer({ min: 0, max: 700 }), { minLength: 1, maxLength: 60 }),
        (count, gaps) => {
          const limiter = new RateLimiter({ count, window: 1_000 });
          const times: number[] = [];
          let now = 0;
          for (const gap of gaps) {
            now += gap;
            const delay = limiter.delay(now);
            const inWindow = times.filter((time) => time > now - 1_000).length;
            expect(delay > 0).toBe(inWindow >= count);
            now += delay;
            limiter.take(now);
            times.push(now);
            expect(times.filter((time) => time > now - 1_000).length).toBeLessThanOrEqual(count);
          }
        },
      ),
    );
  });
});

import { describe, expect, it } from 'vitest';
import { DeliveryError, PermanentDeliveryError, RetryLaterError, TemplateError } from '../../src/errors.ts';
import type { HandlerContext } from '../../src/handler/handler.ts';
import { event, scene } from './scene.ts';

/** A handler that fails as often as told, then works. */
function failing(times: number, error: () => unknown = () => new Error('no luck')): () => void {
  return () => {
    if (times-- > 0) throw error();
  };
}

describe('tries', () => {
  it('delivers in order, after the call that offered', async () => {
    const got: string[] = [];
    const { delivery, offer } = scene(({ id }) => void got.push(id));
    offer(event('a'), event('b'), event('c'));
    expect(got).toEqual([]);
    await delivery.flush();
    expect(got).toEqual(['a', 'b', 'c']);
  });

  it('waits for one event before it begins the next', async () => {
    const log: string[] = [];
    const { delivery, offer } = scene(async ({ id }) => {
      log.push(`begin ${id}`);
      await Promise.resolve();
      log.push(`end ${id}`);
    });
    offer(event('a'), event('b'));
    await delivery.flush();
    expect(log).toEqual(['begin a', 'end a', 'begin b', 'end b']);
  });

  it('backs off exponentially up to the longest wait, with jitter between 0 and the limit', async () => {
    const { clock, observer, offer } = scene(failing(6), {
      backoff: { first: 100, factor: 3, longest: 1_000 },
    });
    offer(event('a'));
    await clock.advance('1m');
    expect(observer.retries.map(({ delay }) => delay)).toEqual([100, 300, 900, 1_000, 1_000, 1_000]);
    const half = scene(failing(2), { backoff: { first: 100, factor: 3 } }, { random: () => 0.5 });
    half.offer(event('a'));
    await half.clock.advance('1m');
    expect(half.observer.retries.map(({ delay }) => delay)).toEqual([50, 150]);
  });

  it('keeps the order while one is tried again', async () => {
    const { clock, delivered, offer } = scene(failing(3));
    offer(event('a'), event('b'));
    await clock.advance('1m');
    expect(delivered()).toEqual(['a CRITICAL', 'b CRITICAL']);
  });

  it('gives the same id to every try, another to every event, and counts the tries', async () => {
    const seen: string[] = [];
    const attempts: number[] = [];
    let failures = 2;
    const { clock, offer } = scene((_, { deliveryId, attempt }) => {
      seen.push(deliveryId);
      attempts.push(attempt);
      if (failures-- > 0) throw new Error('again');
    });
    offer(event('a'), event('a'));
    await clock.advance('1m');
    expect(attempts).toEqual([1, 2, 3, 1]);
    expect(new Set(seen.slice(0, 3)).size).toBe(1);
    expect(seen[3]).not.toBe(seen[0]);
  });

  it('gives different ids to different handlers for the same event', async () => {
    const ids: string[] = [];
    let draw = 0;
    const note = (_: unknown, { deliveryId }: HandlerContext): void => void ids.push(deliveryId);
    const one = scene(note, {}, { random: () => (draw += 0.1) });
    const two = scene(note, {}, { random: () => (draw += 0.1), clock: one.clock });
    one.offer(event('a'));
    two.offer(event('a'));
    await one.clock.settle();
    expect(new Set(ids).size).toBe(2);
  });

  it('does not try what cannot heal', async () => {
    const { clock, observer, offer } = scene(
      failing(9, () => new PermanentDeliveryError('no such room', { failure: 'client_error', status: 404 })),
    );
    offer(event('a'));
    await clock.advance('1h');
    expect(observer.letters).toMatchObject([
      { reason: 'failed_permanent', attempts: 1, error: { failure: 'client_error', status: 404 } },
    ]);
  });

  it.each([
    ['a template that fails', new TemplateError('TEMPLATE_RENDER', 'no such field'), 'template_error'],
    ['a permanent error', new DeliveryError('no', { failure: 'auth_error', retryable: false }), 'auth_error'],
  ])('takes %s for permanent', async (_, error, failure) => {
    const { clock, observer, offer } = scene(failing(1, () => error));
    offer(event('a'));
    await clock.advance('1h');
    expect(observer.letters).toMatchObject([{ reason: 'failed_permanent', error: { failure } }]);
  });

  it.each([
    ['a plain error', new Error('x'), 'other'],
    ['no error at all', undefined, 'other'],
    ['something that cannot be printed', Object.create(null), 'other'],
    [
      'a refused connection',
      Object.assign(new TypeError('fetch failed'), {
        cause: Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }),
      }),
      'network',
    ],
    ['an abort', Object.assign(new Error('stop'), { name: 'AbortError' }), 'aborted'],
    ['a timeout of its own', Object.assign(new Error('slow'), { name: 'TimeoutError' }), 'timeout'],
  ])('tries again after %s', async (_, error, failure) => {
    const { clock, observer, delivered, offer } = scene(failing(1, () => error));
    offer(event('a'));
    await clock.advance('1m');
    expect(observer.retries).toMatchObject([{ error: { failure } }]);
    expect(delivered()).toEqual(['a CRITICAL']);
  });

  it('waits as long as the destination asks, with everything that waits', async () => {
    const times: number[] = [];
    let asked = false;
    const { clock, offer } = scene(
      () => {
        times.push(clock.now());
        if (asked) return;
        asked = true;
        throw new RetryLaterError('slow down', 90_000);
      },
      { concurrency: 3 },
    );
    const start = clock.now();
    offer(event('a'));
    await clock.settle();
    offer(event('b'));
    await clock.advance('1h');
    expect(times.map((time) => time - start)).toEqual([0, 90_000, 90_000]);
  });

  it('asks again after a day, whatever the destination says', async () => {
    let asked = false;
    const { clock, offer, delivered, observer } = scene(() => {
      if (asked) return;
      asked = true;
      throw new RetryLaterError('come back next year', 365 * 86_400_000);
    });
    offer(event('a'));
    await clock.advance('1h');
    offer(event('b'));
    await clock.advance('23h');
    expect(delivered()).toEqual(['a CRITICAL', 'b CRITICAL']);
    expect(observer.letters).toEqual([]);
  });

  it('gives up after as many tries as it may make', async () => {
    const { clock, observer, offer, delivered } = scene(
      ({ id }) => {
        if (id === 'a') throw new Error('never');
      },
      { maxTries: 3 },
    );
    offer(event('a'), event('b'));
    await clock.advance('1h');
    expect(observer.letters).toMatchObject([{ reason: 'failed_exhausted', attempts: 3, event: { id: 'a' } }]);
    expect(delivered()).toEqual(['b CRITICAL']);
  });

  it('gives up what has grown too old', async () => {
    let dead = true;
    const { clock, observer, offer, delivered } = scene(
      () => {
        if (dead) throw new Error('down');
      },
      { maxAge: '10m', maxTries: Number.POSITIVE_INFINITY },
    );
    offer(event('a'));
    await clock.advance('11m');
    dead = false;
    offer(event('b'));
    await clock.advance('11m');
    expect(observer.letters).toMatchObject([{ reason: 'expired', event: { id: 'a' } }]);
    expect(delivered()).toEqual(['b CRITICAL']);
  });

  it('gives up what has grown too old before its first try', async () => {
    const { clock, observer, offer } = scene(() => {}, { maxAge: '10m', rateLimit: '1/1h' });
    offer(event('a'), event('b'));
    await clock.advance('2h');
    expect(observer.letters).toMatchObject([{ reason: 'expired', attempts: 0, event: { id: 'b' } }]);
    expect(observer.letters[0]).not.toHaveProperty('error');
  });

  it('begins the backoff of the next delivery where the last one ended', async () => {
    const { clock, observer, offer } = scene(failing(4), { maxTries: 2, backoff: { first: 100, factor: 2 } });
    offer(event('a'), event('b'));
    await clock.advance('1h');
    expect(observer.retries.map(({ delay }) => delay)).toEqual([100, 400]);
  });

  it('leaves a handler that hangs, and tells it through its signal', async () => {
    const signals: AbortSignal[] = [];
    const { clock, observer, offer, delivered } = scene(
      (_, context) => {
        if (context.attempt > 1) return undefined;
        signals.push(context.signal);
        return new Promise(() => {});
      },
      { timeout: '5s' },
    );
    offer(event('a'), event('b'));
    await clock.advance('4999ms');
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    await clock.advance('1m');
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    expect(observer.retries).toMatchObject([
      { error: { code: 'DELIVERY_TIMEOUT' } },
      { delivery: { attempt: 1 } },
    ]);
    expect(delivered()).toEqual(['a CRITICAL', 'b CRITICAL']);
  });

  it('sets a timer only for a try that has not ended in its turn', async () => {
    let hangs = false;
    const { clock, offer, delivered } = scene(async () => {
      await Promise.resolve();
      if (hangs) await new Promise(() => {});
    });
    let set = 0;
    const setTimeout = clock.setTimeout.bind(clock);
    clock.setTimeout = (...args) => {
      set++;
      return setTimeout(...args);
    };
    offer(event('a'), event('b'), event('c'));
    await clock.settle();
    expect(delivered()).toHaveLength(3);
    expect(set).toBe(0);
    hangs = true;
    offer(event('d'));
    await clock.settle();
    expect(clock.timers).toBe(1);
  });

  it('knows since when an event waits', async () => {
    const { clock, delivery, observer, offer } = scene(() => new Promise(() => {}), {
      timeout: '1h',
      maxTries: 1,
      maxAge: '30m',
    });
    const start = clock.now();
    offer(event('a'));
    await clock.advance('10s');
    offer(event('b'));
    await clock.advance('20s');
    expect(delivery.stats()).toMatchObject({ oldestAge: 30_000, queued: 1, active: 1 });
    await clock.advance('1h');
    expect(
      observer.letters.map(({ event: { id }, reason, queuedAt }) => [id, reason, +queuedAt - start]),
    ).toEqual([
      ['a', 'failed_exhausted', 0],
      ['b', 'expired', 10_000],
    ]);
  });

  it('has an aborted signal for a handler that asks for it too late', async () => {
    let context: HandlerContext | undefined;
    const { clock, offer } = scene((_, given) => {
      context ??= given;
      return new Promise(() => {});
    });
    offer(event('a'));
    await clock.advance('31s');
    expect(context?.signal.aborted).toBe(true);
  });

  it('takes a late success for one, while the next try has not begun', async () => {
    let finish = (): void => {};
    let calls = 0;
    const { clock, offer, delivered } = scene(
      () => {
        calls++;
        return new Promise<void>((resolve) => (finish = resolve));
      },
      { timeout: '5s', backoff: { first: '1m' } },
    );
    offer(event('a'));
    await clock.advance('10s');
    finish();
    await clock.advance('10m');
    expect(calls).toBe(1);
    expect(delivered()).toEqual(['a CRITICAL']);
  });

  it('ignores what a try answers whose time was over', async () => {
    const finish: (() => void)[] = [];
    const { clock, offer, delivered } = scene(() => new Promise<void>((resolve) => finish.push(resolve)), {
      timeout: '5s',
      backoff: { first: 1 },
    });
    offer(event('a'));
    await clock.advance('6s');
    finish[0]?.();
    await clock.settle();
    expect(delivered()).toEqual([]);
    finish[1]?.();
    await clock.settle();
    expect(delivered()).toEqual(['a CRITICAL']);
  });

  it('never lets an unhandled rejection out', async () => {
    const rejections: unknown[] = [];
    const note = (reason: unknown): void => void rejections.push(reason);
    process.on('unhandledRejection', note);
    const { clock, offer } = scene(
      (_, { signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      { timeout: 10, maxTries: 2 },
    );
    offer(event('a'));
    await clock.advance('1h');
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(rejections).toEqual([]);
  });

  it('accepts any thenable', async () => {
    // biome-ignore lint/suspicious/noThenProperty: it is about such objects
    const thenable = { then: (done: () => void) => done() };
    const { clock, offer, delivered } = scene(() => thenable);
    offer(event('a'));
    await clock.settle();
    expect(delivered()).toEqual(['a CRITICAL']);
  });

  it('keeps a rate limit by waiting', async () => {
    const times: number[] = [];
    const { clock, offer, observer } = scene(() => void times.push(clock.now()), { rateLimit: '3/1m' });
    const start = clock.now();
    for (let i = 0; i < 8; i++) offer(event(`e${i}`));
    await clock.advance('10m');
    expect(times.map((time) => time - start)).toEqual([0, 0, 0, 60_000, 60_000, 60_000, 120_000, 120_000]);
    expect(observer.drops).toEqual([]);
  });

  it('counts retries in the rate limit', async () => {
    const times: number[] = [];
    let failures = 3;
    const { clock, offer } = scene(
      () => {
        times.push(clock.now());
        if (failures-- > 0) throw new Error('again');
      },
      { rateLimit: '2/1m', backoff: { first: 1 } },
    );
    const start = clock.now();
    offer(event('a'));
    await clock.advance('10m');
    expect(times.map((time) => Math.round((time - start) / 1000))).toEqual([0, 0, 60, 60]);
  });

  it('runs as many as it may, and never two of one id', async () => {
    let running = 0;
    let most = 0;
    const runningIds = new Set<string>();
    const got: string[] = [];
    const { clock, offer } = scene(
      async (each) => {
        expect(runningIds.has(each.id)).toBe(false);
        runningIds.add(each.id);
        most = Math.max(most, ++running);
        await new Promise<void>((resolve) => clock.setTimeout(resolve, 10));
        running--;
        runningIds.delete(each.id);
        got.push(`${each.id} ${each.message}`);
      },
      { concurrency: 3 },
    );
    for (const [id, n] of [
      ['a', 1],
      ['a', 2],
      ['a', 3],
      ['b', 1],
      ['c', 1],
      ['d', 1],
      ['b', 2],
    ] as const) {
      offer(event(id, 'CRITICAL', { message: String(n) }));
    }
    await clock.advance('1s');
    expect(most).toBe(3);
    expect(got).toHaveLength(7);
    expect(got.filter((line) => line.startsWith('a'))).toEqual(['a 1', 'a 2', 'a 3']);
    expect(got.filter((line) => line.startsWith('b'))).toEqual(['b 1', 'b 2']);
  });

  it('strikes secrets out of errors and dead letters, also out of causes', async () => {
    const { clock, offer, observer, redactor, delivery } = scene(
      failing(9, () => new Error('POST https://x/hush-hush failed', { cause: new Error('hush-hush') })),
      { maxTries: 1 },
    );
    redactor.add('hush-hush');
    offer(event('a'));
    await clock.settle();
    const [letter] = delivery.deadLetters.list();
    expect(letter?.error?.message).toBe('POST https://x/*** failed: ***');
    expect(JSON.stringify([observer.letters, letter])).not.toContain('hush-hush');
    const { lastError } = delivery.stats();
    expect(lastError?.error.cause).toBeUndefined();
    expect(lastError?.error.stack).not.toContain('hush-hush');
  });

  it('is not disturbed by listeners that throw', async () => {
    const { clock, delivered, offer, observer, delivery } = scene(failing(1));
    const boom = (): void => {
      throw new Error('listener');
    };
    observer.retry = boom;
    const before = observer.delivered.bind(observer);
    observer.delivered = (each) => {
      before(each);
      boom();
    };
    offer(event('a'), event('b'));
    await clock.advance('1m');
    expect(delivered()).toEqual(['a CRITICAL', 'b CRITICAL']);
    expect(observer.faults).toHaveLength(3);
    expect(delivery.stats()).toMatchObject({ delivered: 2, retried: 1 });
  });

  it('takes whatever a handler throws, and goes on', async () => {
    const trap = (): never => {
      throw new Error('trap');
    };
    const mute = new Error('x');
    Object.defineProperty(mute, 'message', { get: trap });
    const thrown: unknown[] = [
      null,
      Symbol('s'),
      Object.create(null),
      new Proxy({}, { get: trap, getPrototypeOf: trap }),
      mute,
      new TypeError('fetch failed', { cause: new AggregateError([new Error('connect ECONNREFUSED ::1:1')]) }),
    ];
    const { clock, delivered, offer, observer } = scene(
      ({ id }) => {
        if (id !== 'last') throw thrown[Number(id)];
      },
      { maxTries: 1 },
    );
    offer(...thrown.map((_, n) => event(String(n))), event('last'));
    await clock.settle();
    expect(observer.letters.map(({ error }) => error?.message)).toEqual([
      'The handler threw null',
      'The handler threw Symbol(s)',
      'The handler threw something that cannot be printed',
      'The handler threw something that cannot be read',
      'The handler threw something that cannot be read',
      'fetch failed: connect ECONNREFUSED ::1:1',
    ]);
    expect(delivered()).toEqual(['last CRITICAL']);
  });

  it('lets other work of the event loop in between many deliveries', async () => {
    let between = 0;
    const { clock, delivery, offer } = scene(() => {});
    for (let i = 0; i < 5_000; i++) offer(event(`e${i}`));
    const tick = (): void => {
      between++;
      if (delivery.stats().delivered < 5_000) setImmediate(tick);
    };
    setImmediate(tick);
    await delivery.flush();
    await clock.settle();
    expect(between).toBeGreaterThan(3);
    expect(delivery.stats().delivered).toBe(5_000);
  });
});

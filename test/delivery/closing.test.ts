import { describe, expect, it } from 'vitest';
import type { DeliveryOptions } from '../../src/delivery/index.ts';
import { event, scene } from './scene.ts';

describe('flush', () => {
  it('waits for tries and waits between them, then asks the handler for what it holds back', async () => {
    const log: string[] = [];
    let failures = 1;
    const { clock, delivery, offer } = scene({
      handle: ({ id }) => {
        if (failures-- > 0) throw new Error('again');
        log.push(id);
      },
      flush: () => void log.push('flush'),
    });
    offer(event('a'));
    const flushed = delivery.flush().then(() => log.push('flushed'));
    await clock.settle();
    expect(log).toEqual([]);
    await clock.advance('1s');
    await flushed;
    expect(log).toEqual(['a', 'flush', 'flushed']);
  });

  it('reports a handler whose flush throws or hangs, and goes on', async () => {
    const { clock, delivery, observer } = scene(
      { handle: () => {}, flush: () => new Promise(() => {}) },
      { timeout: '5s' },
    );
    const flushed = delivery.flush();
    await clock.advance('5s');
    await flushed;
    expect(observer.faults).toMatchObject([
      { failure: 'timeout', reason: 'flush() of the handler cpu/h did not end in 5000 ms' },
    ]);
  });
});

describe('close', () => {
  it('drains, closes the handler once, and reports', async () => {
    const log: string[] = [];
    const { delivery, offer } = scene({
      handle: ({ id }) => void log.push(id),
      flush: () => void log.push('flush'),
      close: () => void log.push('close'),
    });
    offer(event('a'), event('b'));
    const report = delivery.close();
    expect(delivery.close()).toBe(report);
    expect(await report).toEqual({ delivered: 2, failed: 0, kept: 0, dropped: 0 });
    expect(log).toEqual(['a', 'b', 'flush', 'close']);
  });

  it('ends in time when the destination is dead, and says what was dropped', async () => {
    const signals: AbortSignal[] = [];
    const { clock, delivery, offer, drops } = scene((_, { signal }) => {
      signals.push(signal);
      return new Promise(() => {});
    });
    offer(event('a'), event('b'));
    const closed = delivery.close({ timeout: 3_000 });
    await clock.advance('2999ms');
    expect(signals[0]?.aborted).toBe(false);
    await clock.advance('1ms');
    expect(await closed).toEqual({ delivered: 0, failed: 0, kept: 0, dropped: 2 });
    expect(signals[0]?.aborted).toBe(true);
    expect(drops()).toEqual(['a CRITICAL dropped_shutdown', 'b CRITICAL dropped_shutdown']);
    offer(event('c'));
    expect(drops().at(-1)).toBe('c CRITICAL dropped_shutdown');
  });

  it('drops what waits between tries, and recoveries that are owed', async () => {
    let down = false;
    const { clock, delivery, offer } = scene(
      () => {
        if (down) throw new Error('down');
      },
      { maxTries: 2 },
    );
    offer(event('a'));
    await clock.settle();
    down = true;
    offer(event('a', 'OK'), event('b'));
    await clock.advance('2s');
    expect(delivery.stats()).toMatchObject({ pendingRecoveries: 1, active: 1 });
    const closed = delivery.close({ timeout: 0 });
    await clock.advance(0);
    expect(await closed).toEqual({ delivered: 0, failed: 0, kept: 0, dropped: 2 });
    expect(clock.timers).toBe(0);
  });

  it('waits for a second try that itself closes the handler', async () => {
    const { clock, delivery, delivered, drops, offer } = scene((_, { attempt }) => {
      if (attempt === 1) throw new Error('again');
      void delivery.close();
      return new Promise<void>((resolve) => void clock.setTimeout(resolve, 500));
    });
    offer(event('a'));
    await clock.advance('10s');
    expect(delivered()).toEqual(['a CRITICAL']);
    expect(drops()).toEqual([]);
  });

  it('leaves a handler whose close hangs', async () => {
    const { clock, delivery, observer } = scene({ handle: () => {}, close: () => new Promise(() => {}) });
    const closed = delivery.close({ timeout: 2_000 });
    await clock.advance('2s');
    await closed;
    expect(observer.faults).toMatchObject([
      { reason: 'close() of the handler cpu/h did not end in 2000 ms' },
    ]);
  });

  it('waits without keeping timers of its own when all is done', async () => {
    const { clock, delivery, offer } = scene(async () => {});
    offer(event('a'));
    await delivery.close();
    expect(clock.timers).toBe(0);
  });
});

describe('replacing a handler', () => {
  it('begins with the new one when the old one is drained, and keeps the ledger', async () => {
    const log: string[] = [];
    let finish = (): void => {};
    const old = scene(({ id, level }) => {
      log.push(`old ${id} ${level}`);
      return id === 'b' ? new Promise<void>((resolve) => (finish = resolve)) : undefined;
    });
    old.offer(event('a'), event('b'));
    await old.clock.settle();
    const fresh = scene(
      ({ id, level }) => void log.push(`new ${id} ${level}`),
      { recoveries: 'if-told' },
      { clock: old.clock, previous: old.delivery },
    );
    fresh.offer(event('a', 'OK'), event('c'));
    await old.clock.settle();
    expect(log).toEqual(['old a CRITICAL', 'old b CRITICAL']);
    finish();
    await old.clock.settle();
    expect(log).toEqual(['old a CRITICAL', 'old b CRITICAL', 'new a OK', 'new c CRITICAL']);
  });

  it('takes over what the old one cannot get rid of', async () => {
    const log: string[] = [];
    const old = scene(() => new Promise(() => {}));
    old.offer(event('a'), event('b'));
    await old.clock.settle();
    const fresh = scene(({ id }) => void log.push(id), {}, { clock: old.clock, previous: old.delivery });
    fresh.offer(event('c'));
    await old.clock.advance('10s');
    expect(log).toEqual(['a', 'b', 'c']);
    expect(old.drops()).toEqual([]);
  });

  it('gives what the old one gives up on to the new fallback', async () => {
    const took: string[] = [];
    const withFallback = (name: string): DeliveryOptions => ({
      maxTries: 1,
      fallback: { handle: ({ id }) => void took.push(`${name} ${id}`) },
    });
    const [options, newOptions] = [withFallback('old'), withFallback('new')];
    let fail = (): void => {};
    const old = scene(() => new Promise((_, reject) => (fail = () => reject(new Error('down')))), options);
    old.offer(event('a'));
    await old.clock.settle();
    const fresh = scene(() => {}, newOptions, { clock: old.clock, previous: old.delivery });
    await old.clock.settle();
    fail();
    await old.clock.settle();
    expect(took).toEqual(['new a']);
    expect([...old.drops(), ...fresh.drops()]).toEqual([]);
  });
});

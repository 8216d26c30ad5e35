import { describe, expect, it } from 'vitest';
import type { DeliveryOptions } from '../../src/delivery/index.ts';
import { event, type Scene, scene } from './scene.ts';

/** A handler that does not answer until it is let go. */
function held(options: DeliveryOptions): Scene & { release(): Promise<void> } {
  const waiting: (() => void)[] = [];
  let open = true;
  const it = scene(() => (open ? undefined : new Promise<void>((resolve) => waiting.push(resolve))), {
    timeout: '1h',
    ...options,
  });
  return {
    ...it,
    offer: (...events) => {
      open = false;
      it.offer(...events);
    },
    release: async () => {
      open = true;
      for (const resolve of waiting.splice(0)) resolve();
      await it.clock.settle();
    },
  };
}

describe('a full queue', () => {
  it('rejects the new event, says so, and counts it', async () => {
    const { offer, drops, release, delivered, delivery, clock } = held({ queueLimit: 2 });
    offer(event('x'));
    await clock.settle();
    offer(event('a'), event('b'), event('c'));
    expect(drops()).toEqual(['c CRITICAL dropped_overflow']);
    expect(delivery.stats()).toMatchObject({ matched: 4, dropped: 1, queued: 2, active: 1 });
    await release();
    expect(delivered()).toEqual(['x CRITICAL', 'a CRITICAL', 'b CRITICAL']);
  });

  it('drops the oldest', async () => {
    const { offer, drops, release, delivered, clock } = held({ queueLimit: 2, overflow: 'drop-oldest' });
    offer(event('x'));
    await clock.settle();
    offer(event('a'), event('b'), event('c'), event('d'));
    expect(drops()).toEqual(['a CRITICAL dropped_overflow', 'b CRITICAL dropped_overflow']);
    await release();
    expect(delivered()).toEqual(['x CRITICAL', 'c CRITICAL', 'd CRITICAL']);
  });

  it('coalesces to the newest event of every id', async () => {
    const { offer, drops, release, delivered, clock } = held({ queueLimit: 3, overflow: 'coalesce' });
    offer(event('x'));
    await clock.settle();
    offer(event('a', 'INFO'), event('b', 'INFO'), event('a', 'WARNING'), event('b', 'WARNING'));
    expect(drops()).toEqual(['a INFO superseded', 'b INFO superseded']);
    offer(event('a', 'CRITICAL'), event('c'));
    await release();
    expect(delivered()).toEqual(['x CRITICAL', 'b WARNING', 'a CRITICAL', 'c CRITICAL']);
  });

  it('drops the oldest when there is nothing to coalesce', async () => {
    const { offer, drops, clock } = held({ queueLimit: 2, overflow: 'coalesce' });
    offer(event('x'));
    await clock.settle();
    offer(event('a'), event('b'), event('c'));
    expect(drops()).toEqual(['a CRITICAL dropped_overflow']);
  });

  it.each(['reject', 'drop-oldest', 'coalesce'] as const)(
    'never loses a recovery whose firing was delivered (%s)',
    async (overflow) => {
      const { delivery, clock, release, delivered, offer } = held({ queueLimit: 2, overflow });
      delivery.offer(event('a'), true);
      delivery.offer(event('b'), true);
      await clock.settle();
      offer(event('x'));
      await clock.settle();
      offer(event('a', 'OK'), event('c'), event('b', 'OK'), event('d'), event('e'), event('f'));
      await release();
      await clock.advance('10m');
      expect(delivered()).toContain('a OK');
      expect(delivered()).toContain('b OK');
    },
  );

  it.each(['reject', 'drop-oldest', 'coalesce'] as const)(
    'nor one whose firing is delivered later (%s)',
    async (overflow) => {
      const { clock, release, delivered, offer } = held({ queueLimit: 2, overflow });
      offer(event('a'));
      await clock.settle();
      offer(event('b'), event('c'), event('a', 'OK'), event('d'), event('e'), event('f'));
      await release();
      await clock.advance('10m');
      expect(delivered()).toContain('a OK');
    },
  );

  it('keeps, when coalescing, a recovery that the handler waits for although the alert fires anew', async () => {
    const { delivery, clock, release, delivered, offer } = held({ queueLimit: 3, overflow: 'coalesce' });
    delivery.offer(event('a'), true);
    await clock.settle();
    offer(event('x'));
    await clock.settle();
    offer(event('a', 'OK'), event('b'), event('b'), event('a', 'WARNING'), event('b', 'INFO'));
    await release();
    expect(delivered()).toEqual(['a CRITICAL', 'x CRITICAL', 'a OK', 'a WARNING', 'b INFO']);
  });

  it('keeps a dropped recovery whose firing waits behind an older event of its id', async () => {
    const { clock, offer, release, delivered } = held({
      queueLimit: 1,
      overflow: 'drop-oldest',
      concurrency: 2,
    });
    offer(event('a', 'OK'));
    await clock.settle();
    offer(event('a', 'WARNING'));
    await clock.settle();
    offer(event('a', 'OK'), event('c'));
    await release();
    await clock.advance('10m');
    expect(delivered().filter((line) => line.startsWith('a'))).toEqual(['a OK', 'a WARNING', 'a OK']);
  });

  it('does not keep recoveries of what the handler knows nothing about', async () => {
    const { clock, offer, delivery, drops } = held({ queueLimit: 1 });
    offer(event('x'));
    await clock.settle();
    offer(event('a'), event('b', 'OK'), event('c', 'OK'));
    expect(drops()).toEqual(['b OK dropped_overflow', 'c OK dropped_overflow']);
    expect(delivery.stats().pendingRecoveries).toBe(0);
  });
});

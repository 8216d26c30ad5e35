import { describe, expect, it } from 'vitest';
import { DeadLetters, Journal, MemoryStore, type Store, type StoreChange } from '../../src/delivery/index.ts';
import { PermanentDeliveryError, StoreError } from '../../src/errors.ts';
import type { HandleFunction } from '../../src/handler/handler.ts';
import { FakeClock } from '../../src/testing/fake-clock.ts';
import { event, RecordingObserver, type Scene, scene } from './scene.ts';

/** One life of a process: everything is made anew but the store. */
async function life(
  store: Store,
  handler: HandleFunction,
  options: Parameters<typeof scene>[1] = {},
  clock: FakeClock = new FakeClock(),
): Promise<Scene & { journal: Journal; deadLetters: DeadLetters }> {
  const journal = await Journal.open(store, { clock });
  const deadLetters = new DeadLetters({ journal });
  return { ...scene(handler, options, { clock, journal, deadLetters }), journal, deadLetters };
}

const hang = (): Promise<never> => new Promise<never>(() => {});

describe('after a restart', () => {
  it('what waited and what was under way is delivered, in order, under its old ids', async () => {
    const store = new MemoryStore();
    const ids: string[] = [];
    const before = await life(store, (_, { deliveryId }) => {
      ids.push(deliveryId);
      return hang();
    });
    before.offer(event('a'), event('b'), event('c'));
    await before.journal.durable();
    const after = await life(store, ({ id }, { deliveryId }) => {
      ids.push(`${id} ${deliveryId}`);
    });
    after.offer(event('d'));
    await after.delivery.flush();
    expect(after.delivered()).toEqual(['a CRITICAL', 'b CRITICAL', 'c CRITICAL', 'd CRITICAL']);
    expect(ids[1]).toBe(`a ${ids[0]}`);
    await after.journal.durable();
    expect(store.size).toBe(4);
  });

  it('what was delivered is not delivered again, and the ledger is kept', async () => {
    const store = new MemoryStore();
    const before = await life(store, () => {});
    before.offer(event('a'), event('b'), event('b', 'OK'));
    await before.delivery.flush();
    await before.journal.durable();
    const after = await life(store, () => {}, { recoveries: 'if-told' });
    after.offer(event('a', 'OK'), event('b', 'OK'));
    await after.delivery.flush();
    expect(after.delivered()).toEqual(['a OK']);
    await after.journal.durable();
    expect(store.size).toBe(0);
  });

  it('a recovery that is owed is tried at once', async () => {
    const store = new MemoryStore();
    let down = false;
    const handler = (): void => {
      if (down) throw new Error('down');
    };
    const before = await life(store, handler, { maxTries: 1 });
    before.offer(event('a'));
    await before.clock.settle();
    down = true;
    before.offer(event('a', 'OK'));
    await before.clock.settle();
    expect(before.delivery.stats().pendingRecoveries).toBe(1);
    await before.journal.durable();
    down = false;
    const after = await life(store, handler);
    await after.clock.settle();
    expect(after.delivered()).toEqual(['a OK']);
  });

  it('dead letters are there, and can be replayed', async () => {
    const store = new MemoryStore();
    const before = await life(store, () => {
      throw new PermanentDeliveryError('no such room', { status: 404 });
    });
    before.offer(event('a', 'CRITICAL', { fields: { n: 2n ** 62n } }));
    await before.delivery.flush();
    await before.journal.durable();
    const after = await life(store, () => {});
    expect(after.deadLetters.list()).toEqual(before.deadLetters.list());
    after.deadLetters.replayAll();
    await after.delivery.flush();
    await after.journal.durable();
    expect(after.delivered()).toEqual(['a CRITICAL']);
    expect(store.size).toBe(1);
  });

  it('age counts from when the event was queued', async () => {
    const store = new MemoryStore();
    const clock = new FakeClock();
    const before = await life(store, hang, {}, clock);
    before.offer(event('a'));
    await before.journal.durable();
    const later = new FakeClock(clock.now() + 2 * 86_400_000);
    const after = await life(store, () => {}, {}, later);
    await after.delivery.flush();
    expect(after.observer.letters).toMatchObject([{ reason: 'expired', attempts: 0 }]);
  });

  it('ids stay different and in order when the clock was put back', async () => {
    const store = new MemoryStore();
    const before = await life(store, hang, {}, new FakeClock('2030-01-01'));
    before.offer(event('a'));
    await before.journal.durable();
    const between = await life(store, hang, {}, new FakeClock('2020-01-01'));
    between.offer(event('b'));
    await between.journal.durable();
    const after = await life(store, () => {}, {}, new FakeClock('2020-01-02'));
    await after.delivery.flush();
    expect(after.delivered()).toEqual(['a CRITICAL', 'b CRITICAL']);
  });

  it('close keeps what it cannot deliver', async () => {
    const store = new MemoryStore();
    const before = await life(store, hang);
    before.offer(event('a'), event('b'));
    const closed = before.delivery.close({ timeout: 0 });
    await before.clock.advance(0);
    expect(await closed).toEqual({ delivered: 0, failed: 0, kept: 2, dropped: 0 });
    before.offer(event('c'));
    await before.journal.close();
    const after = await life(store, () => {});
    await after.delivery.flush();
    expect(after.delivered()).toEqual(['a CRITICAL', 'b CRITICAL', 'c CRITICAL']);
  });

  it('nothing is left of a handler that was removed', async () => {
    const store = new MemoryStore();
    const before = await life(store, ({ id }) => (id === 'a' ? undefined : hang()));
    before.offer(event('a'), event('b'));
    await before.clock.settle();
    const closed = before.delivery.close({ timeout: 0, forget: true });
    await before.clock.advance(0);
    expect(await closed).toEqual({ delivered: 0, failed: 0, kept: 0, dropped: 1 });
    await before.journal.close();
    expect(store.size).toBe(0);
  });

  it('a damaged entry is reported and left out', async () => {
    const store = new MemoryStore();
    const before = await life(store, hang);
    before.offer(event('a'), event('b'));
    await before.journal.durable();
    const [first] = [...store.load()];
    await store.write([[first?.[0] ?? '', '{"event":{']]);
    const observer = new RecordingObserver();
    const clock = new FakeClock();
    const journal = await Journal.open(store, { clock });
    const after = scene(() => {}, {}, { clock, journal, observer });
    await after.delivery.flush();
    expect(observer.faults).toMatchObject([{ code: 'STORE', reason: 'A stored entry is damaged' }]);
    expect(after.delivered()).toEqual(['b CRITICAL']);
  });
});

/** A store that can be full. */
class Disk extends MemoryStore {
  full = false;
  writes = 0;

  override async write(changes: readonly StoreChange[]): Promise<void> {
    this.writes++;
    await Promise.resolve();
    if (this.full) throw new Error('ENOSPC: no space left on device');
    await super.write(changes);
  }
}

describe('a store that fails', () => {
  it('is reported once, everything goes on in memory, and is caught up when it works again', async () => {
    const disk = new Disk();
    const clock = new FakeClock();
    const health: (StoreError | undefined)[] = [];
    const journal = await Journal.open(disk, { clock, health: (error) => health.push(error) });
    let answer = hang as () => unknown;
    const { offer, delivery, delivered } = scene(() => answer(), { timeout: '1h' }, { clock, journal });
    disk.full = true;
    offer(event('a'), event('b'));
    await expect(journal.durable()).rejects.toThrow(
      'The store cannot be written: ENOSPC: no space left on device. Check that its disk is there, writable and not full.',
    );
    await clock.advance('1m');
    expect(health).toHaveLength(1);
    expect(health[0]).toBeInstanceOf(StoreError);
    await expect(journal.durable()).rejects.toBeInstanceOf(StoreError);
    expect(disk.size).toBe(0);
    disk.full = false;
    await clock.advance('1m');
    expect(health).toEqual([health[0], undefined]);
    expect(disk.size).toBe(2);
    await journal.durable();
    answer = () => undefined;
    offer(event('c'));
    await clock.advance('1h');
    await delivery.flush();
    expect(delivered()).toEqual(['a CRITICAL', 'b CRITICAL', 'c CRITICAL']);
  });

  it('does not gather what came and went meanwhile', async () => {
    const disk = new Disk();
    disk.full = true;
    const clock = new FakeClock();
    const journal = await Journal.open(disk, { clock });
    const { offer, delivery } = scene(() => {}, {}, { clock, journal });
    for (let i = 0; i < 1_000; i++) {
      offer(event('a'));
      await delivery.flush();
    }
    expect(journal.pending).toBe(1);
  });

  it('that cannot be read is an error at the start', async () => {
    const unreadable: Store = {
      load: () => {
        throw new Error('EACCES');
      },
      write: async () => {},
    };
    await expect(Journal.open(unreadable, { clock: new FakeClock() })).rejects.toThrow(
      /^The store cannot be read: EACCES\. Check that its disk is there, writable and not full\.$/,
    );
  });

  it('is not asked twice at the same time, and what comes meanwhile goes together', async () => {
    const batches: number[] = [];
    let running = 0;
    const finish: (() => void)[] = [];
    const store: Store = {
      load: () => [],
      write: async (changes) => {
        expect(++running).toBe(1);
        batches.push(changes.length);
        await new Promise<void>((resolve) => finish.push(resolve));
        running--;
      },
    };
    const clock = new FakeClock();
    const journal = await Journal.open(store, { clock });
    const put = (name: string): void => journal.put('state', name, { encode: () => name });
    put('a');
    await clock.settle();
    put('b');
    put('c');
    put('b');
    const durable = journal.durable();
    await clock.settle();
    finish.shift()?.();
    await clock.settle();
    finish.shift()?.();
    await durable;
    expect(batches).toEqual([1, 2]);
  });

  it('that hangs does not keep a process from ending', async () => {
    const store: Store = { load: () => [], write: () => new Promise(() => {}) };
    const clock = new FakeClock();
    const health: (StoreError | undefined)[] = [];
    const journal = await Journal.open(store, { clock, health: (error) => health.push(error) });
    journal.put('state', 'a', { encode: () => 'x' });
    const closed = journal.close(5_000);
    await clock.advance('5s');
    await closed;
    expect(health.map((error) => error?.reason)).toEqual([
      'The store cannot be closed: nothing happened for 5000 ms',
    ]);
  });

  it('closing writes what is left', async () => {
    const store = new MemoryStore();
    const journal = await Journal.open(store, { clock: new FakeClock() });
    journal.put('state', 'a', { encode: () => 'x' });
    await journal.close();
    expect([...store.load()]).toEqual([['state a', 'x']]);
  });
});

import {
  type AlertEvent,
  MemoryStore,
  PermanentDeliveryError,
  type Store,
  type StoreChange,
  TopicRegistry,
} from 'tocsin';
import { aggregate, publish } from 'tocsin/handlers';
import { FakeClock } from 'tocsin/testing';
import { describe, expect, it } from 'vitest';

const hang = (): Promise<never> => new Promise<never>(() => {});

describe('a registry with a store', () => {
  it('knows after a restart what it knew before, and goes on with what was under way', async () => {
    const store = new MemoryStore();
    const clock = new FakeClock();
    const before = await TopicRegistry.open({ store, clock });
    before.handle('cpu', hang, { id: 'pager' });
    await before.collectDurably({
      topic: 'cpu',
      id: 'web-1',
      level: 'CRITICAL',
      message: 'busy',
      fields: { n: 2n ** 60n },
    });
    await before.collectDurably({ topic: 'cpu', id: 'web-2', level: 'OK' });

    const after = await TopicRegistry.open({ store, clock });
    expect(after.eventState('cpu', 'web-1')).toMatchObject({ level: 'CRITICAL', message: 'busy' });
    const got: AlertEvent[] = [];
    after.handle('cpu', (event) => void got.push(event), { id: 'pager' });
    after.collect({ topic: 'cpu', id: 'web-1', level: 'OK' });
    await after.flush();
    expect(got).toMatchObject([
      { id: 'web-1', level: 'CRITICAL', fields: { n: 2n ** 60n } },
      { id: 'web-2', level: 'OK' },
      { id: 'web-1', level: 'OK', previousLevel: 'CRITICAL' },
    ]);
    await after.close();
    expect(store.size).toBe(0);
  });

  it('keeps at close what it cannot deliver, and says so', async () => {
    const store = new MemoryStore();
    const clock = new FakeClock();
    const before = await TopicRegistry.open({ store, clock });
    let answer: () => unknown = () => undefined;
    before.handle('cpu', () => answer(), { id: 'pager' });
    before.collect({ topic: 'cpu', id: 'a', level: 'CRITICAL' });
    await before.flush();
    answer = hang;
    before.collect({ topic: 'cpu', id: 'a', level: 'OK' });
    before.collect({ topic: 'cpu', id: 'b', level: 'WARNING' });
    const closed = before.close({ timeout: 2_000 });
    await clock.advance('2s');
    expect(await closed).toEqual({ delivered: 0, failed: 0, kept: 2, dropped: 0 });
    const after = await TopicRegistry.open({ store, clock });
    const got: string[] = [];
    after.handle('cpu', ({ id, level }) => void got.push(`${id} ${level}`), { id: 'pager' });
    await after.flush();
    expect(got).toEqual(['a OK', 'b WARNING']);
    await after.close();
  });

  it('does not claim to keep what it could not write', async () => {
    const clock = new FakeClock();
    const store: Store = { load: () => [], write: () => Promise.reject(new Error('EROFS')) };
    const alerts = await TopicRegistry.open({ store, clock });
    alerts.handle('cpu', hang);
    alerts.collect({ topic: 'cpu', id: 'a', level: 'CRITICAL' });
    const closed = alerts.close({ timeout: 1_000 });
    await clock.advance('1s');
    expect(await closed).toEqual({ delivered: 0, failed: 0, kept: 0, dropped: 1 });
  });

  it('says what it gave up while it closed', async () => {
    const alerts = new TopicRegistry();
    alerts.handle('cpu', () => {
      throw new PermanentDeliveryError('no such number');
    });
    alerts.collect({ topic: 'cpu', id: 'a', level: 'CRITICAL' });
    expect(await alerts.close()).toEqual({ delivered: 0, failed: 1, kept: 0, dropped: 0 });
  });

  it('counts what it delivered while it closed', async () => {
    const alerts = new TopicRegistry();
    alerts.handle('cpu', async () => {});
    for (let n = 0; n < 10; n++) alerts.collect({ topic: 'cpu', id: `id-${n}`, level: 'INFO' });
    expect(await alerts.close()).toEqual({ delivered: 10, failed: 0, kept: 0, dropped: 0 });
  });

  it('forgets what it kept for a handler that is removed', async () => {
    const store = new MemoryStore();
    const clock = new FakeClock();
    const alerts = await TopicRegistry.open({ store, clock });
    alerts.handle('cpu', ({ id }) => (id === 'a' ? undefined : hang()), { id: 'pager' });
    await alerts.collectDurably({ topic: 'cpu', id: 'a', level: 'CRITICAL' });
    await alerts.collectDurably({ topic: 'cpu', id: 'b', level: 'CRITICAL' });
    const removed = alerts.remove('cpu', 'pager', { timeout: 0 });
    await clock.advance(0);
    await removed;
    const closed = alerts.close();
    await clock.advance('1m');
    await closed;
    expect([...store.load()].map(([key]) => key)).toEqual(['state/cpu a', 'state/cpu b']);
  });

  it('says when the store fails and when it works again, and goes on meanwhile', async () => {
    const clock = new FakeClock();
    const inner = new MemoryStore();
    let full = true;
    const store: Store = {
      load: () => inner.load(),
      write: async (changes) => {
        if (full) throw new Error('ENOSPC: no space left on device');
        await inner.write(changes);
      },
    };
    const alerts = await TopicRegistry.open({ store, clock });
    const health: (string | undefined)[] = [];
    alerts.on('storeHealth', ({ error }) => health.push(error?.code));
    const got: string[] = [];
    alerts.handle('cpu', ({ id }) => void got.push(id));
    await expect(alerts.collectDurably({ topic: 'cpu', id: 'a', level: 'INFO' })).rejects.toThrow(/ENOSPC/);
    await expect(alerts.collectDurably({ topic: 'cpu', id: 'b', level: 'INFO' })).rejects.toThrow(/ENOSPC/);
    expect(got).toEqual(['a', 'b']);
    full = false;
    await clock.advance('1m');
    expect(health).toEqual(['STORE', undefined]);
    await alerts.collectDurably({ topic: 'cpu', id: 'c', level: 'INFO' });
    expect([...inner.load()].map(([key]) => key).filter((key) => key.startsWith('state/'))).toHaveLength(3);
    await alerts.close();
  });
});

/** A store that can be looked at as it was after each of its writes. */
class Snapshots extends MemoryStore {
  readonly taken: (readonly (readonly [string, string])[])[] = [];
  override async write(changes: readonly StoreChange[]): Promise<void> {
    await super.write(changes);
    this.taken.push([...this.load()]);
  }
}

describe('topics that feed topics', () => {
  it('lose nothing, wherever between two writes the process is killed', async () => {
    const store = new Snapshots();
    const clock = new FakeClock();
    /** What the last topic's handler got, and how many writes there had been by then. */
    const got: { readonly message: string; readonly writes: number }[] = [];
    const durable: { readonly message: string; readonly writes: number }[] = [];
    const life = async (from: Store, note: (message: string) => void): Promise<TopicRegistry> => {
      const alerts = await TopicRegistry.open({ store: from, clock, kinds: [aggregate(), publish()] });
      await alerts.define({ id: 'copy', topic: 'cpu', kind: 'publish', options: { topics: ['gathered'] } });
      await alerts.define({
        id: 'minute',
        topic: 'gathered',
        kind: 'aggregate',
        options: { interval: '10s', topic: 'sums', id: 'all' },
      });
      alerts.handle('sums', ({ details }) => details.split('\n').forEach(note), { id: 'end' });
      return alerts;
    };
    const alerts = await life(store, (message) => got.push({ message, writes: store.taken.length }));
    for (let n = 0; n < 60; n++) {
      const message = `event ${n}`;
      alerts.collect({ topic: 'cpu', id: `id-${n % 7}`, level: n % 3 === 0 ? 'OK' : 'CRITICAL', message });
      await clock.advance('1s');
      durable.push({ message, writes: store.taken.length });
    }
    expect(got.length).toBeGreaterThan(30);
    for (const [index, snapshot] of store.taken.entries()) {
      const killed = new MemoryStore();
      await killed.write(snapshot);
      const later = new Set(got.filter(({ writes }) => writes <= index).map(({ message }) => message));
      const again = await life(killed, (message) => later.add(message));
      await again.flush();
      const promised = durable.filter(({ writes }) => writes <= index + 1).map(({ message }) => message);
      expect(promised.filter((message) => !later.has(message))).toEqual([]);
    }
  });
});

describe('recoveries through the registry', () => {
  it('reach handlers that let only the worst in, also past the index of matches', async () => {
    const alerts = new TopicRegistry({ clock: new FakeClock() });
    const got: string[] = [];
    for (let n = 0; n < 20; n++) {
      alerts.handle('cpu', ({ id, level }) => void got.push(`${n} ${id} ${level}`), {
        id: `host-${n}`,
        match: `"host" == 'web-${n}' AND level() == CRITICAL`,
        ...(n === 3 ? { delivery: { recoveries: 'always' as const } } : {}),
      });
    }
    for (const host of ['web-3', 'web-4']) {
      alerts.collect({ topic: 'cpu', id: host, level: 'CRITICAL', tags: { host } });
      alerts.collect({ topic: 'cpu', id: host, level: 'WARNING', tags: { host } });
      alerts.collect({ topic: 'cpu', id: host, level: 'OK', tags: {} });
    }
    await alerts.flush();
    expect(got).toEqual(['3 web-3 CRITICAL', '3 web-3 OK', '4 web-4 CRITICAL']);
    await alerts.close();
  });

  it('follow an event to a fallback that is named', async () => {
    const alerts = new TopicRegistry({ clock: new FakeClock(), delivery: { maxTries: 1 } });
    const mail: string[] = [];
    const fail = (): void => {
      throw new Error('down');
    };
    alerts.handle('cpu', fail, { id: 'pager', delivery: { fallback: 'mail' } });
    alerts.handle('cpu', ({ id, level }) => void mail.push(`${id} ${level}`), {
      id: 'mail',
      match: '"host" == \'nobody\'',
    });
    alerts.collect({ topic: 'cpu', id: 'a', level: 'CRITICAL', tags: { host: 'web' } });
    await alerts.flush();
    alerts.collect({ topic: 'cpu', id: 'a', level: 'OK', tags: { host: 'web' } });
    await alerts.flush();
    // Once, although the pager gave up on it as well.
    expect(mail).toEqual(['a CRITICAL', 'a OK']);
    await alerts.close();
  });
});

import { describe, expect, it } from 'vitest';
import { DeadLetters, Journal, MemoryStore } from '../../src/delivery/index.ts';
import { PermanentDeliveryError } from '../../src/errors.ts';
import { FakeClock } from '../../src/testing/fake-clock.ts';
import { event, type Scene, scene } from './scene.ts';

describe('dead letters', () => {
  it('are listed with their error, and can be replayed under their old id', async () => {
    let broken = true;
    const ids: string[] = [];
    const { clock, offer, delivery, delivered } = scene((_, { deliveryId }) => {
      ids.push(deliveryId);
      if (broken) throw new PermanentDeliveryError('no such room', { status: 404, failure: 'client_error' });
    }, {});
    offer(event('a'), event('b'));
    await clock.settle();
    const { deadLetters } = delivery;
    expect(deadLetters.list()).toMatchObject([
      { event: { id: 'a' }, reason: 'failed_permanent', error: { message: 'no such room', status: 404 } },
      { event: { id: 'b' } },
    ]);
    broken = false;
    expect(deadLetters.replay(ids[0] as string)).toBe(true);
    expect(deadLetters.replay('unknown')).toBe(false);
    await clock.settle();
    expect(delivered()).toEqual(['a CRITICAL']);
    expect(ids[2]).toBe(ids[0]);
    expect(deadLetters.replayAll()).toBe(1);
    await clock.settle();
    expect(delivered()).toEqual(['a CRITICAL', 'b CRITICAL']);
    expect(deadLetters.size).toBe(0);
  });

  it('come back when a replay fails again', async () => {
    const { clock, offer, delivery } = scene(() => {
      throw new PermanentDeliveryError('no');
    });
    offer(event('a'));
    await clock.settle();
    expect(delivery.deadLetters.replayAll()).toBe(1);
    expect(delivery.deadLetters.size).toBe(0);
    await clock.settle();
    expect(delivery.deadLetters.size).toBe(1);
  });

  it('are filtered and discarded', async () => {
    const deadLetters = new DeadLetters();
    const fail = (): void => {
      throw new PermanentDeliveryError('no');
    };
    const one = scene(fail, {}, { deadLetters, handlerId: 'one' });
    const two = scene(fail, {}, { deadLetters, handlerId: 'two', clock: one.clock, random: () => 0.5 });
    one.offer(event('a'), event('b'));
    two.offer(event('c'));
    await one.clock.settle();
    expect(deadLetters.list({ handlerId: 'two' })).toMatchObject([{ event: { id: 'c' } }]);
    expect(deadLetters.list({ topic: 'cpu', reason: 'failed_permanent' })).toHaveLength(3);
    expect(deadLetters.list({ reason: 'expired' })).toEqual([]);
    expect(deadLetters.discardAll({ handlerId: 'one' })).toBe(2);
    const [left] = deadLetters.list();
    expect(left?.event.id).toBe('c');
    expect(deadLetters.discard(left?.deliveryId ?? '')).toBe(true);
    expect(deadLetters.discard(left?.deliveryId ?? '')).toBe(false);
  });

  it('are bounded, and what falls out is counted', async () => {
    const deadLetters = new DeadLetters({ limit: 2 });
    const { clock, offer } = scene(
      () => {
        throw new PermanentDeliveryError('no');
      },
      {},
      { deadLetters },
    );
    offer(event('a'), event('b'), event('c'), event('d'));
    await clock.settle();
    expect(deadLetters.list().map(({ event: { id } }) => id)).toEqual(['c', 'd']);
    expect(deadLetters.dropped).toBe(2);
  });

  it('stay when their handler is gone or full', async () => {
    const { clock, offer, delivery } = scene(
      ({ id }) => {
        if (id === 'a') throw new PermanentDeliveryError('no');
        return new Promise(() => {});
      },
      { queueLimit: 1, timeout: '1h' },
    );
    offer(event('a'));
    await clock.settle();
    offer(event('b'));
    await clock.settle();
    offer(event('c'));
    expect(delivery.deadLetters.replayAll()).toBe(0);
    void delivery.close({ timeout: 0 });
    await clock.settle();
    expect(delivery.deadLetters.replayAll()).toBe(0);
    expect(delivery.deadLetters.size).toBe(1);
  });

  it('refuse a limit that is none', () => {
    expect(() => new DeadLetters({ limit: -1 })).toThrow(
      'deadLetterLimit must be a whole number from 0 on, got -1',
    );
  });
});

describe('a fallback', () => {
  it('in code takes what is given up, and its recovery', async () => {
    const got: string[] = [];
    const { clock, delivery, observer } = scene(
      ({ level }) => {
        if (level !== 'OK') throw new PermanentDeliveryError('no');
      },
      { fallback: ({ id, level }) => void got.push(`${id} ${level}`) },
    );
    delivery.offer(event('a'), true);
    await clock.settle();
    expect(delivery.deadLetters.size).toBe(0);
    expect(observer.letters).toMatchObject([{ event: { id: 'a' }, fallback: 'h~fallback' }]);
    expect(delivery.asksForRecoveries).toBe(true);
    delivery.offer(event('a', 'OK'), false);
    delivery.offer(event('b', 'OK'), false);
    await clock.settle();
    expect(got).toEqual(['a CRITICAL', 'a OK']);
  });

  it('by name takes what is given up, and its recovery past its own match', async () => {
    const mail = scene(() => {}, {}, { handlerId: 'mail' });
    const slack = scene(
      () => {
        throw new PermanentDeliveryError('no');
      },
      { fallback: 'mail' },
      { clock: mail.clock, handlerId: 'slack', handler: (id) => (id === 'mail' ? mail.delivery : undefined) },
    );
    slack.offer(event('a'));
    await mail.clock.settle();
    mail.delivery.offer(event('a', 'OK'), false);
    mail.delivery.offer(event('b', 'OK'), false);
    await mail.clock.settle();
    expect(mail.delivered()).toEqual(['a CRITICAL', 'a OK']);
    expect(mail.delivery.asksForRecoveries).toBe(false);
  });

  it('takes the recovery too when the firing has only been queued there', async () => {
    let release = (): void => {};
    const mail = scene(() => new Promise<void>((resolve) => (release = resolve)), {}, { handlerId: 'mail' });
    const slack = scene(
      ({ level }) => {
        if (level !== 'OK') throw new PermanentDeliveryError('no');
      },
      { fallback: 'mail' },
      { clock: mail.clock, handlerId: 'slack', handler: () => mail.delivery },
    );
    mail.offer(event('x'));
    slack.offer(event('a'));
    await mail.clock.settle();
    expect(mail.delivery.asksForRecoveries).toBe(true);
    mail.delivery.offer(event('a', 'OK'), false);
    mail.delivery.offer(event('b', 'OK'), false);
    for (let i = 0; i < 3; i++) {
      release();
      await mail.clock.settle();
    }
    expect(mail.delivered()).toEqual(['x CRITICAL', 'a CRITICAL', 'a OK']);
  });

  it('keeps what it owes over a restart', async () => {
    const store = new MemoryStore();
    const clock = new FakeClock();
    const life = async (handler: () => void): Promise<{ mail: Scene; slack: Scene; journal: Journal }> => {
      const journal = await Journal.open(store, { clock });
      const mail = scene(handler, {}, { handlerId: 'mail', clock, journal });
      const fail = (): void => {
        throw new PermanentDeliveryError('no');
      };
      const find = () => mail.delivery;
      const slack = scene(fail, { fallback: 'mail' }, { handlerId: 'slack', clock, journal, handler: find });
      return { mail, slack, journal };
    };
    const first = await life(() => {});
    first.slack.offer(event('a'));
    await clock.settle();
    await first.journal.durable();
    const second = await life(() => {});
    expect(second.mail.delivery.asksForRecoveries).toBe(true);
    second.mail.delivery.offer(event('a', 'OK'), false);
    second.mail.delivery.offer(event('b', 'OK'), false);
    await clock.settle();
    expect(second.mail.delivered()).toEqual(['a OK']);
  });

  it('that fails too leaves a dead letter, and is not passed on in a circle', async () => {
    const deadLetters = new DeadLetters();
    const fail = (): void => {
      throw new PermanentDeliveryError('no');
    };
    const find = (id: string) => (id === 'one' ? one.delivery : two.delivery);
    const one = scene(fail, { fallback: 'two' }, { deadLetters, handlerId: 'one', handler: find });
    const two = scene(
      fail,
      { fallback: 'one' },
      { deadLetters, handlerId: 'two', handler: find, clock: one.clock },
    );
    one.offer(event('a'));
    await one.clock.advance('1h');
    expect(deadLetters.list()).toMatchObject([{ handlerId: 'two', event: { id: 'a' } }]);
  });

  it('that is not there leaves a dead letter', async () => {
    const { clock, offer, delivery } = scene(
      () => {
        throw new PermanentDeliveryError('no');
      },
      { fallback: 'nobody' },
    );
    offer(event('a'));
    await clock.settle();
    expect(delivery.deadLetters.size).toBe(1);
  });
});

import { describe, expect, it } from 'vitest';
import type { AlertEvent } from '../../src/alert/event.ts';
import { DeliveryError, PermanentDeliveryError } from '../../src/errors.ts';
import { event, scene } from './scene.ts';

/** A destination that can be down. */
function destination(): { down: boolean; handle: () => void } {
  const it = {
    down: false,
    handle: () => {
      if (it.down) throw new Error('down');
    },
  };
  return it;
}

describe("recoveries: 'match'", () => {
  it('sends those that match, told or not, and no others', async () => {
    const { clock, delivery, delivered } = scene(() => {});
    delivery.offer(event('a', 'CRITICAL'), true);
    delivery.offer(event('a', 'OK'), false);
    delivery.offer(event('b', 'OK'), true);
    await clock.settle();
    expect(delivered()).toEqual(['a CRITICAL', 'b OK']);
  });
});

describe("recoveries: 'always'", () => {
  it('sends the recovery of what was delivered, past the match', async () => {
    const { clock, delivery, delivered } = scene(() => {}, { recoveries: 'always' });
    delivery.offer(event('a', 'CRITICAL'), true);
    await clock.settle();
    delivery.offer(event('a', 'WARNING'), false);
    delivery.offer(event('a', 'OK'), false);
    delivery.offer(event('a', 'OK'), false);
    delivery.offer(event('b', 'OK'), false);
    delivery.offer(event('c', 'OK'), true);
    await clock.settle();
    expect(delivered()).toEqual(['a CRITICAL', 'a OK', 'c OK']);
  });

  it('sends it when the firing is still in the queue, but not when the firing never got out', async () => {
    const { clock, delivery, delivered, drops } = scene(
      ({ id }) => {
        if (id === 'b') throw new PermanentDeliveryError('no');
      },
      { recoveries: 'always' },
    );
    for (const id of ['a', 'b']) {
      delivery.offer(event(id, 'CRITICAL'), true);
      delivery.offer(event(id, 'OK'), false);
    }
    await clock.settle();
    expect(delivered()).toEqual(['a CRITICAL', 'a OK']);
    expect(drops()).toEqual(['b OK not_told']);
  });
});

describe("recoveries: 'if-told'", () => {
  it('sends the recovery of what was delivered and no other, matched or not', async () => {
    const { clock, delivery, delivered, drops } = scene(
      ({ id, level }) => {
        if (id === 'b' && level !== 'OK') throw new PermanentDeliveryError('no');
      },
      { recoveries: 'if-told' },
    );
    delivery.offer(event('c', 'OK'), true);
    for (const id of ['a', 'b']) delivery.offer(event(id, 'CRITICAL'), true);
    await clock.settle();
    delivery.offer(event('a', 'OK'), false);
    delivery.offer(event('b', 'OK'), true);
    await clock.settle();
    expect(delivered()).toEqual(['a CRITICAL', 'a OK']);
    expect(drops()).toEqual(['c OK not_told', 'b OK not_told']);
  });

  it.each([
    [
      'may have arrived',
      new DeliveryError('cut', {
        failure: 'network',
        cause: Object.assign(new Error('x'), { code: 'ECONNRESET' }),
      }),
      ['a OK'],
    ],
    [
      'cannot have arrived',
      new DeliveryError('cut', {
        failure: 'network',
        cause: Object.assign(new Error('x'), { code: 'ECONNREFUSED' }),
      }),
      [],
    ],
  ])('counts a firing that %s', async (_, error, expected) => {
    const { clock, delivery, delivered } = scene(
      ({ level }) => {
        if (level !== 'OK') throw error;
      },
      { recoveries: 'if-told', maxTries: 2 },
    );
    delivery.offer(event('a', 'CRITICAL'), true);
    await clock.advance('1m');
    delivery.offer(event('a', 'OK'), true);
    await clock.settle();
    expect(delivered()).toEqual(expected);
  });

  it('counts a firing that took too long: it may have arrived', async () => {
    const { clock, delivery, delivered } = scene(
      ({ level }) => (level === 'OK' ? undefined : new Promise(() => {})),
      { recoveries: 'if-told', maxTries: 1 },
    );
    delivery.offer(event('a', 'CRITICAL'), true);
    await clock.advance('1m');
    delivery.offer(event('a', 'OK'), true);
    await clock.settle();
    expect(delivered()).toEqual(['a OK']);
  });
});

describe('an outage', () => {
  it('keeps a recovery that used up its tries until the destination answers again', async () => {
    const target = destination();
    const { clock, offer, delivered, observer, delivery } = scene(target.handle, { maxTries: 3 });
    offer(event('a', 'CRITICAL'));
    await clock.settle();
    target.down = true;
    offer(event('a', 'OK'));
    await clock.advance('1m');
    expect(observer.pending).toMatchObject([{ event: { id: 'a', level: 'OK' }, error: { reason: 'down' } }]);
    expect(observer.letters).toEqual([]);
    expect(delivery.stats()).toMatchObject({ pendingRecoveries: 1, queued: 0, active: 0 });
    target.down = false;
    offer(event('b', 'CRITICAL'));
    await clock.settle();
    expect(delivered()).toEqual(['a CRITICAL', 'b CRITICAL', 'a OK']);
    expect(delivery.stats()).toMatchObject({ pendingRecoveries: 0, firing: 1 });
  });

  it('looks by itself whether the destination answers', async () => {
    const target = destination();
    const { clock, offer, delivered } = scene(target.handle, {
      maxTries: 2,
      backoff: { first: 10, longest: '5m' },
    });
    offer(event('a', 'CRITICAL'), event('b', 'CRITICAL'));
    await clock.settle();
    target.down = true;
    offer(event('a', 'OK'), event('b', 'OK'));
    await clock.advance('20m');
    target.down = false;
    await clock.advance('5m');
    expect(delivered().slice(2).sort()).toEqual(['a OK', 'b OK']);
  });

  it('keeps one that grew too old as well', async () => {
    const target = destination();
    const { clock, offer, delivered } = scene(target.handle, { maxAge: '1m' });
    offer(event('a', 'CRITICAL'));
    await clock.settle();
    target.down = true;
    offer(event('a', 'OK'));
    await clock.advance('1h');
    target.down = false;
    await clock.advance('5m');
    expect(delivered()).toEqual(['a CRITICAL', 'a OK']);
  });

  it('does not keep what the destination refused, nor what it was not told of', async () => {
    const { clock, offer, observer } = scene(
      ({ level, id }) => {
        if (level === 'OK') throw id === 'a' ? new PermanentDeliveryError('no') : new Error('down');
      },
      { maxTries: 1 },
    );
    offer(event('a', 'CRITICAL'), event('a', 'OK'), event('b', 'OK'));
    await clock.advance('1m');
    expect(observer.pending).toEqual([]);
    expect(observer.letters).toMatchObject([{ event: { id: 'a' } }, { event: { id: 'b' } }]);
  });

  it('lets a newer firing take the place of a recovery that is kept', async () => {
    const target = destination();
    const { clock, offer, delivered, drops } = scene(target.handle, { maxTries: 1 });
    offer(event('a', 'CRITICAL'));
    await clock.settle();
    target.down = true;
    offer(event('a', 'OK'));
    await clock.settle();
    target.down = false;
    offer(event('a', 'WARNING'));
    await clock.advance('1h');
    expect(delivered()).toEqual(['a CRITICAL', 'a WARNING']);
    expect(drops()).toEqual(['a OK superseded']);
  });

  it('never sends a recovery after a newer firing', async () => {
    const target = destination();
    const { clock, offer, delivered } = scene(target.handle, { maxTries: 2, backoff: { first: '1m' } });
    offer(event('a', 'CRITICAL'));
    await clock.settle();
    target.down = true;
    offer(event('a', 'OK'), event('a', 'WARNING'));
    await clock.advance('61s');
    target.down = false;
    await clock.advance('1h');
    expect(delivered()).toEqual(['a CRITICAL', 'a WARNING']);
  });

  it('does not let one recovery that always fails double the traffic', async () => {
    let tries = 0;
    const { clock, offer } = scene(
      ({ id, level }) => {
        if (id !== 'a' || level !== 'OK') return;
        tries++;
        throw new Error('only this one');
      },
      { maxTries: 1, backoff: { longest: '1m' } },
    );
    offer(event('a', 'CRITICAL'), event('a', 'OK'));
    for (let i = 0; i < 50; i++) {
      offer(event(`b${i}`));
      await clock.advance('1s');
    }
    expect(tries).toBeLessThan(5);
  });
});

it('tells the fallback of a recovery that came while the firing was tried elsewhere', async () => {
  const took: string[] = [];
  let fail = (): void => {};
  const handle = ({ level }: AlertEvent): void | Promise<void> =>
    level === 'OK' ? undefined : new Promise((_, reject) => (fail = () => reject(new Error('down'))));
  for (const matched of [true, false]) {
    const { clock, delivery, offer } = scene(handle, {
      maxTries: 1,
      fallback: { handle: ({ id, level }) => void took.push(`${id} ${level}`) },
    });
    offer(event('a'));
    await clock.settle();
    delivery.offer(event('a', 'OK'), matched);
    await clock.settle();
    fail();
    await clock.settle();
    expect(took.splice(0)).toEqual(['a CRITICAL', 'a OK']);
  }
});

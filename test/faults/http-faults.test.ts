import { type DeadLetter, type DeliveryOptions, type DeliveryRetry, TopicRegistry } from 'tocsin';
import { post } from 'tocsin/handlers/post';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FastClock } from './fast-clock.ts';
import { type Fault, FaultyReceiver } from './faulty-receiver.ts';

const SPEED = 100;

let receiver: FaultyReceiver;

beforeEach(async () => {
  receiver = new FaultyReceiver();
  await receiver.start();
});

afterEach(() => receiver.stop());

interface Sender {
  readonly alerts: TopicRegistry;
  readonly clock: FastClock;
  readonly retries: DeliveryRetry[];
  readonly letters: DeadLetter[];
  collect(id: string, level?: 'OK' | 'WARNING' | 'CRITICAL'): void;
}

/** A registry with one post handler, on a clock that runs a hundred times as fast. */
async function sender(delivery: DeliveryOptions = {}): Promise<Sender> {
  const clock = new FastClock(SPEED);
  const alerts = new TopicRegistry({ kinds: [post()], clock, delivery });
  await alerts.define({
    id: 'hook',
    topic: 'cpu',
    kind: 'post',
    options: { url: `${receiver.url}/hook`, 'idempotency-key': true },
  });
  const retries: DeliveryRetry[] = [];
  const letters: DeadLetter[] = [];
  alerts.on('retry', (retry) => retries.push(retry));
  alerts.on('deadLetter', (letter) => letters.push(letter));
  const collect: Sender['collect'] = (id, level = 'CRITICAL') =>
    void alerts.collect({ topic: 'cpu', id, level, message: id });
  return { alerts, clock, retries, letters, collect };
}

/** The receiver has these faults one after the other, then none. */
function script(...faults: Fault[]): void {
  receiver.fault = () => faults.shift() ?? 'none';
}

describe('a receiver that', () => {
  it.each<[Fault, string]>([
    ['500', 'server_error'],
    ['503 later', 'server_error'],
    ['429 later', 'rate_limited'],
    ['reset', 'network'],
    ['half an answer', 'server_error'],
    ['not http', 'network'],
    ['hang', 'timeout'],
  ])('fails with %s gets the event on the next try, and the one after it later', async (fault, failure) => {
    const { alerts, retries, collect } = await sender({ timeout: '20s' });
    script(fault);
    collect('a');
    collect('b');
    await alerts.flush();
    expect(receiver.from('hook').map(({ event: { id } }) => id)).toEqual(['a', 'b']);
    expect(retries.map(({ error }) => error.failure)).toEqual([failure]);
    await alerts.close();
  });

  it('answers byte by byte has taken the event once', async () => {
    const { alerts, collect, retries } = await sender({ timeout: '30s' });
    script('byte by byte');
    collect('a');
    collect('b');
    await alerts.flush();
    expect(receiver.from('hook').map(({ event: { id } }) => id)).toEqual(['a', 'b']);
    expect(retries).toEqual([]);
    await alerts.close();
  });

  it.each<Fault>(['took, 500', 'took, reset', 'took, half an answer', 'lying length'])(
    'takes the event and then fails (%s) gets it twice, under the same key',
    async (fault) => {
      const { alerts, collect } = await sender();
      script(fault);
      collect('a');
      await alerts.flush();
      const keys = receiver.from('hook').map(({ key }) => key);
      expect(keys).toHaveLength(2);
      expect(keys[0]).not.toBe('');
      expect(new Set(keys).size).toBe(1);
      await alerts.close();
    },
  );

  it('asks for half a minute gets it', async () => {
    const { alerts, clock, collect, retries } = await sender();
    script('429 later');
    collect('a');
    const begun = clock.now();
    await alerts.flush();
    expect(retries[0]?.delay).toBeGreaterThanOrEqual(30_000);
    expect(clock.now() - begun).toBeGreaterThanOrEqual(30_000);
    await alerts.close();
  });

  it('refuses an event leaves a dead letter, which a replay delivers', async () => {
    const { alerts, collect, letters } = await sender();
    script('400');
    collect('a');
    collect('b');
    await alerts.flush();
    expect(letters).toMatchObject([
      {
        event: { id: 'a' },
        reason: 'failed_permanent',
        attempts: 1,
        error: { failure: 'client_error', status: 400 },
      },
    ]);
    expect(alerts.deadLetters.replayAll()).toBe(1);
    await alerts.flush();
    expect(receiver.from('hook').map(({ event: { id } }) => id)).toEqual(['b', 'a']);
    expect(alerts.deadLetters.size).toBe(0);
    await alerts.close();
  });

  it('is down for a minute gets everything after that, in order', async () => {
    const { alerts, clock, collect, letters } = await sender();
    const expected: string[] = [];
    const send = (id: string, level: 'OK' | 'CRITICAL'): void => {
      collect(id, level);
      expected.push(`${id} ${level}`);
    };
    for (let i = 0; i < 50; i++) send(`before-${i}`, 'CRITICAL');
    await alerts.flush();
    await receiver.stop();
    const downAt = clock.now();
    for (let i = 0; i < 50; i++) send(`before-${i}`, 'OK');
    for (let i = 0; i < 50; i++) send(`during-${i}`, 'CRITICAL');
    await new Promise((resolve) => setTimeout(resolve, 60_000 / SPEED));
    expect(clock.now() - downAt).toBeGreaterThanOrEqual(60_000);
    await receiver.start();
    for (let i = 0; i < 50; i++) send(`during-${i}`, 'OK');
    await alerts.flush();
    expect(receiver.from('hook').map(({ event: { id, level } }) => `${id} ${level}`)).toEqual(expected);
    expect(letters).toEqual([]);
    await alerts.close();
  });

  it('is down for longer than a recovery is tried gets the recovery when it is back', async () => {
    const { alerts, collect, letters } = await sender({ maxTries: 3, backoff: { longest: '30s' } });
    const pending: string[] = [];
    alerts.on('recoveryPending', ({ event }) => pending.push(event.id));
    collect('a');
    await alerts.flush();
    await receiver.stop();
    collect('a', 'OK');
    await alerts.flush();
    expect(pending).toEqual(['a']);
    expect(letters).toEqual([]);
    await receiver.start();
    await expect
      .poll(() => receiver.from('hook').map(({ event: { level } }) => level))
      .toEqual(['CRITICAL', 'OK']);
    await alerts.close();
  });

  it('hangs disturbs neither collect nor other handlers', async () => {
    const { alerts, collect } = await sender({ timeout: '1h' });
    const other: string[] = [];
    alerts.handle('cpu', ({ id }) => void other.push(id));
    receiver.fault = () => 'hang';
    for (let i = 0; i < 1_000; i++) collect(`e${i}`);
    await expect.poll(() => other.length).toBe(1_000);
    const { topics } = alerts.stats();
    expect(topics[0]?.handlers).toMatchObject([{ id: 'hook', active: 1, queued: 999 }, { delivered: 1_000 }]);
    const report = await alerts.close({ timeout: 1_000 });
    expect(report).toEqual({ delivered: 0, failed: 0, kept: 0, dropped: 1_000 });
  });
});

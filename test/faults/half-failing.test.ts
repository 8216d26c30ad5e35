import { type DeliveryOptions, type Level, TopicRegistry } from 'tocsin';
import { post } from 'tocsin/handlers/post';
import { expect, it } from 'vitest';
import { FastClock } from './fast-clock.ts';
import { type Fault, FaultyReceiver } from './faulty-receiver.ts';
import { seededRandom } from './random.ts';

const EVENTS = 20_000;
const IDS = 500;
const SEED = 8;
/** Each handler with what is special about it. */
const HANDLERS: Readonly<Record<string, { readonly match?: string; readonly delivery?: DeliveryOptions }>> = {
  plain: {},
  parallel: { delivery: { concurrency: 8 } },
  critical: { match: 'level() == CRITICAL', delivery: { recoveries: 'always' } },
  told: { match: 'level() >= WARNING', delivery: { recoveries: 'if-told' } },
  limited: { delivery: { concurrency: 4, rateLimit: '20/1m' } },
};
// Without 'lying length': on this clock the five seconds that a client waits for a body are over at once, and then the status counts.
const FAULTS: readonly Fault[] = [
  '500',
  '503 later',
  '429 later',
  'reset',
  'half an answer',
  'not http',
  'took, 500',
  'took, reset',
  'took, half an answer',
];

it(`${EVENTS} events to five handlers arrive although half of all requests fail`, async () => {
  const random = seededRandom(SEED);
  const receiver = new FaultyReceiver();
  await receiver.start();
  const failures = new Map<string, number>();
  /** How often the receiver took an event and made the sender believe that it had not. */
  let lies = 0;
  receiver.fault = () => {
    if (random() < 0.5) return 'none';
    const fault = FAULTS[Math.floor(random() * FAULTS.length)] as Fault;
    failures.set(fault, (failures.get(fault) ?? 0) + 1);
    if (fault.startsWith('took')) lies++;
    return fault;
  };

  // Fast enough for the receiver's half a minute to pass in 1.5 ms.
  const alerts = new TopicRegistry({
    kinds: [post()],
    clock: new FastClock(20_000),
    random,
    delivery: {
      maxTries: 1_000,
      maxAge: Number.POSITIVE_INFINITY,
      timeout: '100h',
      backoff: { longest: '10s' },
    },
  });
  for (const [id, { match, delivery }] of Object.entries(HANDLERS)) {
    await alerts.define({
      id,
      topic: 'cpu',
      kind: 'post',
      ...(match === undefined ? {} : { match }),
      ...(delivery === undefined ? {} : { delivery }),
      options: { url: `${receiver.url}/${id}`, 'idempotency-key': true },
    });
  }

  const levels: readonly Level[] = ['OK', 'INFO', 'WARNING', 'CRITICAL'];
  /** Per handler what has to arrive, and per id the same. */
  const expected = new Map(Object.keys(HANDLERS).map((id) => [id, [] as string[]]));
  const toldCritical = new Set<string>();
  const toldWarning = new Set<string>();
  const begun = Date.now();
  for (let n = 0; n < EVENTS; n++) {
    const id = `host-${Math.floor(random() * IDS)}`;
    const level = levels[Math.floor(random() * levels.length)] as Level;
    const message = `${id} #${n}`;
    alerts.collect({ topic: 'cpu', id, level, message });
    for (const all of ['plain', 'parallel', 'limited']) expected.get(all)?.push(message);
    const recovered = level === 'OK';
    if (level === 'CRITICAL') toldCritical.add(id);
    if (level === 'CRITICAL' || (recovered && toldCritical.delete(id)))
      expected.get('critical')?.push(message);
    if (level === 'CRITICAL' || level === 'WARNING') toldWarning.add(id);
    const warns = level === 'CRITICAL' || level === 'WARNING';
    if (warns || (recovered && toldWarning.delete(id))) expected.get('told')?.push(message);
    // A queue holds 5000.
    if (n % 4_000 === 3_999) await alerts.flush();
  }
  await alerts.flush();
  const seconds = (Date.now() - begun) / 1_000;

  const figures = alerts.stats().topics[0]?.handlers ?? [];
  const rows = figures.map(({ id, delivered, retried, failed, dropped }) => {
    const took = receiver.from(id);
    const keys = new Set(took.map(({ key }) => key));
    return {
      handler: id,
      delivered,
      retried,
      failed,
      dropped,
      received: took.length,
      duplicates: took.length - keys.size,
    };
  });
  console.log(`${receiver.requests} requests in ${seconds.toFixed(1)} s, seed ${SEED}`);
  console.table(rows);
  console.log('faults:', Object.fromEntries(failures));

  for (const id of Object.keys(HANDLERS)) {
    const took = receiver.from(id);
    const messages = firstOfEachKey(took).map(({ event }) => event.message);
    const wanted = expected.get(id) ?? [];
    // Several at a time keep the order of each id; one at a time keeps the order of all.
    if (id === 'parallel' || id === 'limited') expect(byId(messages)).toEqual(byId(wanted));
    else expect(messages).toEqual(wanted);
  }
  const duplicates = rows.reduce((sum, row) => sum + row.duplicates, 0);
  expect(duplicates).toBe(lies);
  expect(rows.every(({ failed, dropped }) => failed === 0 && dropped === 0)).toBe(true);
  await alerts.close();
  await receiver.stop();
});

function firstOfEachKey<T extends { readonly key: string }>(all: readonly T[]): T[] {
  const seen = new Set<string>();
  return all.filter(({ key }) => !seen.has(key) && seen.add(key));
}

function byId(messages: readonly string[]): Map<string, string[]> {
  const result = new Map<string, string[]>();
  for (const message of messages) {
    const [id = ''] = message.split(' ');
    result.set(id, [...(result.get(id) ?? []), message]);
  }
  return result;
}

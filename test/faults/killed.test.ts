import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bundle } from './bundle.ts';
import { type Fault, FaultyReceiver, type Received } from './faulty-receiver.ts';
import { seededRandom } from './random.ts';

const EVENTS = 10_000;
const KILLS = 200;
const SEED = 226;
const FAULTS: readonly Fault[] = ['500', 'reset', 'took, 500', 'took, reset'];

let directory = '';
let receiver: FaultyReceiver;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tocsin-killed-'));
  receiver = new FaultyReceiver();
  await receiver.start();
});

afterEach(async () => {
  await receiver.stop();
  await rm(directory, { recursive: true });
});

it(`${EVENTS} durably collected events arrive although the process is killed ${KILLS} times`, async () => {
  const random = seededRandom(SEED);
  receiver.fault = () => (random() < 0.75 ? 'none' : (FAULTS[Math.floor(random() * FAULTS.length)] as Fault));
  const program = await bundle('killed-service');
  const begun = Date.now();

  /** One life: until it is killed, or has drained. Says up to which event it was durable. */
  const live = async (first: number, limit: number, kill?: 'anytime' | number): Promise<number> => {
    const arguments_ = [program, join(directory, 'alerts'), receiver.url, `${first}`, `${limit}`];
    const child = spawn(process.execPath, [...arguments_, kill === undefined ? 'drain' : 'wait'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const killSoon = (longest: number): void => {
      setTimeout(() => child.kill('SIGKILL'), random() * longest);
    };
    if (kill === 'anytime') killSoon(600);
    let durable = first;
    let drained = false;
    let doomed = false;
    const ended = new Promise<NodeJS.Signals | null>((resolve) =>
      child.once('exit', (_, signal) => resolve(signal)),
    );
    for await (const line of createInterface(child.stdout)) {
      if (line.startsWith('durable ')) durable = Number(line.slice(8));
      if (line.startsWith('drained ')) drained = true;
      if (typeof kill === 'number' && durable >= kill && !doomed) {
        doomed = true;
        killSoon(20);
      }
    }
    expect(await ended).toBe(kill === undefined ? null : 'SIGKILL');
    expect(drained).toBe(kill === undefined);
    return durable;
  };

  let durable = 0;
  for (let life = 0; life < KILLS; life++) {
    const limit = Math.floor((EVENTS * (life + 1)) / KILLS);
    const target = durable + 1 + Math.floor(random() * (limit - durable - 1));
    durable = await live(durable, limit, random() < 0.3 ? 'anytime' : Math.min(target, limit));
  }
  const waiting = EVENTS - new Set(receiver.from('all').map(({ event }) => event.message)).size;
  await live(durable, EVENTS);

  const rows = ['all', 'critical', 'told'].map((handler) => {
    const took = receiver.from(handler);
    const numbers = new Set(took.map(({ event }) => event.message));
    const keys = new Set(took.map(({ key }) => key));
    return {
      handler,
      received: took.length,
      events: numbers.size,
      'under a known key': took.length - keys.size,
    };
  });
  console.log(
    `${KILLS} kills in ${((Date.now() - begun) / 1_000).toFixed(0)} s, seed ${SEED}; ${waiting} events were left for the last life`,
  );
  console.table(rows);

  for (const handler of ['all', 'critical', 'told']) {
    const took = receiver.from(handler);
    const numbers = firstArrivals(took);
    expect([...numbers].sort((a, b) => a - b)).toEqual(Array.from({ length: EVENTS }, (_, n) => n));
    // Deliveries of one id are in order, whatever happened; those of one handler too, if it has one at a time.
    if (handler !== 'told') expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    const last = new Map(took.map(({ event }) => [event.id, event.level]));
    expect([...last.values()].filter((level) => level !== 'OK')).toEqual([]);
    for (const id of last.keys()) {
      const ofId = firstArrivals(took.filter(({ event }) => event.id === id));
      expect(ofId).toEqual([...ofId].sort((a, b) => a - b));
    }
  }
});

/** The numbers of events in the order in which they came for the first time. */
function firstArrivals(took: readonly Received[]): number[] {
  return [...new Set(took.map(({ event }) => Number(event.message)))];
}

/**
 * Millions of events against destinations that are dead, to see that memory stays bounded: `npm run soak`, or with
 * another number of events `npm run soak -- 10000000`. Ends with an error if it grows.
 */
import { type OverflowPolicy, TopicRegistry } from 'tocsin';
import { FakeClock } from 'tocsin/testing';

const EVENTS = Number(process.argv[2] ?? 3_000_000);
const IDS = 20_000;
const REPORTS = 12;
/** What the heap may hold at the end beyond what it held after a third of the way. */
const ALLOWED_GROWTH = 32 * 2 ** 20;

const clock = new FakeClock();
const alerts = new TopicRegistry({ clock, limits: { deadLetters: 1_000 } });
let dropped = 0;
let pending = 0;
alerts.on('dropped', () => dropped++);
alerts.on('recoveryPending', () => pending++);

const policies: readonly OverflowPolicy[] = ['reject', 'drop-oldest', 'coalesce'];
let dead = false;
for (const overflow of policies) {
  const delivery = { overflow, maxTries: 3, maxAge: '10m', timeout: '5s', recoveries: 'always' } as const;
  alerts.handle('soak', () => (dead ? Promise.reject(new Error('down')) : undefined), {
    id: `refusing ${overflow}`,
    delivery,
  });
  alerts.handle('soak', () => (dead ? new Promise(() => {}) : undefined), {
    id: `hanging ${overflow}`,
    delivery,
  });
}

// Half of the ids are told to the handlers before the destinations die, so that there are recoveries to keep.
for (let n = 0; n < IDS / 2; n++) {
  alerts.collect({ topic: 'soak', id: `id-${n}`, level: 'CRITICAL', message: 'before' });
  if (n % 1_000 === 999) await alerts.flush();
}
await alerts.flush();
dead = true;

const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MB`;
const heap = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};
const begun = Date.now();
let early = 0;
for (let n = 1; n <= EVENTS; n++) {
  const number = Math.floor((n * 7_919) % IDS);
  const level = Math.floor(n / IDS) % 2 === 0 ? 'OK' : 'CRITICAL';
  alerts.collect({
    topic: 'soak',
    id: `id-${number}`,
    level,
    message: `event ${n}`,
    tags: { host: `host-${number}` },
  });
  if (n % 1_000 === 0) await clock.advance('1s');
  if (n % Math.floor(EVENTS / REPORTS) !== 0) continue;
  const used = heap();
  if (n <= EVENTS / 3) early = used;
  const { handlers = [] } = alerts.stats().topics[0] ?? {};
  const queued = handlers.reduce((sum, handler) => sum + handler.queued, 0);
  const owed = handlers.reduce((sum, handler) => sum + handler.pendingRecoveries, 0);
  console.log(
    `${n} events, ${((Date.now() - begun) / 1_000).toFixed(1)} s: RSS ${megabytes(process.memoryUsage().rss)}, ` +
      `heap ${megabytes(used)}; queued ${queued}, recoveries kept ${owed}, ` +
      `dead letters ${alerts.deadLetters.size} (+${alerts.deadLetters.dropped} gone), dropped ${dropped}`,
  );
}

// The destinations come back: whoever was told that it fires is told that it recovered.
dead = false;
for (let n = 0; n < IDS; n++) {
  alerts.collect({ topic: 'soak', id: `id-${n}`, level: 'OK', message: 'after' });
  if (n % 1_000 === 999) await clock.advance('10m');
}
await clock.advance('1h');
const { handlers = [] } = alerts.stats().topics[0] ?? {};
const firing = handlers.map(({ id, firing }) => `${id}: ${firing}`);
console.log(`${pending} recoveries had to be kept for a while. Left firing: ${firing.join(', ')}`);
const closed = alerts.close();
await clock.advance('1m');
await closed;

const growth = heap() - early;
if (globalThis.gc === undefined) console.log('(run with --expose-gc for figures that mean something)');
else if (growth > ALLOWED_GROWTH) {
  console.error(`The heap grew by ${megabytes(growth)}.`);
  process.exitCode = 1;
}
if (handlers.some(({ firing }) => firing > 0)) {
  console.error('A recovery was lost.');
  process.exitCode = 1;
}

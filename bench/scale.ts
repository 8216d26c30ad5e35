// Feeds many events over many ids to many handlers, and shows what that takes:
//   npm run bench:scale -- [events] [ids] [handlers]
import { createHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { type AlertEventInput, type Level, TopicRegistry } from '../dist/index.js';
import { seeded } from './data.ts';

const [events = 10_000_000, ids = 1_000_000, handlers = 1000] = process.argv.slice(2).map(Number);
const LEVELS: readonly Level[] = ['OK', 'INFO', 'WARNING', 'CRITICAL'];
const BURST = 1000;
const random = seeded(23);

let handled = 0;
const alerts = new TopicRegistry();
for (let i = 0; i < handlers; i++) {
  const match =
    i < 10 ? `changed() AND level() == CRITICAL AND "zone" == 'z${i}'` : `"host" == 'web-${i}' AND changed()`;
  alerts.handle('cpu', () => void handled++, { id: `h${i}`, match });
}

function makeEvent(number: number): AlertEventInput {
  // The first events make the ids known, the others come in no order.
  const id = number < ids ? number : Math.floor(random() * ids);
  return {
    topic: 'cpu',
    id: `cpu:host=web-${id}`,
    level: LEVELS[Math.floor(random() * 4)] ?? 'OK',
    message: 'busy',
    time: new Date(1_700_000_000_000 + number),
    name: 'cpu',
    tags: { host: `web-${id % 5000}`, zone: `z${id % 100}` },
    fields: { idle: random() * 100 },
  };
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MB`;
const micros = (nanoseconds: number): string => `${(nanoseconds / 1000).toFixed(1)} µs`;

const latency = createHistogram();
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
const cpu = process.cpuUsage();
let inside = 0;
let reported = performance.now();
for (let number = 0; number < events; ) {
  for (const end = Math.min(events, number + BURST); number < end; number++) {
    const event = makeEvent(number);
    const before = process.hrtime.bigint();
    alerts.collect(event);
    const spent = Number(process.hrtime.bigint() - before);
    inside += spent;
    latency.record(Math.max(1, spent));
  }
  await new Promise((resolve) => void setImmediate(resolve));
  if (number % 1_000_000 === 0) {
    const now = performance.now();
    const rate = Math.round(1e9 / (now - reported)).toLocaleString('en');
    console.log(
      `${number.toLocaleString('en')} events: ${rate} events/s, RSS ${megabytes(process.memoryUsage.rss())}`,
    );
    reported = now;
  }
}
await alerts.flush();
delay.disable();

const { user, system } = process.cpuUsage(cpu);
const known = Object.values(alerts.topic('cpu')?.events ?? {}).reduce((sum, count) => sum + count, 0);
console.log(
  [
    '',
    `${known.toLocaleString('en')} ids known, ${handled.toLocaleString('en')} deliveries by ${handlers} handlers`,
    `in collect: ${(inside / events).toFixed(0)} ns an event, ${Math.round((events * 1e9) / inside).toLocaleString('en')} events/s`,
    `collect: p50 ${micros(latency.percentile(50))}, p99 ${micros(latency.percentile(99))}, max ${micros(latency.max)}`,
    `event loop: p50 ${micros(delay.percentile(50))}, p99 ${micros(delay.percentile(99))}, max ${micros(delay.max)}`,
    `processor time: ${((user + system) / 1e6).toFixed(1)} s in all, making the events included`,
    `RSS at the end: ${megabytes(process.memoryUsage.rss())}`,
  ].join('\n'),
);
await alerts.close();

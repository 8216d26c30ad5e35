// Alerts about a machine: a recording of one (npm start), or the one that this runs on (npm start -- --live).
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Clock, LEVELS, type Level, type Point, systemClock, TopicRegistry } from 'tocsin';
import { aggregate, log, post, publish } from 'tocsin/handlers';
import { deliveryLine, eventLine, table } from './display.ts';
import { Probe } from './probe.ts';
import { startReceiver } from './receiver.ts';
import { readPoint } from './recording.ts';
import { replayClock } from './replay-clock.ts';
import { rules } from './rules.ts';

const { values } = parseArgs({
  options: { live: { type: 'boolean', default: false }, speed: { type: 'string', default: '60' } },
});
const speed = Number(values.speed);
if (!(speed > 0)) throw new RangeError(`--speed must be a positive number, got ${values.speed}`);

const folder = mkdtempSync(join(tmpdir(), 'tocsin-'));
const receiver = await startReceiver();
process.env.TOCSIN_EXAMPLE_RECEIVER = receiver.url;
process.env.TOCSIN_EXAMPLE_LOG = join(folder, 'cpu.log');

const recording = values.live ? [] : readRecording();
const clock: Clock = values.live ? systemClock : replayClock(recording[0]?.time ?? new Date(), speed);
const alerts = new TopicRegistry({
  clock,
  kinds: [aggregate(), log(), post(), publish()],
  // The replay's clock runs fast, and a try must still have time enough on the wall.
  delivery: { timeout: values.live ? 10_000 : 10_000 * speed },
});
const events = new Map<Level, number>(LEVELS.map((level) => [level, 0]));
const deliveries = new Map<string, number>();
let retries = 0;

alerts.on('event', (event) => {
  if (event.topic !== 'ops') console.log(eventLine(event));
});
alerts.on('delivered', ({ topic, handlerId }) => {
  const name = `${topic}/${handlerId}`;
  deliveries.set(name, (deliveries.get(name) ?? 0) + 1);
});
alerts.on('retry', ({ delivery, error, delay }) => {
  retries++;
  const wait = (delay / 1000).toFixed(1);
  console.log(
    deliveryLine(new Date(clock.now()), `${delivery.handlerId}: ${error.reason}; again in ${wait} s`),
  );
});
alerts.on('deadLetter', ({ error }) =>
  console.log(deliveryLine(new Date(clock.now()), `given up: ${error?.message}`)),
);

await alerts.defineDirectory(join(import.meta.dirname, 'handlers'));
for (const rule of rules) rule.publishTo(alerts);

let points = 0;
function observe(point: Point): void {
  points++;
  for (const rule of rules) {
    if (rule.topic !== point.name) continue;
    const event = rule.observe(point);
    if (event) events.set(event.level, (events.get(event.level) ?? 0) + 1);
  }
}

if (values.live) await watch();
else await replay();
await alerts.close();
await receiver.close();
summarize();
rmSync(folder, { recursive: true });

function readRecording(): Point[] {
  const text = readFileSync(join(import.meta.dirname, 'recording.jsonl'), 'utf8');
  return text.trim().split('\n').map(readPoint);
}

async function replay(): Promise<void> {
  console.log(`${recording.length} points, ${speed} times as fast as they were recorded\n`);
  for (const point of recording) {
    const wait = point.time.getTime() - clock.now();
    if (wait > 0) await sleep(wait / speed);
    observe(point);
  }
}

async function watch(): Promise<void> {
  console.log('watching this machine; Ctrl-C ends it\n');
  const probe = new Probe(hostname());
  let running = true;
  process.once('SIGINT', () => {
    running = false;
  });
  while (running) {
    await sleep(1000);
    for (const point of probe.read(new Date())) observe(point);
  }
}

function summarize(): void {
  const total = [...events.values()].reduce((sum, count) => sum + count, 0);
  const logLines = deliveries.has('cpu/cpu-log')
    ? readFileSync(join(folder, 'cpu.log'), 'utf8').split('\n').length - 1
    : 0;
  const posted = ['cpu/cpu-post', 'mem/mem-post', 'ops/ops-post'].reduce(
    (sum, name) => sum + (deliveries.get(name) ?? 0),
    0,
  );
  console.log(`\n${points} points`);
  console.log(
    table(
      `${total} events of the rules`,
      [...events].map(([level, count]) => [level, count]),
    ),
  );
  console.log(
    table(
      'deliveries by handler',
      [...deliveries].sort().map(([name, count]) => [name, count]),
    ),
  );
  console.log(
    `${retries} tries were repeated; the log file has ${logLines} lines, the receiver took ${receiver.received()} alerts`,
  );
  if (logLines !== (deliveries.get('cpu/cpu-log') ?? 0) || receiver.received() !== posted) {
    console.error('This does not add up.');
    process.exitCode = 1;
  }
}

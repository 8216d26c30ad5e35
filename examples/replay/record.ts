// Records CPU, memory and load of this machine as JSON lines, under load that it makes itself:
//   npx tsx examples/replay/record.ts --seconds 900 --host web-1 > examples/replay/recording.jsonl
import { hostname } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { Probe } from './probe.ts';
import { writePoint } from './recording.ts';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '600' }, host: { type: 'string', default: hostname() } },
});
const seconds = Number(values.seconds);

// What the load does and for how long, in seconds: rest, one core, all cores, memory, a burst that comes and goes.
const PHASES: readonly { readonly burn: number; readonly megabytes: number; readonly lasts: number }[] = [
  { burn: 0, megabytes: 0, lasts: 60 },
  { burn: 1, megabytes: 0, lasts: 45 },
  { burn: 4, megabytes: 0, lasts: 60 },
  { burn: 0, megabytes: 2000, lasts: 30 },
  { burn: 1, megabytes: 8000, lasts: 45 },
  { burn: 0, megabytes: 0, lasts: 40 },
  { burn: 3, megabytes: 0, lasts: 5 },
  { burn: 0, megabytes: 0, lasts: 5 },
  { burn: 3, megabytes: 0, lasts: 5 },
  { burn: 0, megabytes: 0, lasts: 5 },
  { burn: 3, megabytes: 16_000, lasts: 40 },
  { burn: 0, megabytes: 0, lasts: 60 },
];

const BURN = `const { parentPort } = require('node:worker_threads');
let hash = 1; setInterval(() => { const end = Date.now() + 95; while (Date.now() < end) hash = Math.imul(hash ^ Date.now(), 16777619); }, 100);
parentPort.on('message', () => process.exit());`;

let burners: Worker[] = [];
let ballast: Buffer[] = [];

function enter(phase: { readonly burn: number; readonly megabytes: number }): void {
  for (const worker of burners) void worker.terminate();
  burners = Array.from({ length: phase.burn }, () => new Worker(BURN, { eval: true }));
  ballast = Array.from({ length: phase.megabytes / 100 }, () => Buffer.alloc(100 * 1024 * 1024, 1));
}

const probe = new Probe(values.host);
const started = Date.now();
let phase = 0;
let phaseEnds = 0;
const timer = setInterval(() => {
  const elapsed = (Date.now() - started) / 1000;
  if (elapsed >= phaseEnds) {
    const next = PHASES[phase % PHASES.length];
    if (next) {
      enter(next);
      phaseEnds = elapsed + next.lasts;
    }
    phase++;
  }
  for (const point of probe.read(new Date())) console.log(writePoint(point));
  if (elapsed >= seconds) {
    clearInterval(timer);
    enter({ burn: 0, megabytes: 0 });
    console.error(`recorded ${Math.round(elapsed)} s, kept ${ballast.length} buffers`);
  }
}, 1000);

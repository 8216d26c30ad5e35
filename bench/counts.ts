import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import { type AlertEvent, AlertRule, compileLambda, pointScope, TopicRegistry } from '../dist/index.js';
import { makeEvents, makePoints } from './data.ts';

/** Something that is counted, not timed, so that it comes out the same on every machine. */
export interface Count {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  /** Above this the guard fails. */
  readonly bound: number;
}

const collectGarbage = (globalThis as { gc?: () => void }).gc;

function heapUsed(): number {
  return process.memoryUsage().heapUsed;
}

/** The heap without what nobody holds any more. */
function heapHeld(): number {
  for (let i = 0; i < 4; i++) collectGarbage?.();
  return heapUsed();
}

/**
 * Bytes that one call allocates: the median over rounds that fit into the young generation, so that no collection
 * comes between. Needs `--expose-gc --max-semi-space-size=128`.
 */
async function allocated(operations: number, rounds: number, run: () => unknown): Promise<number> {
  const samples: number[] = [];
  for (let i = 0; i < rounds; i++) {
    collectGarbage?.();
    const before = heapUsed();
    run();
    samples.push((heapUsed() - before) / operations);
    await new Promise((resolve) => void setImmediate(resolve));
  }
  return Math.max(0, samples.sort((a, b) => a - b)[rounds >> 1] ?? Number.NaN);
}

/** An event of 17 members is 160 bytes of these. */
async function allocatedByEvents(): Promise<number> {
  const alerts = new TopicRegistry();
  for (let i = 0; i < 100; i++) {
    const match = i % 2 === 0 ? `level() > CRITICAL AND "host" =~ /^db-${i}$/` : `"host" == 'db-${i}'`;
    alerts.handle('cpu', () => {}, { id: `h${i}`, match });
  }
  const events = makeEvents();
  return allocated(10 * events.length, 100, () => {
    for (let i = 0; i < 10; i++) for (const event of events) alerts.collect(event);
  });
}

/** What is left is how V8 hands on a number with a fraction: 16 bytes for each that is read. */
async function allocatedByPoints(): Promise<number> {
  const rule = new AlertRule({ groupBy: ['host'], warn: '"idle_usage" < -1', crit: '"usage_user" < -1.0' });
  const points = makePoints();
  return allocated(10 * points.length, 100, () => {
    for (let i = 0; i < 10; i++) for (const point of points) rule.observe(point);
  });
}

async function allocatedByLambdas(): Promise<number> {
  const lambda = compileLambda(
    `"idle_usage" < 10 AND "host" =~ /^web-[0-4]/ OR "usage_user" + "idle_usage" > 199.0`,
    {
      scope: pointScope,
    },
  );
  const points = makePoints();
  return allocated(100 * points.length, 20, () => {
    for (let i = 0; i < 100; i++) for (const point of points) lambda.evaluateBoolean(point);
  });
}

/** How often an event's tag is read: once by the index, and once or twice by each match that is evaluated. */
function tagReads(handlers: number): number {
  const alerts = new TopicRegistry();
  for (let i = 0; i < handlers; i++) {
    alerts.handle('cpu', () => {}, { id: `h${i}`, match: `"host" == 'web-${i}' AND level() == CRITICAL` });
  }
  let reads = 0;
  const tags: AlertEvent['tags'] = Object.defineProperty({}, 'host', {
    enumerable: true,
    get() {
      reads++;
      return 'web-7';
    },
  });
  alerts.collect({ topic: 'cpu', id: 'web-7', level: 'WARNING', tags });
  return reads;
}

const IDS = 200_000;

/** A text in one piece, whose hash is known. */
function flat(text: string): string {
  Number(text);
  return text;
}

function bytesPerId(): number {
  const ids = Array.from({ length: IDS }, (_, i) => flat(`cpu:host=web-${i}`));
  const alerts = new TopicRegistry();
  const before = heapHeld();
  for (const id of ids) {
    const time = new Date(1_700_000_000_000);
    alerts.collect({ topic: 'cpu', id, level: 'CRITICAL', message: 'busy', time, duration: 3.5 });
  }
  const bytes = (heapHeld() - before) / IDS;
  return alerts.topic('cpu')?.events.CRITICAL === IDS && ids.length === IDS ? bytes : Number.NaN;
}

/** The label of a group, `host=web-1`, is one of its own texts. */
const LABEL_BYTES = 32;

function bytesPerGroup(): number {
  const hosts = Array.from({ length: IDS }, (_, i) => flat(`web-${i}`));
  const rule = new AlertRule({ groupBy: ['host'], id: 'one', crit: '"idle" < 1' });
  const before = heapHeld();
  for (const host of hosts) {
    rule.observe({ name: 'cpu', tags: { host }, fields: { idle: 3 }, time: new Date(1_700_000_000_000) });
  }
  const bytes = (heapHeld() - before) / IDS - LABEL_BYTES;
  return rule.stats.groups === IDS && hosts.length === IDS ? bytes : Number.NaN;
}

const PACKAGES = ['eventemitter3', 'expr-eval', 'ky', 're2js', '*/valibot.cjs', 'yaml', 'node:*'];

/** Bytes of the package's code behind some names, compressed, without what it depends on. */
function bundleBytes(names: string, left: readonly string[] = []): number {
  const { outputFiles } = buildSync({
    stdin: { contents: `export { ${names} } from '../dist/index.js';`, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: [...PACKAGES, ...left],
    write: false,
  });
  return gzipSync(outputFiles[0]?.contents ?? new Uint8Array(), { level: 9 }).length;
}

/** What is loaded on first use, as the core and the entry require it. */
function loadedOnUse(): readonly string[] {
  const files = readdirSync(join(import.meta.dirname, '../dist/rooms'));
  return files.filter((name) => name !== 'core.cjs').map((name) => `*/${name}`);
}

/** How many files a process has loaded once it has imported `tocsin`, those of packages included. */
function filesAtImport(): number {
  const script = `import { createRequire } from 'node:module';
    const { cache } = createRequire(process.argv[1]);
    await import(process.argv[1]);
    console.log(Object.keys(cache).length + 1);`;
  const entry = join(import.meta.dirname, '../dist/index.js');
  const args = ['--input-type=module', '-e', script, entry];
  return Number(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

/** Everything that is counted. */
export async function counts(): Promise<readonly Count[]> {
  if (collectGarbage === undefined) throw new Error('counting needs node --expose-gc');
  return [
    {
      name: 'allocated by an event that no handler of 100 wants, the event itself included',
      unit: 'bytes',
      value: await allocatedByEvents(),
      bound: 260,
    },
    { name: 'allocated by a point that is OK', unit: 'bytes', value: await allocatedByPoints(), bound: 80 },
    {
      name: 'allocated by an expression that reads three numbers',
      unit: 'bytes',
      value: await allocatedByLambdas(),
      bound: 80,
    },
    { name: 'reads of the tag that 10 matches begin with', unit: 'reads', value: tagReads(10), bound: 3 },
    { name: 'the same for 10,000 matches', unit: 'reads', value: tagReads(10_000), bound: 3 },
    {
      name: 'held for an id that a topic knows, its texts aside',
      unit: 'bytes',
      value: bytesPerId(),
      bound: 350,
    },
    {
      name: 'held for a group of a rule, its texts aside',
      unit: 'bytes',
      value: bytesPerGroup(),
      bound: 350,
    },
    { name: "files that `import 'tocsin'` loads", unit: 'files', value: filesAtImport(), bound: 5 },
    {
      name: 'what they hold, minified and gzipped, dependencies aside',
      unit: 'bytes',
      value: bundleBytes('TopicRegistry, AlertRule', loadedOnUse()),
      bound: 25_000,
    },
    {
      name: 'all that `TopicRegistry` and `AlertRule` ever load, minified and gzipped, dependencies aside',
      unit: 'bytes',
      value: bundleBytes('TopicRegistry, AlertRule'),
      bound: 115_000,
    },
  ];
}

// Times the library against hand-written code and its peers, and writes docs/benchmarks.md:
//   npm run bench            all tables
//   npm run bench -- lambda  only those of one suite
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { Count } from './counts.ts';
import type { Measured } from './measure.ts';
import { SUITES } from './suites.ts';

const CHILD = { encoding: 'utf8', maxBuffer: 64 << 20, stdio: ['ignore', 'pipe', 'inherit'] } as const;

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(SUITES, name));
if (unknown.length > 0) {
  console.error(`no suite ${unknown.join(', ')}; there are ${Object.keys(SUITES).join(', ')}`);
  process.exit(2);
}

function round(value: number): string {
  return value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en');
}

function verdictOf(value: number, target: number | undefined, unit: string): string {
  return target === undefined
    ? ''
    : `${value <= target ? '≤' : '**above**'} ${target.toLocaleString('en')}${unit}`;
}

function markdown({ table, timings }: Measured): string {
  const rows = timings.map(({ name, nanoseconds, ratio }) => {
    const verdict =
      verdictOf(ratio, table.targets?.[name], '') || verdictOf(nanoseconds, table.limits?.[name], ' ns');
    return `| ${name} | ${round(nanoseconds)} | ${ratio.toFixed(2)} | ${verdict} |`;
  });
  return [
    `### ${table.title}`,
    '',
    table.note,
    '',
    '| | ns | × first row | target |',
    '| --- | ---: | ---: | --- |',
    ...rows,
    '',
  ].join('\n');
}

/** A suite in a process of its own: what the others left behind would weigh on it. */
function measured(suite: string): readonly Measured[] {
  const script = join(import.meta.dirname, 'suite.ts');
  return JSON.parse(execFileSync(process.execPath, [...process.execArgv, script, suite], CHILD));
}

const sections: string[] = [];
for (const suite of Object.keys(SUITES)) {
  if (wanted.length > 0 && !wanted.includes(suite)) continue;
  const tables = measured(suite).map(markdown);
  console.log(tables.join('\n'));
  sections.push(...tables);
}

function countTable(rows: readonly Count[]): string {
  const lines = rows.map(({ name, unit, value, bound }) => {
    const digits = Math.round(value * 10) / 10;
    return `| ${name} | ${digits.toLocaleString('en')} ${unit} | ${verdictOf(value, bound, '')} |`;
  });
  return ['### What is counted', '', '| | | target |', '| --- | ---: | --- |', ...lines, ''].join('\n');
}

/** Counts in a process of its own, whose young generation holds a round of counting. */
function counted(): readonly Count[] {
  const guard = join(import.meta.dirname, 'guard.ts');
  const flags = ['--expose-gc', '--max-semi-space-size=128', '--import', 'tsx'];
  return JSON.parse(execFileSync(process.execPath, [...flags, guard, '--json'], { encoding: 'utf8' }));
}

/** Processor time of an import in a process of its own, in milliseconds: the median of some. */
function importTime(module: string): number {
  const script = `const before = process.cpuUsage(); await import(${JSON.stringify(module)}); const { user, system } = process.cpuUsage(before); console.log((user + system) / 1000);`;
  const times = Array.from({ length: 15 }, () =>
    Number(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })),
  );
  return times.sort((a, b) => a - b)[7] ?? Number.NaN;
}

function importTable(): string {
  const from = (path: string): string => new URL(path, import.meta.url).href;
  const rows = [
    ['nothing (a module of one line)', importTime('data:text/javascript,export const one = 1')],
    ['tocsin', importTime(from('../dist/index.js'))],
    ['re2js', importTime('re2js')],
    ['valibot', importTime('valibot')],
    ['expr-eval', importTime('expr-eval')],
    ['eventemitter3', importTime('eventemitter3')],
  ] as const;
  const lines = rows.map(([name, ms]) => {
    return `| ${name} | ${ms.toFixed(1)} | ${name === 'tocsin' ? verdictOf(ms, 25, '') : ''} |`;
  });
  const note =
    'Milliseconds of processor time, each in a new process; what tocsin needs of the others is in its own row.';
  return ['### Importing', '', note, '', '| | ms | target |', '| --- | ---: | --- |', ...lines, ''].join(
    '\n',
  );
}

if (wanted.length === 0) {
  sections.push(countTable(counted()), importTable());
  console.log(sections.slice(-2).join('\n'));
  const page = join(import.meta.dirname, '../docs/benchmarks.md');
  const intro = [
    readFileSync(join(import.meta.dirname, 'notes.md'), 'utf8').trimEnd(),
    '',
    '## Tables',
    '',
    `Node ${process.versions.node}, ${cpus()[0]?.model ?? 'unknown CPU'}.`,
    '',
  ];
  writeFileSync(page, `${[...intro, ...sections].join('\n').trimEnd()}\n`);
}

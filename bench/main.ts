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

/** Processor time of what a process of its own does, in milliseconds: the median of some. */
function timeOf(work: string): number {
  const script = `const before = process.cpuUsage();
    ${work}
    const { user, system } = process.cpuUsage(before);
    console.log((user + system) / 1000);`;
  const times = Array.from({ length: 15 }, () =>
    Number(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })),
  );
  return times.sort((a, b) => a - b)[7] ?? Number.NaN;
}

function importTable(): string {
  const importOf = (module: string): string => `await import(${JSON.stringify(module)});`;
  const entry = JSON.stringify(new URL('../dist/index.js', import.meta.url).href);
  const rows: readonly (readonly [string, number, number?])[] = [
    ['nothing (a module of one line)', timeOf(importOf('data:text/javascript,export const one = 1'))],
    ['tocsin', timeOf(`await import(${entry});`), 25],
    [
      'tocsin, and the first rule, template, handler and match',
      timeOf(`const { AlertRule, TopicRegistry } = await import(${entry});
        const alerts = new TopicRegistry();
        alerts.handle('cpu', () => {}, { match: 'changed()' });
        new AlertRule({ topic: 'cpu', crit: '"idle" < 10', message: '{{ .ID }}' }).publishTo(alerts);`),
    ],
    ['re2js, which the first regular expression loads', timeOf(importOf('re2js'))],
    ['expr-eval, which the first match of that dialect loads', timeOf(importOf('expr-eval'))],
    ['eventemitter3', timeOf(importOf('eventemitter3'))],
  ];
  const lines = rows.map(
    ([name, ms, target]) => `| ${name} | ${ms.toFixed(1)} | ${verdictOf(ms, target, '')} |`,
  );
  const note =
    'Milliseconds of processor time, each in a new process. What tocsin needs of eventemitter3 is in its own row.';
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

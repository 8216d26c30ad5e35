// Times the library against hand-written code and its peers, and writes docs/benchmarks.md:
//   npm run bench            all tables
//   npm run bench -- lambda  only those of one suite
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { measure, type Table, type Timing } from './measure.ts';

const SUITES: Readonly<Record<string, () => Promise<readonly Table[]>>> = {
  lambda: async () => (await import('./suites/lambda.ts')).lambdaTables,
  compile: async () => (await import('./suites/lambda.ts')).compileTables,
  collect: async () => (await import('./suites/collect.ts')).collectTables(),
  state: async () => (await import('./suites/state.ts')).stateTables(),
  rule: async () => (await import('./suites/rule.ts')).ruleTables(),
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(SUITES, name));
if (unknown.length > 0) {
  console.error(`no suite ${unknown.join(', ')}; there are ${Object.keys(SUITES).join(', ')}`);
  process.exit(2);
}

function round(value: number): string {
  return value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en');
}

function markdown(table: Table, timings: readonly Timing[]): string {
  const rows = timings.map(({ name, nanoseconds, ratio }) => {
    const target = table.targets?.[name];
    const verdict = target === undefined ? '' : `${ratio <= target ? '≤' : '**above**'} ${target}`;
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

const sections: string[] = [];
for (const [name, load] of Object.entries(SUITES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const table of await load()) {
    const section = markdown(table, await measure(table.rows()));
    console.log(section);
    sections.push(section);
  }
}

if (wanted.length === 0) {
  const page = join(import.meta.dirname, '../docs/benchmarks.md');
  const intro = [
    '# Benchmarks',
    '',
    'Written by `npm run bench`. Every row of a table is timed in the same run, taking turns, and the median of 25 samples counts;',
    'the first row is the floor, hand-written JavaScript that does the same. The ratio is what carries over to another machine.',
    `This run: Node ${process.versions.node}, ${cpus()[0]?.model ?? 'unknown CPU'}.`,
    '',
  ];
  writeFileSync(page, `${[...intro, ...sections].join('\n').trimEnd()}\n`);
}

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { DIFFERENCES } from './differences.ts';
import type { CaseResult, Suite } from './suite.ts';

const USAGE = 'usage: npm run conformance -- [--vectors DIR] [--only NAME,NAME…] [--show N]';

const { values } = parseArgs({
  options: {
    vectors: { type: 'string', default: join(import.meta.dirname, 'vectors') },
    only: { type: 'string' },
    show: { type: 'string', default: '20' },
  },
});
const directory = resolve(values.vectors);
const only = values.only === undefined ? undefined : new Set(values.only.split(','));

if (!existsSync(directory)) {
  console.error(`no such folder: ${directory}\n${USAGE}`);
  process.exit(2);
}

async function suiteFor(name: string): Promise<Suite | undefined> {
  const file = name.startsWith('wire/') ? 'wire' : name.replace(/ \(tick\)$/, '-tick');
  const path = join(import.meta.dirname, 'suites', `${file}.ts`);
  if (!existsSync(path)) return undefined;
  const module: { suite: Suite } = await import(path);
  return module.suite;
}

function show(value: unknown): string {
  const text =
    JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part)) ??
    'undefined';
  return text.length > 1500 ? `${text.slice(0, 1500)}…` : text;
}

const files = readdirSync(directory, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.json(\.gz)?$/.test(file))
  .map((file) => ({
    path: join(directory, file),
    name: relative('.', file)
      .replaceAll('\\', '/')
      .replace(/\.json(\.gz)?$/, ''),
  }))
  .filter(({ name }) => only === undefined || only.has(name))
  .sort((a, b) => a.name.localeCompare(b.name))
  // The rules of alert nodes run a second time, each loaded from the text of its script.
  .flatMap((file) => (file.name === 'alertnode' ? [file, { ...file, name: 'alertnode (tick)' }] : [file]));

const unknown = [...(only ?? [])].filter((name) => !files.some((file) => file.name === name));
if (unknown.length > 0 || files.length === 0) {
  console.error(`no vectors for ${unknown.join(', ') || directory}`);
  process.exit(2);
}

let passed = 0;
let failed = 0;
const differing = new Map<string, number>();
for (const { path, name } of files) {
  const suite = await suiteFor(name);
  if (suite === undefined) {
    console.log(`${name}: no suite runs these vectors`);
    failed++;
    continue;
  }
  const raw = readFileSync(path);
  const vectors: unknown = JSON.parse((path.endsWith('.gz') ? gunzipSync(raw) : raw).toString('utf8'));
  let results: CaseResult[];
  try {
    results = await suite(vectors, name);
  } catch (error) {
    console.log(`${name}: the suite failed: ${error instanceof Error ? error.stack : String(error)}`);
    failed++;
    continue;
  }
  const failures: CaseResult[] = [];
  let different = 0;
  for (const result of results) {
    const difference = result.passed
      ? undefined
      : DIFFERENCES.find((rule) => rule.files.test(name.replace(/ \(tick\)$/, '')) && rule.applies(result));
    if (difference) {
      different++;
      differing.set(difference.name, (differing.get(difference.name) ?? 0) + 1);
    } else if (!result.passed) failures.push(result);
  }
  passed += results.length - failures.length - different;
  failed += failures.length;
  const note = different > 0 ? `, ${different} deliberately different` : '';
  console.log(
    `${name}: ${results.length - failures.length - different} passed, ${failures.length} failed${note}`,
  );
  for (const failure of failures.slice(0, Number(values.show))) {
    console.log(
      `  ✗ ${failure.id}\n      expected ${show(failure.expected)}\n      got      ${show(failure.got)}`,
    );
  }
  if (failures.length > Number(values.show)) {
    console.log(
      `  … and: ${failures
        .slice(Number(values.show))
        .map(({ id }) => id)
        .join(' ')}`,
    );
  }
}

if (differing.size > 0) {
  console.log('\ndeliberate differences:');
  for (const rule of DIFFERENCES) {
    const count = differing.get(rule.name);
    if (count !== undefined) console.log(`  ${rule.name} (${count}): ${rule.reason}`);
  }
  console.log('');
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

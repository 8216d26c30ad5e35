import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, resolve } from 'node:path';

// Writes the ESM file of each entry: the same names, taken from its CommonJS file, so that both formats share one copy
// of every class and all state. A function that lies behind a door of the core is called through the CommonJS file,
// which loads it then; anything else is read at once.

const DIST = resolve('dist');
const require = createRequire(import.meta.url);

type Exports = Readonly<Record<string, unknown>>;

function isPlainFunction(value: unknown): boolean {
  return typeof value === 'function' && !/^class\b/.test(Function.prototype.toString.call(value));
}

function esmEntry(name: string, code: string, exported: Exports): string {
  const waiting = new Set(
    [...code.matchAll(/^ {2}(\w+): \(\) => import_\w+\(\)\./gm)].map(([, export_ = '']) => export_),
  );
  const lines = Object.entries(exported).map(([key, value]) =>
    waiting.has(key) && isPlainFunction(value)
      ? `export const ${key} = (...given) => entry.${key}(...given);`
      : `export const ${key} = entry.${key};`,
  );
  return [`import entry from './${basename(name)}.cjs';`, ...lines, ''].join('\n');
}

/** What a built file reads from other built files is there: a bundler that leaves imports outside does not look. */
function missingNames(file: string, code: string): string[] {
  const read = [...code.matchAll(/const (import_\w+) = \(\) => \1_ \?\?= require\("(\.[^"]+)"\)/g)].flatMap(
    ([, variable = '', path = '']) =>
      [...code.matchAll(new RegExp(`\\b${variable}\\(\\)\\.(\\w+)`, 'g'))].map(([, key = '']) => ({
        key,
        path,
      })),
  );
  const taken = [...code.matchAll(/^const \{ (.+) \} = require\("(\.[^"]+)"\);$/gm)].flatMap(
    ([, names = '', path = '']) => [...names.matchAll(/(\w+): /g)].map(([, key = '']) => ({ key, path })),
  );
  return [...read, ...taken]
    .filter(({ key, path }) => !(key in (require(join(file, '..', path)) as Exports)))
    .map(({ key, path }) => `${file} reads ${key}, which ${path} does not export`);
}

const missing: string[] = [];
for (const path of readdirSync(DIST, { recursive: true, encoding: 'utf8' })) {
  if (!path.endsWith('.cjs')) continue;
  const name = path.replace(/\.cjs$/, '');
  const file = join(DIST, path);
  const code = readFileSync(file, 'utf8');
  missing.push(...missingNames(file, code));
  if (!/^(rooms|vendor)\//.test(name)) {
    writeFileSync(join(DIST, `${name}.js`), esmEntry(name, code, require(file) as Exports));
  }
}
if (missing.length > 0) throw new Error(missing.join('\n'));

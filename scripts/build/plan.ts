import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { build } from 'esbuild';
import * as v from 'valibot';

/** Where the source is. */
export const SOURCE: string = resolve('src');

const CORE = 'rooms/core';

/** The unit that holds what is used of valibot. The whole package takes about as long to load as the core. */
export const VALIBOT = 'vendor/valibot';

/**
 * The doors of the core. `import 'tocsin'` loads what `src/index.ts` reaches without going through one of these;
 * what lies behind them is loaded when something of it is first called.
 */
const DOORS: readonly RegExp[] = [
  /^lambda\/(compile-lambda|explain|group-names|parser|print)\.ts$/,
  /^(match|spec|template)\//,
  /^rule\/(alert-rule-options|augmentation|group-by|group-inhibitions|level-conditions|rule-texts)\.ts$/,
  /^topic\/(check-arguments|directory-watcher|explain-binding|glob|handler-builder|handler-catalog)\.ts$/,
  /^handler\/secrets\.ts$/,
  /^delivery\/(delivery-options|event-codec|handler-delivery)\.ts$/,
];

/** What the package is made of. Files are named by their path in `src`, units by their path in `dist`, without extension. */
export interface BuildPlan {
  /** The unit that holds the code of a source file. A face has no code and is in none. */
  unitOf(file: string): string | undefined;
  /** The source files of each unit. */
  readonly units: ReadonlyMap<string, readonly string[]>;
  /** The names that a source file exports, types aside. */
  exportsOf(file: string): readonly string[];
  /** What the source uses of valibot. */
  readonly valibot: readonly string[];
}

/** A face only names what other files export: that of the library, and that of a room. */
export function isFace(file: string): boolean {
  return /^(?:\w+\/)?index\.ts$/.test(file);
}

/** Decides which source file goes into which file of the package. */
export async function buildPlan(): Promise<BuildPlan> {
  const [core, names] = await Promise.all([coreFiles(), exportedNames()]);
  const unitOf = (file: string): string | undefined => {
    if (isFace(file)) return undefined;
    return core.has(file) ? CORE : unitOutsideCore(file);
  };
  const units = new Map<string, string[]>();
  for (const [file, { length }] of names) {
    const unit = unitOf(file);
    if (unit === undefined || length === 0) continue;
    units.set(unit, [...(units.get(unit) ?? []), file]);
  }
  return {
    unitOf,
    units,
    exportsOf: (file) => names.get(file) ?? [],
    valibot: usedOfValibot([...names.keys()]),
  };
}

function unitOutsideCore(file: string): string {
  const [room = '', kind = ''] = file.replace(/\.ts$/, '').split('/');
  if (room === 'stores') return `stores/${kind}`;
  if (room !== 'handlers') return `rooms/${room}`;
  return kind === 'shared' ? 'rooms/kinds' : `handlers/${kind}`;
}

async function coreFiles(): Promise<ReadonlySet<string>> {
  const { metafile } = await build({
    entryPoints: [join(SOURCE, 'index.ts')],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    outdir: 'core',
    packages: 'external',
    plugins: [
      {
        name: 'doors',
        setup: ({ onResolve }) =>
          onResolve({ filter: /^\./ }, ({ resolveDir, path }) => {
            const file = relative(SOURCE, resolve(resolveDir, path));
            const isDoor = !isFace(file) && DOORS.some((door) => door.test(file));
            return isDoor ? { path, external: true } : undefined;
          }),
      },
    ],
  });
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
  return new Set(
    inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => relative(SOURCE, path)),
  );
}

function usedOfValibot(files: readonly string[]): readonly string[] {
  const sources = files.map((file) => readFileSync(join(SOURCE, file), 'utf8'));
  const used = sources
    .filter((source) => source.includes(`import * as v from 'valibot';`))
    .flatMap((source) => [...source.matchAll(/\bv\.(\w+)/g)].map(([, name = '']) => name));
  return [...new Set(used)].filter((name) => name in v).sort();
}

async function exportedNames(): Promise<ReadonlyMap<string, readonly string[]>> {
  const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' });
  const { metafile } = await build({
    entryPoints: files.filter((file) => file.endsWith('.ts')).map((file) => join(SOURCE, file)),
    write: false,
    metafile: true,
    format: 'esm',
    outdir: 'exports',
  });
  const outputs = Object.values(metafile.outputs);
  return new Map(outputs.map(({ entryPoint = '', exports }) => [relative(SOURCE, entryPoint), exports]));
}

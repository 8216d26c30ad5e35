import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { defineConfig, type Options } from 'tsup';
import { loadOnUse } from './scripts/build/load-on-use.ts';
import { type BuildPlan, buildPlan, SOURCE, VALIBOT } from './scripts/build/plan.ts';
import { unitPlugin } from './scripts/build/unit-plugin.ts';

const DIST = resolve('dist');
const ENTRIES = resolve('node_modules/.cache/tocsin-units');

/** Writes the entry of a unit: for a room all that its files export, for a handler kind or a store what is public. */
function entryOf(plan: BuildPlan, unit: string, files: readonly string[]): string {
  const isRoom = unit.startsWith('rooms/');
  const exported = new Set<string>();
  const lines: string[] = [];
  for (const file of isRoom ? files : [`${unit}.ts`]) {
    const names = plan.exportsOf(file);
    for (const name of names) {
      if (exported.has(name))
        throw new Error(`${unit} has two exports named ${name}: rename that of src/${file}`);
      exported.add(name);
    }
    if (names.length > 0) lines.push(`export { ${names.join(', ')} } from '${join(SOURCE, file)}';`);
  }
  return writeEntry(unit, lines);
}

function writeEntry(unit: string, lines: readonly string[]): string {
  const path = join(ENTRIES, `${unit}.ts`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, lines.join('\n'));
  return path;
}

const config: ReturnType<typeof defineConfig> = defineConfig(async ({ dts: types }) => {
  const plan = await buildPlan();
  const units: Record<string, string> = {};
  for (const [unit, files] of plan.units) units[unit] = entryOf(plan, unit, files);
  const { 'rooms/core': core = '', ...others } = units;
  const faces = {
    index: 'src/index.ts',
    'handlers/index': 'src/handlers/index.ts',
    'testing/index': 'src/testing/index.ts',
    'kapacitor/index': 'src/kapacitor/index.ts',
  };
  const open = Object.fromEntries(
    Object.keys(others)
      .filter((unit) => !unit.startsWith('rooms/'))
      .map((unit) => [unit, `src/${unit}.ts`]),
  );

  if (types !== false) rmSync(DIST, { recursive: true, force: true });
  const code = (entry: Record<string, string>, home?: string): Options => ({
    entry,
    format: 'cjs',
    splitting: false,
    target: 'node20',
    // Bundlers for browsers know `node:fs` for what it is; a bare `fs` they try to find.
    removeNodeProtocol: false,
    esbuildPlugins: [unitPlugin(plan, home)],
    plugins: [
      {
        name: 'load-on-use',
        renderChunk(built, { path }) {
          const pathTo = (unit: string): string => {
            const way = relative(dirname(path), join(DIST, `${unit}.cjs`));
            return way.startsWith('.') ? way : `./${way}`;
          };
          return {
            code: loadOnUse(built.replaceAll('require("valibot")', `require("unit:${VALIBOT}")`), pathTo),
          };
        },
      },
    ],
  });
  const declarations: Options = { entry: { ...faces, ...open }, format: ['esm', 'cjs'], dts: { only: true } };
  const valibot: Options = {
    ...code({ [VALIBOT]: writeEntry(VALIBOT, [`export { ${plan.valibot.join(', ')} } from 'valibot';`]) }),
    esbuildPlugins: [],
    noExternal: ['valibot'],
    banner: { js: `/*\n${readFileSync('node_modules/valibot/LICENSE.md', 'utf8')}*/` },
  };
  return [
    valibot,
    code({ 'rooms/core': core }, 'rooms/core'),
    code({ ...others, ...faces }),
    ...(types === false ? [] : [declarations]),
  ];
});

export default config;

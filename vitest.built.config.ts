import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { relative, resolve } from 'node:path';
import { defineConfig, mergeConfig } from 'vitest/config';
import { buildPlan, isFace, SOURCE } from './scripts/build/plan.ts';
import tests from './vitest.config.ts';

// Runs the tests on what `npm run build` made: a source file that a test imports is answered with the names of it that
// its built file exports.

const DIST = resolve('dist');
const require = createRequire(import.meta.url);
const plan = await buildPlan();

const config: ReturnType<typeof defineConfig> = mergeConfig(
  { ...tests },
  defineConfig({
    plugins: [
      {
        name: 'built',
        enforce: 'pre',
        load(id) {
          const file = relative(SOURCE, id);
          const names = plan.exportsOf(file);
          if (file.startsWith('..') || isFace(file) || names.length === 0) return undefined;
          const built = `${DIST}/${plan.unitOf(file)}.cjs`;
          if (!existsSync(built)) throw new Error(`${built} is missing: run \`npm run build\``);
          const unit = require(built) as object;
          if (!names.every((name) => name in unit)) return undefined;
          return [
            `import { createRequire } from 'node:module';`,
            `const unit = createRequire(${JSON.stringify(built)})(${JSON.stringify(built)});`,
            ...names.map((name) => `export const ${name} = unit.${name};`),
          ].join('\n');
        },
      },
    ],
  }),
);

export default config;

import { readdirSync } from 'node:fs';
import { defineConfig } from 'tsup';

const files = (folder: string): string[] =>
  readdirSync(`src/${folder}`)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `src/${folder}/${name}`);

const config: ReturnType<typeof defineConfig> = defineConfig({
  entry: [
    'src/index.ts',
    ...files('handlers'),
    'src/testing/index.ts',
    ...files('stores'),
    'src/kapacitor/index.ts',
  ],
  format: ['esm', 'cjs'],
  // One copy of each class in both formats: an error made by a handler entry is `instanceof` the core's class.
  splitting: true,
  // Bundlers for browsers know `node:fs` for what it is; a bare `fs` they try to find.
  removeNodeProtocol: false,
  dts: true,
  clean: true,
  target: 'node20',
  treeshake: true,
});

export default config;

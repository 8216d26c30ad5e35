import { fileURLToPath } from 'node:url';
import { build } from 'tsup';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Makes one plain JavaScript file of a program of this folder, so that a process of it starts in no time. */
export async function bundle(name: string): Promise<string> {
  // Here the packages that it imports are found.
  const directory = `${root}node_modules/.cache/tocsin-faults`;
  await build({
    config: false,
    entry: [`${root}test/faults/${name}.ts`],
    outDir: directory,
    outExtension: () => ({ js: '.mjs' }),
    format: 'esm',
    target: 'node20',
    splitting: false,
    silent: true,
    skipNodeModulesBundle: true,
    noExternal: [/^tocsin/],
    esbuildOptions: (options) => {
      options.alias = {
        'tocsin/handlers/post': `${root}src/handlers/post.ts`,
        'tocsin/stores/lmdb': `${root}src/stores/lmdb.ts`,
        tocsin: `${root}src/index.ts`,
      };
    },
  });
  return `${directory}/${name}.mjs`;
}

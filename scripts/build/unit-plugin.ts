import { readFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import type { Plugin } from 'esbuild';
import { type BuildPlan, isFace, SOURCE } from './plan.ts';

/**
 * Bundles the files of one unit together and leaves what belongs to others outside, as `unit:` and a name.
 *
 * @param home The unit into which faces are bundled, when one call of the bundler makes only that unit.
 */
export function unitPlugin(plan: BuildPlan, home?: string): Plugin {
  const fileOf = (directory: string, path: string): string => relative(SOURCE, resolve(directory, path));
  return {
    name: 'units',
    setup({ onLoad, onResolve }) {
      onResolve({ filter: /^\./ }, ({ importer, kind, path, resolveDir }) => {
        const file = fileOf(resolveDir, path);
        if (isFace(file)) {
          return kind === 'dynamic-import'
            ? { path: `unit:${file.replace(/\.ts$/, '')}`, external: true }
            : undefined;
        }
        const unit = plan.unitOf(file);
        const from = relative(SOURCE, importer);
        const own = isFace(from) ? home : plan.unitOf(from);
        return unit === own ? undefined : { path: `unit:${unit}`, external: true, sideEffects: false };
      });

      // `export *` of a file that is in another unit would export all of that unit.
      onLoad({ filter: /index\.ts$/ }, async ({ path }) => {
        if (!isFace(relative(SOURCE, path))) return undefined;
        const source = await readFile(path, 'utf8');
        const contents = source.replace(/^export \* from '([^']+)';$/gm, (text, target: string) => {
          const file = fileOf(resolve(path, '..'), target);
          return isFace(file) ? text : `export { ${plan.exportsOf(file).join(', ')} } from '${target}';`;
        });
        return { contents, loader: 'ts' };
      });
    },
  };
}

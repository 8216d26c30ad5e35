// Runs every example of examples/README.md, as CI does; a failure of one ends it.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const EXAMPLES: readonly (readonly string[])[] = [['replay/main.ts', '--speed', '200']];

for (const [file = '', ...options] of EXAMPLES) {
  console.log(`\n== examples/${file}`);
  const { status } = spawnSync('npx', ['tsx', join(import.meta.dirname, file), ...options], {
    stdio: 'inherit',
  });
  if (status !== 0) {
    console.error(`examples/${file} failed`);
    process.exit(1);
  }
}

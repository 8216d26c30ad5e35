// Runs every example of examples/README.md, as CI does; a failure of one ends it.
import { spawnSync } from 'node:child_process';

const EXAMPLES: readonly (readonly string[])[] = [
  ['tsx', 'replay/main.ts', '--speed', '200'],
  ['tsx', 'fastify-service/main.ts'],
  ['tsx', 'nest-provider/main.ts'],
  ['tsx', 'custom-kind/main.ts'],
  ['tsx', 'hot-reload/main.ts'],
  ['tsx', 'batch-rule/main.ts'],
  ['vitest', 'run', '--config', 'rule-tests/vitest.config.ts'],
];

for (const command of EXAMPLES) {
  console.log(`\n== ${command.join(' ')}`);
  const { status } = spawnSync('npx', command, { cwd: import.meta.dirname, stdio: 'inherit' });
  if (status !== 0) {
    console.error(`examples: ${command.join(' ')} failed`);
    process.exit(1);
  }
}

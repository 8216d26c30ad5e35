import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/getting-started.md'), 'utf8');
const bin = (name: string): string => join(root, 'node_modules/.bin', name);
const texts = [...page.matchAll(/^```text\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-'));
  // The files of the page, as a reader makes them.
  for (const [, name = '', content = ''] of page.matchAll(
    /^```\w+\n(?:\/\/|#) ([\w./-]+)\n([\s\S]*?)^```$/gm,
  )) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  // What `npm install` does for a reader.
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const config = `import repository from ${JSON.stringify(join(root, 'vitest.config.ts'))};
export default { resolve: { alias: [...repository.resolve.alias, { find: 'vitest', replacement: ${JSON.stringify(join(root, 'node_modules/vitest'))} }] } };`;
  writeFileSync(join(folder, 'vitest.config.ts'), config);
});
afterAll(() => rmSync(folder, { recursive: true }));

const vitest = () =>
  run(bin('vitest'), ['run', '--root', folder], { cwd: folder, env: { ...process.env, NO_COLOR: '1' } }).then(
    ({ stdout }) => stdout,
    ({ stdout, stderr }: { stdout: string; stderr: string }) => stdout + stderr,
  );

describe('docs/getting-started.md', { timeout: 120_000 }, () => {
  it('prints what the page says', async () => {
    const { stdout } = await run(bin('tsx'), ['--tsconfig', join(root, 'tsconfig.json'), 'main.ts'], {
      cwd: folder,
    });
    expect(stdout).toBe(texts[0]);
  });

  it('has tests that pass, and that fail as the page says', async () => {
    expect(await vitest()).toContain('2 passed');
    const file = join(folder, 'rules.test.ts');
    const good = readFileSync(file, 'utf8');
    writeFileSync(file, good.replace("at: '40s'", "at: '30s'"));
    const failure = await vitest();
    for (const line of texts[1]?.trim().split('\n') ?? []) expect(failure).toContain(line);
  });
});

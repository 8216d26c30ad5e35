import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { at, runRuleTests, testRule, testTopics } from '../../src/testing/index.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../docs/testing.md'), 'utf8');
const texts = [...page.matchAll(/^```text\n([\s\S]*?)\n```$/gm)].map(([, text = '']) => text);

function messageOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

it('docs/testing.md shows failures as they are', async () => {
  const rule = testRule({ topic: 'cpu', crit: '"idel" < 10' }).feed(at('0s', { fields: { idle: 4 } }));
  expect(messageOf(() => rule.expectEvents(['CRITICAL']))).toBe(texts[0]);
  const alerts = await testTopics({
    specs: [
      { topic: 'cpu', id: 'ops-channel', kind: 'slack' },
      { topic: 'cpu', id: 'pager', kind: 'pagerduty2', match: 'level() == CRITICAL' },
    ],
    rules: [
      {
        topic: 'cpu',
        groupBy: ['host'],
        crit: '"idle" < 10',
        message: '{{ index .Tags "host" }} is {{ .Level }}',
      },
    ],
    tags: { host: 'web-1' },
  });
  await alerts.feed(at('0s', { fields: { idle: 4 } }), at('5m', { fields: { idle: 60 } }));
  const expected = { slack: ['web-1 is CRITICAL', 'web-1 is OK'] };
  expect(messageOf(() => alerts.expectDeliveries(expected))).toBe(texts[1]);
});

it('docs/testing.md has a file of tests that passes, and fails where it says', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-'));
  mkdirSync(join(folder, 'test/alerts'), { recursive: true });
  mkdirSync(join(folder, 'handlers'));
  writeFileSync(join(folder, 'handlers/slack.yaml'), 'topic: cpu\nid: ops\nkind: slack\n');
  const [, yaml = ''] = /^```yaml\n(# test\/alerts[\s\S]*?)^```$/m.exec(page) ?? [];
  const file = join(folder, 'test/alerts/cpu.test.yaml');
  writeFileSync(file, yaml);
  expect((await runRuleTests(join(folder, 'test'))).passed).toHaveLength(1);
  writeFileSync(file, yaml.replace('{ at: 1m, level', '{ at: 2m, level'));
  await expect(runRuleTests(file)).rejects.toThrow(`${folder}/${texts[2]}`);
  rmSync(folder, { recursive: true });
});

import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { KapacitorFilesError } from '../../src/errors.ts';
import { log } from '../../src/handlers/index.ts';
import { loadDirectory } from '../../src/kapacitor/index.ts';
import { TopicRegistry } from '../../src/topic/index.ts';
import { point } from './run-script.ts';

function directory(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'tocsin-kapacitor-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text.replaceAll('@DIR@', root));
  }
  return root;
}

const lines = (path: string) =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: string; level: string });

describe('loadDirectory', () => {
  it('gives a registry that runs: handlers, tasks, and tasks made of templates', async () => {
    const root = directory({
      'handlers/all.yaml': `id: all\ntopic: alerts\nkind: log\noptions:\n  path: '@DIR@/all.jsonl'\n`,
      'handlers/crit.json': `{"id": "crit", "topic": "alerts", "kind": "log", "match": "level() == CRITICAL", "options": {"path": "@DIR@/crit.jsonl"}}`,
      'tasks/cpu.tick': `dbrp "telegraf"."autogen"\nstream|from().measurement('cpu')|alert().id('cpu').warn(lambda: "x" > 1).topic('alerts').log('@DIR@/own.jsonl')`,
      'tasks/mem.yaml': `template-id: threshold\ndbrps:\n  - { db: telegraf, rp: autogen }\nvars:\n  measurement: { type: string, value: mem }\n  limit: { type: float, value: 5.0 }\n`,
      'tasks/disk.json': `{"id": "disk-task", "template-id": "threshold", "vars": {"measurement": {"type": "string", "value": "disk"}}}`,
      'templates/threshold.tick': `var measurement string\nvar limit = 90.0\nstream|from().measurement(measurement)|alert().id(measurement).crit(lambda: "x" > limit).topic('alerts')`,
      'tasks/README.md': 'not a task',
    });
    const kapacitor = await loadDirectory(root, { vars: { 'disk-task': { limit: 50 } } });
    expect([...kapacitor.tasks.keys()]).toEqual(['cpu', 'disk-task', 'mem']);
    expect(kapacitor.templates).toEqual(['threshold']);
    expect(kapacitor.tasks.get('mem')?.dbrps).toEqual([{ database: 'telegraf', retentionPolicy: 'autogen' }]);
    kapacitor.observe(point(0, { x: 10 }, {}, 'cpu'));
    kapacitor.observe(point(0, { x: 10 }, {}, 'mem'));
    kapacitor.observe(point(0, { x: 60 }, {}, 'disk'));
    expect(
      kapacitor.observe(point(1, { x: 10 }, {}, 'mem'), { database: 'other', retentionPolicy: 'autogen' }),
    ).toEqual([]);
    await kapacitor.close();
    expect(lines(join(root, 'all.jsonl')).map(({ id }) => id)).toEqual(['cpu', 'mem', 'disk']);
    expect(lines(join(root, 'crit.jsonl')).map(({ id }) => id)).toEqual(['mem', 'disk']);
    expect(lines(join(root, 'own.jsonl')).map(({ id }) => id)).toEqual(['cpu']);
  });

  it('tells of every error of every file at once, and leaves nothing running', async () => {
    const root = directory({
      'kapacitor.conf': '[slak]\n',
      'handlers/a.yaml': 'id: a\ntopic: t\nkind: lgo\n',
      'handlers/b.yaml': 'id: b\ntopic: t\nkind: log\noptions: { path: relative }\n',
      'handlers/c.yaml': `id: c\ntopic: t\nkind: log\noptions: { path: /tmp/x }\n`,
      'tasks/a.tick': 'stream|from()|alrt()',
      'tasks/b.tick': `stream|from()|alert().log('relative')|alert().log('nor this')`,
      'tasks/c.yaml': 'template-id: nope\n',
      'tasks/d.yaml': 'template: t\n',
      'tasks/e.tick': 'stream|from()|alert().crit(lambda: "x" = 1)',
      'tasks/t.yaml': 'template-id: t\n',
      'templates/t.tick': 'var x string\nstream|from(',
    });
    const registry = new TopicRegistry({ kinds: [log()] });
    const error = await loadDirectory(root, { registry }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(KapacitorFilesError);
    const { message } = error as KapacitorFilesError;
    expect(message.match(/t\.tick/g)).toHaveLength(1);
    for (const part of [
      /handlers\/a.yaml:3:7.*Did you mean 'log'/,
      /handlers\/b.yaml:4:.*absolute/,
      /tasks\/a.tick:1:15.*alert/,
      /tasks\/b.tick:1:23.*absolute/,
      /tasks\/b.tick:1:47.*absolute/,
      /tasks\/c.yaml: there is no template nope/,
      /tasks\/d.yaml.*a task has no template/,
      /tasks\/e.tick:1:40/,
      /templates\/t.tick:2:13/,
    ])
      expect(message).toMatch(part);
    expect(registry.specs()).toEqual([]);
    await registry.close();
    await expect(loadDirectory(root, { conf: join(root, 'kapacitor.conf'), env: {} })).rejects.toThrow(
      /kapacitor.conf:1:2: there is no section/,
    );
    await expect(loadDirectory(join(root, 'nowhere'))).rejects.toThrow(/cannot be read/);
  });

  it('takes kinds, global handlers and texts from a configuration', async () => {
    const root = directory({
      'kapacitor.conf': `hostname = "kap"\n[telegram]\nenabled = true\ntoken = "t"\nchat-id = "5"\nglobal = true\n`,
      'tasks/a.tick': `stream|from()|alert().crit(lambda: TRUE).details('{{ .ServerInfo.Hostname }}')`,
    });
    const kapacitor = await loadDirectory(root, { conf: join(root, 'kapacitor.conf'), env: {} });
    expect(kapacitor.registry.specs('main:a:alert2')).toMatchObject([{ kind: 'telegram' }]);
    expect(kapacitor.conf?.sections).toHaveLength(1);
    for (const task of kapacitor.tasks.values()) await task.close();
    expect(kapacitor.observe(point(0, { x: 1 }))[0]?.details).toBe('kap');
    await kapacitor.close();
  });
});

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AnyHandlerKind } from '../../src/handler/handler-kind.ts';
import { post, slack, teams } from '../../src/handlers/index.ts';
import { TopicRegistry } from '../../src/topic/index.ts';
import { receiver } from './receiver.ts';

const open: TopicRegistry[] = [];

function registry(...kinds: AnyHandlerKind[]): TopicRegistry {
  const made = new TopicRegistry({ kinds, delivery: { backoff: { first: 1, longest: 2 } } });
  open.push(made);
  return made;
}

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const one of open.splice(0)) await one.close();
});

const event = { topic: 'cpu', id: 'web-1', level: 'CRITICAL', message: 'web-1 is busy' } as const;

describe('a handler file', () => {
  it('is not to blame for a secret that the configuration of its kind lacks', async () => {
    const alerts = registry(slack({ url: '${env:TOCSIN_NOT_SET}' }));
    const text = 'topic: cpu\nid: ops\nkind: slack\noptions:\n  channel: "#ops"\n';
    await expect(alerts.defineText(text, 'ops.yaml')).rejects.toThrow(
      'ops.yaml:3:7: The environment variable TOCSIN_NOT_SET is not set. Set TOCSIN_NOT_SET, or do without ${env:TOCSIN_NOT_SET}.',
    );
  });

  it('leads from an event to a request', async () => {
    const { url, requests } = await receiver();
    vi.stubEnv('SLACK_TEST_URL', url);
    const file = join(mkdtempSync(join(tmpdir(), 'tocsin-')), 'slack.yaml');
    writeFileSync(
      file,
      "topic: cpu\nid: ops\nkind: slack\nmatch: level() == CRITICAL\noptions:\n  channel: '#ops'\n  icon-emoji: ':fire:'\n",
    );
    const alerts = registry(slack({ url: '${env:SLACK_TEST_URL}' }));
    await alerts.defineFile(file);
    alerts.collect({ ...event, level: 'WARNING' });
    alerts.collect(event);
    await alerts.flush();
    expect(requests.map(({ body }) => JSON.parse(body))).toMatchObject([
      { channel: '#ops', icon_emoji: ':fire:', attachments: [{ text: 'web-1 is busy' }] },
    ]);
  });

  it('is refused with the name of the option that was meant', async () => {
    const alerts = registry(slack({ url: 'https://slack.example/x' }));
    const spec = { topic: 'cpu', id: 'ops', kind: 'slack', options: { 'icon-emojy': ':fire:' } };
    await expect(alerts.define(spec)).rejects.toThrow("Did you mean 'icon-emoji'?");
  });

  it('is refused when its template is none', async () => {
    const alerts = registry(post());
    const spec = { topic: 'cpu', id: 'hook', kind: 'post', options: { url: 'https://e.example/{{ .ID ' } };
    await expect(alerts.define(spec)).rejects.toThrow('url');
  });
});

describe('a delivery', () => {
  it('is tried again when the service was busy', async () => {
    const { url, requests } = await receiver([{ status: 503 }, { status: 429 }, { status: 200 }]);
    const alerts = registry(slack({ url }));
    await alerts.define({ topic: 'cpu', id: 'ops', kind: 'slack' });
    alerts.collect(event);
    await alerts.flush();
    expect(requests).toHaveLength(3);
  });

  it('that is given up on tells no secrets', async () => {
    const { url } = await receiver([{ status: 403, body: 'no hook Hidden-Path-1 for token hidden-token' }]);
    const alerts = registry(teams({ channelUrl: `${url}/webhook/default` }), post());
    const told: unknown[] = [];
    alerts.on('deadLetter', (letter) => told.push(letter));
    await alerts.define({
      topic: 'cpu',
      id: 'teams',
      kind: 'teams',
      options: { 'channel-url': `${url}/webhook/Hidden-Path-1` },
    });
    await alerts.define({
      topic: 'cpu',
      id: 'post',
      kind: 'post',
      options: { url, headers: { Authorization: 'Bearer hidden-token' } },
    });
    alerts.collect(event);
    await alerts.flush();
    expect(told).toHaveLength(2);
    const text = told.map((letter) => JSON.stringify(letter)).join('\n');
    expect(text).toContain('auth_error');
    expect(text).not.toMatch(/Hidden-Path-1|hidden-token/);
    expect(JSON.stringify(alerts.specs('cpu'))).not.toContain('Hidden-Path-1');
  });
});

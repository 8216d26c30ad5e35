import { afterEach, describe, expect, it, vi } from 'vitest';
import { slack } from '../../src/handlers/slack.ts';
import { httpKindSuite } from '../../src/testing/http-kind-suite.ts';
import { receiver } from './receiver.ts';
import { runSuite } from './run-suite.ts';
import { sendEvent } from './send-event.ts';

runSuite(
  httpKindSuite({
    kind: (url) => slack({ url: `${url}/services/T0/B0/Hush-Hush-1`, token: 'xoxb-hidden' }),
    success: { status: 200, body: 'ok' },
    secrets: ['/services/T0/B0/Hush-Hush-1', 'Hush-Hush-1', 'xoxb-hidden'],
  }),
);

afterEach(() => vi.unstubAllEnvs());

describe('slack', () => {
  it('sends one attachment in the color of the level', async () => {
    const { url, requests } = await receiver();
    await sendEvent(slack({ url, channel: '#ops' }), { iconEmoji: ':fire:' }, { level: 'WARNING' });
    expect(JSON.parse(requests[0]!.body)).toEqual({
      attachments: [
        {
          fallback: 'disk on web-1 is CRITICAL',
          color: 'warning',
          text: 'disk on web-1 is CRITICAL',
          mrkdwn_in: ['text'],
        },
      ],
      channel: '#ops',
      icon_emoji: ':fire:',
      text: '',
      username: '',
    });
  });

  it.each([
    ['channel_not_found', 'client_error', false],
    ['invalid_auth', 'auth_error', false],
    ['ratelimited', 'rate_limited', true],
    ['internal_error', 'server_error', true],
  ])('takes ok: false with %s for a %s', async (error, failure, retryable) => {
    const { url } = await receiver([{ status: 200, body: JSON.stringify({ ok: false, error }) }]);
    await expect(sendEvent(slack({ url }))).rejects.toMatchObject({ failure, retryable, status: 200 });
  });

  it('takes ok: true for success', async () => {
    const { url } = await receiver([{ status: 200, body: '{"ok":true,"ts":"1.2"}' }]);
    await expect(sendEvent(slack({ url }))).resolves.toBeUndefined();
  });

  it('tells the reason that a webhook gives', async () => {
    const { url } = await receiver([{ status: 404, body: 'no_service' }]);
    await expect(sendEvent(slack({ url }))).rejects.toThrow(
      /^Slack \(http:\/\/127\.0\.0\.1:\d+\) answered 404: no_service$/,
    );
  });

  it('takes the address from the environment', async () => {
    const { url, requests } = await receiver();
    vi.stubEnv('SLACK_TEST_URL', `${url}/from/env`);
    await sendEvent(slack({ url: '${env:SLACK_TEST_URL}' }));
    expect(requests[0]!.path).toBe('/from/env');
  });

  it('names a variable that is missing', async () => {
    await expect(sendEvent(slack({ url: '${env:SLACK_TEST_MISSING}' }))).rejects.toThrow(
      /SLACK_TEST_MISSING/,
    );
  });

  it('lets handlers choose the workspace', async () => {
    const { url, requests } = await receiver();
    const kind = slack([
      { workspace: 'a', default: true, url: `${url}/a` },
      { workspace: 'b', url: `${url}/b` },
    ]);
    await sendEvent(kind, { workspace: 'b' });
    await sendEvent(kind);
    expect(requests.map(({ path }) => path)).toEqual(['/b', '/a']);
    await expect(sendEvent(kind, { workspace: 'bb' })).rejects.toThrow(
      "there is no workspace 'bb'. Did you mean 'b'?",
    );
  });

  it('refuses a configuration without address', () => {
    expect(() => slack({ channel: '#ops' })).toThrow('slack: url is required');
  });
});

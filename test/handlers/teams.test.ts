import { describe, expect, it } from 'vitest';
import { teams } from '../../src/handlers/teams.ts';
import { httpKindSuite } from '../../src/testing/http-kind-suite.ts';
import { connectProxy } from './connect-proxy.ts';
import { receiver } from './receiver.ts';
import { runSuite } from './run-suite.ts';
import { sendEvent } from './send-event.ts';

runSuite(
  httpKindSuite({
    kind: (url) => teams({ channelUrl: `${url}/webhookb2/Hidden-Path-1` }),
    success: { status: 200, body: '1' },
    secrets: ['Hidden-Path-1'],
  }),
);

describe('teams', () => {
  it('sends the old card to an old address', async () => {
    const { url, requests } = await receiver();
    await sendEvent(teams({ 'channel-url': url }), {}, { level: 'WARNING', message: 'm' });
    expect(JSON.parse(requests[0]!.body)).toMatchObject({
      '@type': 'MessageCard',
      title: 'WARNING: [disk:web-1]',
      text: 'm',
      summary: 'WARNING: [disk:web-1] - m...',
      themeColor: 'FFA533',
    });
  });

  it.each([
    ['', 'cpu', 'CRITICAL: [cpu]', 'CRITICAL: [cpu] - m...'],
    ['', '', 'CRITICAL', 'CRITICAL: m...'],
  ])('names an event of id %j in topic %j', async (id, topic, title, summary) => {
    const { url, requests } = await receiver();
    await sendEvent(teams({ channelUrl: url }), {}, { id, topic, message: 'm', level: 'CRITICAL' });
    expect(JSON.parse(requests[0]!.body)).toMatchObject({ title, summary });
  });

  it('sends an Adaptive Card when told to, and takes 202 for success', async () => {
    const { url, requests } = await receiver([{ status: 202 }]);
    await sendEvent(teams({ channelUrl: url, format: 'adaptive-card' }));
    const { type, attachments } = JSON.parse(requests[0]!.body);
    expect(type).toBe('message');
    expect(attachments[0].contentType).toBe('application/vnd.microsoft.card.adaptive');
    expect(
      attachments[0].content.body.map(({ text, color }: Record<string, string>) => [text, color]),
    ).toEqual([
      ['CRITICAL: [disk:web-1]', 'Attention'],
      ['disk on web-1 is CRITICAL', undefined],
    ]);
  });

  it.each([
    ['http://prod-12.westeurope.logic.azure.com/workflows/0a/triggers/manual/paths/invoke?sig=x', 'message'],
    ['http://default0a.09.environment.api.powerplatform.com/powerautomate/workflows/0b?sig=x', 'message'],
    ['http://contoso.webhook.office.com/webhookb2/0c', undefined],
    ['http://logic.azure.com.example.com/', undefined],
  ])('knows by %s what to send', async (channelUrl, type) => {
    const { url, requests } = await receiver([{ status: 200 }]);
    const proxy = await connectProxy(url);
    await sendEvent(teams({ channelUrl, proxy: proxy.url }));
    expect(proxy.asked).toEqual([`${new URL(channelUrl).hostname}:80`]);
    expect(JSON.parse(requests[0]!.body).type).toBe(type);
  });

  it('takes the sentence of the connectors for a failure', async () => {
    const body =
      'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 with ContextId x';
    const { url } = await receiver([{ status: 200, body }]);
    await expect(sendEvent(teams({ channelUrl: url }))).rejects.toMatchObject({
      failure: 'rate_limited',
      retryable: true,
      status: 429,
    });
  });

  it('uses the address of the handler', async () => {
    const { url, requests } = await receiver();
    await sendEvent(teams({ channelUrl: `${url}/a` }), { channelUrl: `${url}/b` });
    expect(requests[0]!.path).toBe('/b');
  });
});

import { describe, expect, it } from 'vitest';
import { discord } from '../../src/handlers/discord.ts';
import { httpKindSuite } from '../../src/testing/http-kind-suite.ts';
import { receiver } from './receiver.ts';
import { runSuite } from './run-suite.ts';
import { sendEvent } from './send-event.ts';

runSuite(
  httpKindSuite({
    kind: (url) => discord({ url: `${url}/api/webhooks/12345678/Hidden-1` }),
    success: { status: 204 },
    secrets: ['/api/webhooks/12345678/Hidden-1', 'Hidden-1'],
  }),
);

describe('discord', () => {
  it('cuts what Discord would refuse', async () => {
    const { url, requests } = await receiver([{ status: 204 }]);
    await sendEvent(
      discord({ url }),
      { embedTitle: `${'t'.repeat(300)}{{ .ID }}` },
      { message: 'm'.repeat(5000) },
    );
    const [{ title, description }] = JSON.parse(requests[0]!.body).embeds;
    expect(title).toBe(`${'t'.repeat(255)}…`);
    expect(description).toBe(`${'m'.repeat(4095)}…`);
  });

  it('shows the time without fraction when told to', async () => {
    const { url, requests } = await receiver([{ status: 204 }]);
    await sendEvent(discord({ url, timestamp: true }), {}, { time: new Date('2026-01-05T06:07:08.9Z') });
    expect(JSON.parse(requests[0]!.body).embeds[0].timestamp).toBe('2026-01-05T06:07:08Z');
  });

  it('waits as long as the body of a 429 says', async () => {
    const { url } = await receiver([{ status: 429, body: '{"message":"slow down","retry_after":0.3}' }]);
    await expect(sendEvent(discord({ url }))).rejects.toMatchObject({
      retryAfter: 300,
      message: expect.stringContaining('answered 429: slow down'),
    });
  });

  it('takes 200 for success where it asks for the message', async () => {
    const { url } = await receiver([{ status: 200, body: '{"id":"1"}' }]);
    await expect(sendEvent(discord({ url: `${url}/?wait=true` }))).resolves.toBeUndefined();
    await expect(sendEvent(discord({ url }))).rejects.toMatchObject({ status: 200 });
  });

  it('refuses a title that is no template when the handler is made', async () => {
    await expect(
      sendEvent(discord({ url: 'https://d.example/x' }), { embedTitle: '{{ if }}' }),
    ).rejects.toThrow('embed-title');
  });

  it('says which certificate file it cannot read', () => {
    expect(() => discord({ url: 'https://d.example', sslCa: '/no/such/ca.pem' })).toThrow(
      /ssl-ca cannot be read: ENOENT/,
    );
  });

  it('finds out at once that certificate and key are none', () => {
    const own = import.meta.filename;
    expect(() => discord({ url: 'https://d.example', sslCert: own, sslKey: own })).toThrow(
      'ssl-cert and ssl-key are no certificate with its key',
    );
    expect(() => discord({ url: 'https://d.example', sslCert: own })).toThrow('come together');
  });
});

import { describe, expect, it } from 'vitest';
import { bigpanda } from '../../src/handlers/bigpanda.ts';
import { httpKindSuite } from '../../src/testing/http-kind-suite.ts';
import { testHost } from '../../src/testing/test-host.ts';
import { receiver } from './receiver.ts';
import { runSuite } from './run-suite.ts';
import { sendEvent } from './send-event.ts';

runSuite(
  httpKindSuite({
    kind: (url) => bigpanda({ url, token: 'hidden-token', appKey: 'hidden-key' }),
    options: () => ({ appKey: 'hidden-other-key' }),
    success: { status: 201, body: '{"response":{"status":"created"}}' },
    secrets: ['hidden-token', 'hidden-key', 'hidden-other-key'],
  }),
);

const answer = [{ status: 201 }];

describe('bigpanda', () => {
  it('lets what comes later win', async () => {
    const { url, requests } = await receiver(answer);
    await sendEvent(
      bigpanda({ url, token: 't', appKey: 'k' }),
      { attributes: { n: 7, text: '{{ .Level }}' } },
      { tags: { host: 'tag', status: 'mine', n: 'tag' }, fields: { n: 1.5, check: true } },
    );
    expect(JSON.parse(requests[0]!.body)).toEqual({
      app_key: 'k',
      check: 'true',
      description: 'disk on web-1 is CRITICAL',
      details: 'only 3.5 percent are left',
      host: '',
      n: '7',
      status: 'mine',
      task: 'disk_watch:disk',
      text: 'CRITICAL',
      timestamp: 1767593228,
    });
  });

  it('keeps tags named as properties of objects are', async () => {
    const { url, requests } = await receiver(answer);
    const tags = JSON.parse('{"__proto__":"a","constructor":"b"}');
    await sendEvent(bigpanda({ url, token: 't', appKey: 'k', autoAttributes: 'tags' }), {}, { tags });
    expect(requests[0]!.body).toContain('"__proto__":"a"');
    expect(requests[0]!.body).toContain('"constructor":"b"');
  });

  it('uses what a failing template has written, and tells the operator once', async () => {
    const { url, requests } = await receiver(answer);
    const host = testHost();
    await sendEvent(bigpanda({ url, token: 't', appKey: 'k' }), { host: 'a-{{ .Nope }}' }, {}, host);
    expect(JSON.parse(requests[0]!.body).host).toBe('a-');
    expect(host.warnings).toHaveLength(1);
  });
});

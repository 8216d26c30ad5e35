import { describe, expect, it } from 'vitest';
import { KindConfigurationError } from '../../src/errors.ts';
import { talk } from '../../src/handlers/talk.ts';
import { httpKindSuite } from '../../src/testing/http-kind-suite.ts';
import { deliverHttp } from './http-delivery.ts';
import { runSuite } from './run-suite.ts';

const configured = (url: string) => talk({ url: `${url}/webhook/hush-hush`, author_name: 'alerts' });

const suite = httpKindSuite({
  kind: configured,
  success: { status: 200 },
  secrets: ['/webhook/hush-hush'],
});
// A talk handler takes any options, as it does in Kapacitor.
runSuite(suite.filter(({ name }) => !name.startsWith('refuses options')));

describe('talk', () => {
  it('writes id and message under the configured name', async () => {
    const { request } = await deliverHttp(configured);
    expect(request).toMatchObject({
      method: 'POST',
      path: '/webhook/hush-hush',
      headers: { 'content-type': 'application/json' },
      body: '{"authorName":"alerts","text":"disk on web-1 is CRITICAL","title":"disk:web-1"}\n',
    });
  });

  it('says that options are not used, and that the service is gone', async () => {
    const { error, warnings } = await deliverHttp(configured, { options: { room: 'ops' } });
    expect(error).toBeUndefined();
    expect(warnings).toEqual([
      expect.stringContaining('Talk is gone'),
      expect.stringContaining('not used: room'),
    ]);
  });

  it('takes no success for granted but 200', async () => {
    const { error } = await deliverHttp(configured, { status: 204 });
    expect(String(error)).toContain('answered 204');
  });

  it('needs an address', () => {
    expect(() => talk({ authorName: 'alerts' })).toThrow(KindConfigurationError);
  });
});

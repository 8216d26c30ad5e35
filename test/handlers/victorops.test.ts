import { describe, expect, it } from 'vitest';
import { KindConfigurationError } from '../../src/errors.ts';
import { victorops } from '../../src/handlers/victorops.ts';
import { httpKindSuite } from '../../src/testing/http-kind-suite.ts';
import { deliverHttp } from './http-delivery.ts';
import { runSuite } from './run-suite.ts';

const configured = (url: string) =>
  victorops({ url: `${url}/generic/alert`, 'api-key': 'hush-hush', 'routing-key': 'ops' });

runSuite(httpKindSuite({ kind: configured, success: { status: 200 }, secrets: ['hush-hush'] }));

const RESULT =
  '{"series":[{"name":"disk","tags":{"host":"web-1"},"columns":["time","free","inodes"],"values":[["2026-01-05T06:07:08.090807006Z",3.5,1234567]]}]}';

describe('victorops', () => {
  it('sends the event with its points as a JSON text', async () => {
    const { request, json } = await deliverHttp(configured);
    expect(request).toMatchObject({ method: 'POST', path: '/generic/alert/hush-hush/ops' });
    expect(json).toEqual({
      data: RESULT,
      entity_id: 'disk:web-1',
      message_type: 'CRITICAL',
      monitoring_tool: 'kapacitor',
      state_message: 'disk on web-1 is CRITICAL',
      timestamp: 1767593228,
    });
  });

  it('sends the points as an object when told to', async () => {
    const { json } = await deliverHttp((url) => victorops({ url, jsonData: true }));
    expect(json).toMatchObject({ data: JSON.parse(RESULT) });
  });

  it('calls a recovery by its name', async () => {
    const { json } = await deliverHttp(configured, { event: { level: 'OK' } });
    expect(json).toMatchObject({ message_type: 'RECOVERY' });
  });

  it('rounds times before 1970 down', async () => {
    const { json } = await deliverHttp(configured, { event: { time: new Date(-1500) } });
    expect(json).toMatchObject({ timestamp: -2 });
  });

  it.each([{ 'routing-key': 'web' }, { routingKey: 'web' }])(
    'prefers the routing key of the handler %j',
    async (options) => {
      const { request } = await deliverHttp(configured, { options });
      expect(request.path).toBe('/generic/alert/hush-hush/web');
    },
  );

  it('keeps the query of the address', async () => {
    const { request } = await deliverHttp((url) => victorops({ url: `${url}/x/?a=b`, apiKey: 'k k' }));
    expect(`${request.path}?${request.rawQuery}`).toBe('/x/k%20k?a=b');
  });

  it('explains a 404, and repeats what the service says otherwise', async () => {
    const missing = await deliverHttp(configured, { status: 404, body: '{"message":"nope"}' });
    expect(String(missing.error)).toContain('the address or the API key is not known');
    const refused = await deliverHttp(configured, { status: 400, body: '{"message":"nope"}' });
    expect(String(refused.error)).toContain('answered 400: nope');
  });

  it('refuses an address that is none, whether it is enabled or not', () => {
    expect(() => victorops({ url: '' })).toThrow(KindConfigurationError);
    expect(() => victorops({ url: 'alerts', enabled: false })).toThrow(KindConfigurationError);
  });
});

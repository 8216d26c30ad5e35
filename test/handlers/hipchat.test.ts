import { describe, expect, it } from 'vitest';
import { KindConfigurationError } from '../../src/errors.ts';
import { hipchat } from '../../src/handlers/hipchat.ts';
import { makeHandler } from '../../src/testing/handler-kind-suite.ts';
import { httpKindSuite } from '../../src/testing/http-kind-suite.ts';
import { testHost } from '../../src/testing/test-host.ts';
import { deliverHttp } from './http-delivery.ts';
import { runSuite } from './run-suite.ts';

const configured = (url: string) => hipchat({ url: `${url}/v2/room`, token: 'hush-hush', room: 'ops' });

runSuite(httpKindSuite({ kind: configured, success: { status: 204 }, secrets: ['hush-hush'] }));

describe('hipchat', () => {
  it('writes the message to the configured room', async () => {
    const { request } = await deliverHttp(configured, { status: 204 });
    expect(request).toMatchObject({
      method: 'POST',
      path: '/v2/room/ops/notification',
      rawQuery: 'auth_token=hush-hush',
      headers: { 'content-type': 'application/json' },
      body: '{"color":"red","from":"kapacitor","message":"disk on web-1 is CRITICAL","notify":true}\n',
    });
  });

  it('prefers the room and the token of the handler', async () => {
    const { request } = await deliverHttp(configured, { options: { room: 'web team/ä', token: 't&k' } });
    expect(request.path).toBe('/v2/room/web%20team/%C3%A4/notification');
    expect(request.rawQuery).toBe('auth_token=t%26k');
  });

  it.each([
    ['OK', 'green'],
    ['INFO', 'green'],
    ['WARNING', 'yellow'],
    ['CRITICAL', 'red'],
  ] as const)('shows %s in %s', async (level, color) => {
    const { json } = await deliverHttp(configured, { event: { level } });
    expect(json).toMatchObject({ color });
  });

  it('repeats what the service says', async () => {
    const { error } = await deliverHttp(configured, { status: 400, body: '{"error":"no such room"}' });
    expect(String(error)).toContain('answered 400: no such room');
  });

  it('says once that the service is gone', async () => {
    const kind = hipchat({ url: 'http://127.0.0.1/v2/room' });
    const host = testHost();
    await makeHandler(kind, {}, host);
    await makeHandler(kind, {}, host);
    expect(host.warnings).toEqual([expect.stringContaining('closed in February 2019')]);
  });

  it.each([{}, { url: '' }, { url: 'chat' }])('refuses the configuration %j', (configuration) => {
    expect(() => hipchat(configuration)).toThrow(KindConfigurationError);
  });

  it('fails at each event while it is switched off', async () => {
    const { error, request } = await deliverHttp((url) => hipchat({ url, enabled: false }));
    expect(String(error)).toContain('not enabled');
    expect(request.method).toBe('');
  });
});

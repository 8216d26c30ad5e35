import { describe, expect, it } from 'vitest';
import { KindConfigurationError, PermanentDeliveryError } from '../../src/errors.ts';
import { pagerduty } from '../../src/handlers/pagerduty.ts';
import { httpKindSuite } from '../../src/testing/http-kind-suite.ts';
import { deliverHttp } from './http-delivery.ts';
import { runSuite } from './run-suite.ts';

const configured = (url: string) =>
  pagerduty({ url: `${url}/create_event.json`, 'service-key': 'hush-hush' });

runSuite(httpKindSuite({ kind: configured, success: { status: 200 }, secrets: ['hush-hush'] }));

describe('pagerduty', () => {
  it('opens an incident', async () => {
    const { request } = await deliverHttp(configured);
    expect(request).toMatchObject({
      method: 'POST',
      path: '/create_event.json',
      headers: { 'content-type': 'application/json' },
      body:
        '{"client":"kapacitor","description":"disk on web-1 is CRITICAL","details":"only 3.5 percent are left",' +
        '"event_type":"trigger","incident_key":"disk:web-1","service_key":"hush-hush"}\n',
    });
  });

  it('resolves it', async () => {
    const { json } = await deliverHttp(configured, { event: { level: 'OK' } });
    expect(json).toMatchObject({ event_type: 'resolve', incident_key: 'disk:web-1' });
  });

  it('links back to where it is told to', async () => {
    const { json } = await deliverHttp((url) => pagerduty({ url, clientUrl: 'https://alerts.example.com' }));
    expect(json).toMatchObject({ client_url: 'https://alerts.example.com', service_key: '' });
  });

  it('prefers the key of the handler', async () => {
    const { json } = await deliverHttp(configured, { options: { 'service-key': 'own' } });
    expect(json).toMatchObject({ service_key: 'own' });
  });

  it('refuses INFO for good and says what to do', async () => {
    const { error, request } = await deliverHttp(configured, { event: { level: 'INFO' } });
    expect(error).toBeInstanceOf(PermanentDeliveryError);
    expect(String(error)).toContain('match: level() != INFO');
    expect(request.method).toBe('');
  });

  it('says that there is a newer API', async () => {
    const { warnings } = await deliverHttp(configured);
    expect(warnings).toEqual([expect.stringContaining('use pagerduty2')]);
  });

  it('refuses an address that is none', () => {
    expect(() => pagerduty({ url: '', enabled: false })).toThrow(KindConfigurationError);
  });
});

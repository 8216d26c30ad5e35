import { describe, expect, it } from 'vitest';
import { alerta } from '../../src/handlers/alerta.ts';
import { httpKindSuite } from '../../src/testing/http-kind-suite.ts';
import { receiver } from './receiver.ts';
import { runSuite } from './run-suite.ts';
import { sendEvent } from './send-event.ts';

runSuite(
  httpKindSuite({
    kind: (url) => alerta({ url, token: 'hidden-token' }),
    options: () => ({ token: 'hidden-other-token' }),
    success: { status: 201, body: '{"status":"ok"}' },
    secrets: ['hidden-token', 'hidden-other-token'],
  }),
);

const answer = [{ status: 201 }];

describe('alerta', () => {
  it('renders its templates over the event', async () => {
    const { url, requests } = await receiver(answer);
    const kind = alerta({ url: `${url}/api/`, token: 't', tokenPrefix: 'Key', environment: 'Lab' });
    await sendEvent(kind, {
      resource: '{{ index .Tags "host" }}',
      value: '{{ .Fields.inodes }}',
      service: ['{{ .Name }}-service', 'b'],
      attributes: { region: '{{ .Group }}', weight: 3, nested: { z: 1, a: '<' } },
      timeout: '90s',
    });
    expect(requests[0]).toMatchObject({ path: '/api/alert', headers: { authorization: 'Key t' } });
    expect(JSON.parse(requests[0]!.body)).toMatchObject({
      resource: 'web-1',
      event: 'disk:web-1',
      environment: 'Lab',
      value: '1234567',
      service: ['disk-service', 'b'],
      correlate: ['disk'],
      attributes: { region: 'host=web-1', weight: 3, nested: { z: 1, a: '<' } },
      timeout: 90,
      severity: 'critical',
      tags: ['host=web-1'],
    });
  });

  it('lets the template of the event see what stays the same', async () => {
    const { url, requests } = await receiver(answer);
    await expect(sendEvent(alerta({ url }), { event: '{{ .Level }}' })).rejects.toMatchObject({
      failure: 'template_error',
      retryable: false,
    });
    expect(requests).toEqual([]);
  });

  it('sends nothing when the resource comes out empty', async () => {
    const { url, requests } = await receiver(answer);
    await expect(sendEvent(alerta({ url }), { resource: '{{ index .Tags "no" }}' })).rejects.toThrow(
      'came out empty',
    );
    expect(requests).toEqual([]);
  });

  it('takes 202 for success when Alerta keeps the alert quiet', async () => {
    const quiet = await receiver([
      { status: 202, body: '{"status":"ok","message":"Suppressed alert during blackout"}' },
    ]);
    await expect(sendEvent(alerta({ url: quiet.url }))).resolves.toBeUndefined();
    const odd = await receiver([{ status: 202, body: '' }]);
    await expect(sendEvent(alerta({ url: odd.url }))).rejects.toMatchObject({ status: 202 });
  });
});

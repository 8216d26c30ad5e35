import { describe, expect, it } from 'vitest';
import { KindConfigurationError } from '../../src/errors.ts';
import { opsgenie2 } from '../../src/handlers/opsgenie2.ts';
import { httpKindSuite } from '../../src/testing/http-kind-suite.ts';
import { deliverHttp } from './http-delivery.ts';
import { runSuite } from './run-suite.ts';

const configured = (url: string) =>
  opsgenie2({
    url: `${url}/v2/alerts`,
    'api-key': 'hush-hush',
    teams: ['ops'],
    recipients: ['ann@example.com'],
  });

runSuite(httpKindSuite({ kind: configured, success: { status: 202 }, secrets: ['hush-hush'] }));

const ALIAS = 'ZGlzazp3ZWItMQ==';

describe('opsgenie2', () => {
  it('opens an alert', async () => {
    const { request, json, error } = await deliverHttp(configured, { status: 202 });
    expect(error).toBeUndefined();
    expect(request).toMatchObject({
      method: 'POST',
      path: '/v2/alerts',
      headers: { authorization: 'GenieKey hush-hush' },
    });
    expect(json).toEqual({
      alias: ALIAS,
      description: expect.stringMatching(/^\{"series":\[\{"name":"disk"/),
      details: {
        'Kapacitor Task Name': 'disk',
        Level: 'CRITICAL',
        'Monitoring Tool': 'Kapacitor',
        host: 'web-1',
      },
      entity: 'disk:web-1',
      message: 'disk on web-1 is CRITICAL',
      note: '',
      priority: 'P1',
      responders: [
        { name: 'ops', type: 'team' },
        { type: 'user', username: 'ann@example.com' },
      ],
    });
  });

  it.each([
    ['INFO', 'P5'],
    ['WARNING', 'P3'],
    ['CRITICAL', 'P1'],
  ] as const)('gives %s the priority %s', async (level, priority) => {
    expect((await deliverHttp(configured, { event: { level } })).json).toMatchObject({ priority });
  });

  it('takes details from the tags of the first series, whatever their names', async () => {
    const tags = Object.fromEntries([
      ['__proto__', 'p'],
      ['Level', 'from a tag'],
    ]);
    const series = [{ name: 'cpu', tags, columns: ['time'], values: [[new Date(0)]] }];
    const { request } = await deliverHttp(configured, { event: { series } });
    expect(request.body).toContain(
      '"details":{"Kapacitor Task Name":"cpu","Level":"from a tag","Monitoring Tool":"Kapacitor","__proto__":"p"}',
    );
  });

  it('describes the alert by its details when told to, and when there are some', async () => {
    const kind = (url: string) => opsgenie2({ url, apiKey: 'k', details: true });
    expect((await deliverHttp(kind)).json).toMatchObject({ description: 'only 3.5 percent are left' });
    const { json } = await deliverHttp(kind, { event: { details: '', series: null } });
    expect(json).toMatchObject({ description: '{"series":null}' });
  });

  it('adds a note on recovery', async () => {
    const { request } = await deliverHttp(configured, { event: { level: 'OK', message: 'fine' } });
    expect(request).toMatchObject({
      path: `/v2/alerts/${ALIAS}/notes`,
      rawQuery: 'identifierType=alias',
      body: '{"note":"fine"}\n',
    });
  });

  it.each([
    [{ recovery_action: 'close' }, 'notes', 'close'],
    [{ recoveryAction: 'notes' }, 'close', 'notes'],
    [{}, 'close', 'close'],
    [{ recovery_action: '' }, 'close', 'close'],
  ])('with the options %j over %s, a recovery does %s', async (options, recoveryAction, action) => {
    const kind = (url: string) => opsgenie2({ url, apiKey: 'k', recoveryAction });
    const { request, warnings } = await deliverHttp(kind, { options, event: { level: 'OK' } });
    expect(request.path).toBe(`/${ALIAS}/${action}`);
    expect(warnings).toHaveLength(1);
  });

  it('does not use an action that there is none of, and says so', async () => {
    const kind = (url: string) => opsgenie2({ url, apiKey: 'k', recoveryAction: 'delete' });
    const { request, warnings } = await deliverHttp(kind, {
      options: { recovery_action: 'CLOSE' },
      event: { level: 'OK' },
    });
    expect(request.path).toBe(`/${ALIAS}/notes`);
    expect(warnings.slice(1)).toEqual([
      expect.stringContaining("'CLOSE' is neither notes nor close"),
      expect.stringContaining("'delete' is neither notes nor close"),
    ]);
  });

  it('repeats what the service says', async () => {
    const { error } = await deliverHttp(configured, { status: 404, body: '{"message":"Alert not found"}' });
    expect(String(error)).toContain('answered 404: Alert not found');
  });

  it.each([{}, { apiKey: 'k', recoveryAction: '' }, { apiKey: 'k', url: '' }])(
    'refuses the configuration %j',
    (configuration) => {
      expect(() => opsgenie2(configuration)).toThrow(KindConfigurationError);
    },
  );
});

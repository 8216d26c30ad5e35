import { describe, expect, it } from 'vitest';
import { KindConfigurationError } from '../../src/errors.ts';
import { opsgenie } from '../../src/handlers/opsgenie.ts';
import { httpKindSuite } from '../../src/testing/http-kind-suite.ts';
import { deliverHttp } from './http-delivery.ts';
import { runSuite } from './run-suite.ts';

const configured = (url: string) =>
  opsgenie({
    url: `${url}/alert`,
    recovery_url: `${url}/alert/note`,
    'api-key': 'hush-hush',
    teams: ['ops'],
  });

runSuite(httpKindSuite({ kind: configured, success: { status: 200 }, secrets: ['hush-hush'] }));

describe('opsgenie', () => {
  it('opens an alert', async () => {
    const { request, json } = await deliverHttp(configured, { event: { series: null } });
    expect(request).toMatchObject({ method: 'POST', path: '/alert/' });
    expect(json).toEqual({
      alias: 'disk:web-1',
      apiKey: 'hush-hush',
      description: '{"series":null}',
      details: { Level: 'CRITICAL', 'Monitoring Tool': 'Kapacitor' },
      entity: 'disk:web-1',
      message: 'disk on web-1 is CRITICAL',
      monitoring_tool: 'kapacitor',
      note: '',
      teams: ['ops'],
    });
  });

  it('notes a recovery, for the same teams', async () => {
    const { request, json } = await deliverHttp(configured, { event: { level: 'OK', message: 'fine' } });
    expect(request.path).toBe('/alert/note/');
    expect(json).toMatchObject({ details: { Level: 'RECOVERY' }, note: 'fine', teams: ['ops'] });
  });

  it('prefers the lists of the handler; an empty one is none', async () => {
    const own = { 'teams-list': ['web'], recipientsList: ['ann'] };
    expect((await deliverHttp(configured, { options: own })).json).toMatchObject({
      teams: ['web'],
      recipients: ['ann'],
    });
    const { json } = await deliverHttp(configured, { options: { teamsList: [], recipientsList: [] } });
    expect(json).toMatchObject({ teams: ['ops'] });
    expect(json).not.toHaveProperty('recipients');
  });

  it('says that the service is going away', async () => {
    const { warnings } = await deliverHttp(configured);
    expect(warnings).toEqual([expect.stringContaining('2027-04-05')]);
  });

  it('needs a key', () => {
    expect(() => opsgenie({})).toThrow(KindConfigurationError);
    expect(() => opsgenie({ apiKey: 'k', recoveryUrl: '' })).toThrow(KindConfigurationError);
  });
});

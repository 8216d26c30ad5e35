import { describe, expect, it } from 'vitest';
import { HandlerOptionsError, KindConfigurationError } from '../../src/errors.ts';
import { servicenow } from '../../src/handlers/servicenow.ts';
import { makeHandler } from '../../src/testing/handler-kind-suite.ts';
import { httpKindSuite } from '../../src/testing/http-kind-suite.ts';
import { deliverHttp } from './http-delivery.ts';
import { runSuite } from './run-suite.ts';

const configured = (url: string) =>
  servicenow({ url: `${url}/em/jsonv2`, source: 'tocsin', username: 'ann', password: 'hush-hush' });

runSuite(httpKindSuite({ kind: configured, success: { status: 200 }, secrets: ['hush-hush'] }));

const record = (json: unknown): unknown => (json as { records: unknown[] }).records[0];

describe('servicenow', () => {
  it('sends a record', async () => {
    const { request } = await deliverHttp(configured);
    expect(request).toMatchObject({
      method: 'POST',
      path: '/em/jsonv2',
      headers: { authorization: 'Basic YW5uOmh1c2gtaHVzaA==', 'content-type': 'application/json' },
      body:
        '{"records":[{"source":"tocsin","message_key":"disk:web-1","severity":"1",' +
        '"description":"disk on web-1 is CRITICAL"}]}',
    });
  });

  it.each([
    ['OK', '5'],
    ['INFO', '5'],
    ['WARNING', '4'],
    ['CRITICAL', '1'],
  ] as const)('gives %s the severity %s', async (level, severity) => {
    const { json } = await deliverHttp(configured, { event: { level } });
    expect(record(json)).toMatchObject({ severity });
  });

  it('renders the options that are templates', async () => {
    const all = '{{ .ID }}|{{ .Name }}|{{ .TaskName }}|{{ .Tags.host }}|{{ .Fields.free }}';
    const options = { node: all, type: all, resource: all, metricname: all, MessageKey: all, source: all };
    const { json } = await deliverHttp(configured, { options });
    const rendered = 'disk:web-1|disk|disk_watch|web-1|3.5';
    expect(record(json)).toMatchObject({
      source: all,
      node: rendered,
      type: rendered,
      resource: rendered,
      metric_name: rendered,
      message_key: rendered,
    });
  });

  it('uses what a failing template has written, and says so once', async () => {
    const { json, warnings } = await deliverHttp(configured, { options: { node: 'a {{ .Level }} b' } });
    expect(record(json)).toMatchObject({ node: 'a ' });
    expect(warnings).toEqual([expect.stringContaining('node')]);
  });

  it('refuses a template that cannot be parsed when the handler is made', async () => {
    await expect(makeHandler(configured('http://127.0.0.1'), { node: '{{ .ID ' })).rejects.toThrow(/node/);
  });

  it('sends facts as a JSON text, sorted; what is no text is printed', async () => {
    const facts = {
      z: '{{ .TaskName }} <b>',
      10: 1.5,
      9: true,
      list: ['a', 1],
      map: { k: 'v' },
      none: null,
      ü: 'ü',
    };
    const { json } = await deliverHttp(configured, { options: { additional_info: facts } });
    expect(record(json)).toMatchObject({
      additional_info:
        '{"10":"1.5","9":"true","list":"[a 1]","map":"map[k:v]","none":"\\u003cnil\\u003e",' +
        '"z":"disk_watch \\u003cb\\u003e","ü":"ü"}',
    });
  });

  it('cuts by bytes', async () => {
    const { json } = await deliverHttp(configured, {
      options: { node: `x${'ä'.repeat(80)}`, metricName: 'm'.repeat(101) },
      event: { id: 'k'.repeat(2000), message: 'd'.repeat(5000) },
    });
    expect(record(json)).toMatchObject({
      node: `x${'ä'.repeat(49)}\ufffd`,
      metric_name: 'm'.repeat(100),
      message_key: 'k'.repeat(1024),
      description: 'd'.repeat(4000),
    });
  });

  it('prefers the address of the handler, and needs one', async () => {
    let address = '';
    const { error } = await deliverHttp(
      (url) => {
        address = url;
        return servicenow({ url: 'http://127.0.0.1:1/closed' });
      },
      {
        options: {
          get url() {
            return address;
          },
        },
      },
    );
    expect(error).toBeUndefined();
    await expect(makeHandler(servicenow())).rejects.toThrow(HandlerOptionsError);
    expect(() => servicenow({ url: '' })).toThrow(KindConfigurationError);
  });

  it('does not use the credentials of a handler, and says so', async () => {
    const { request, warnings } = await deliverHttp(configured, {
      options: { username: 'bob', password: 'open' },
    });
    expect(request.headers).toMatchObject({ authorization: 'Basic YW5uOmh1c2gtaHVzaA==' });
    expect(warnings).toEqual([expect.stringContaining('not used')]);
  });

  it('logs in only with user and password', async () => {
    const { request } = await deliverHttp((url) => servicenow({ url, username: 'ann' }));
    expect(request.headers).not.toHaveProperty('authorization');
  });

  it.each([
    ['{"error":"no rights"}', 'no rights'],
    [
      '{"error":{"message":"User Not Authenticated","detail":"Required"}}',
      'User Not Authenticated: Required',
    ],
  ])('repeats what the service says: %s', async (body, words) => {
    const { error } = await deliverHttp(configured, { status: 400, body });
    expect(String(error)).toContain(`answered 400: ${words}`);
  });
});

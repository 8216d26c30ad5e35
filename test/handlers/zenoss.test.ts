import { describe, expect, it } from 'vitest';
import { DeliveryError, KindConfigurationError } from '../../src/errors.ts';
import { zenoss } from '../../src/handlers/zenoss.ts';
import { makeHandler } from '../../src/testing/handler-kind-suite.ts';
import { httpKindSuite } from '../../src/testing/http-kind-suite.ts';
import { deliverHttp } from './http-delivery.ts';
import { runSuite } from './run-suite.ts';

const configured = (url: string) => zenoss({ url: `${url}/router`, username: 'ann', password: 'hush-hush' });

runSuite(
  httpKindSuite({
    kind: configured,
    success: { status: 200, body: '{"result":{"success":true}}' },
    secrets: ['hush-hush'],
  }),
);

const data = (json: unknown): unknown => (json as { data: unknown[] }).data[0];

describe('zenoss', () => {
  it('adds an event', async () => {
    const { request } = await deliverHttp(configured);
    expect(request).toMatchObject({
      method: 'POST',
      path: '/router',
      headers: { authorization: 'Basic YW5uOmh1c2gtaHVzaA==', 'content-type': 'application/json' },
      body:
        '{"action":"EventsRouter","method":"add_event","data":[{"collector":"Kapacitor","component":"","device":"",' +
        '"evclass":"","evclasskey":"","severity":"Critical","summary":"disk on web-1 is CRITICAL"}],"type":"rpc","tid":1}',
    });
  });

  it('takes the call from the handler, then from the configuration', async () => {
    const kind = (url: string) =>
      zenoss({ url, action: 'A', method: 'M', type: 'T', tid: 7, collector: 'C' });
    expect((await deliverHttp(kind)).json).toMatchObject({
      action: 'A',
      method: 'M',
      type: 'T',
      tid: 7,
      data: [{ collector: 'C' }],
    });
    const options = { action: 'a {{ .ID }}', method: 'm', type: 't', tid: 9, collector: 'c' };
    expect((await deliverHttp(kind, { options })).json).toMatchObject({
      action: 'a {{ .ID }}',
      method: 'm',
      type: 't',
      tid: 9,
      data: [{ collector: 'c' }],
    });
    expect((await deliverHttp(kind, { options: { tid: 0, collector: '' } })).json).toMatchObject({
      tid: 7,
      data: [{ collector: 'C' }],
    });
  });

  it.each([
    ['OK', 'Clear'],
    ['INFO', 2],
    ['WARNING', 'three'],
    ['CRITICAL', 4.5],
  ] as const)('maps %s to %j', async (level, severity) => {
    const kind = (url: string) =>
      zenoss({
        url,
        'severity-map': { info: 2, WARNING: 'three', Critical: 4.5 } as Record<string, unknown>,
      });
    const { json } = await deliverHttp(kind, { event: { level } });
    expect(data(json)).toMatchObject({ severity });
  });

  it('renders the options that are templates', async () => {
    const options = {
      summary: 'S {{ .ID }}',
      device: '{{ index .Tags "host" }}',
      component: '{{ .Name }}',
      EventClassKey: '{{ .TaskName }}',
      eventclass: '/{{ .Level }}',
      message: '{{ .Message }} {{ .Details }} {{ .Duration }} {{ .Recoverable }}',
    };
    const { json } = await deliverHttp(configured, { options });
    expect(data(json)).toMatchObject({
      summary: 'S disk:web-1',
      device: 'web-1',
      component: 'disk',
      evclasskey: 'disk_watch',
      evclass: '/CRITICAL',
      message: 'disk on web-1 is CRITICAL only 3.5 percent are left 1m30s true',
    });
  });

  it('uses what a failing template has written, and says so once', async () => {
    const options = { device: 'd {{ .Fields.free }}', eventClass: '{{ if eq .Level "CRITICAL" }}x{{ end }}' };
    const { json, warnings } = await deliverHttp(configured, { options });
    expect(data(json)).toMatchObject({ device: 'd ', evclass: '' });
    expect(warnings).toHaveLength(2);
  });

  it.each([{ device: '{{ .ID ' }, { customField: { a: '{{ .X ' } }])(
    'refuses %j when the handler is made',
    async (options) => {
      await expect(makeHandler(configured('http://127.0.0.1'), options)).rejects.toThrow();
    },
  );

  it('adds custom fields, which win; one that is JSON becomes that', async () => {
    const customField = {
      a: 1,
      severity: 5,
      list: '["{{ .ID }}", 2]',
      map: '{"b": {"z": 1, "a": 2}}',
      broken: '{no json',
      text: '7',
      deep: { z: [null], a: true },
    };
    const { request } = await deliverHttp(configured, { options: { customfield: customField } });
    expect(request.body).toContain(
      '"data":[{"a":1,"broken":"{no json","collector":"Kapacitor","component":"","deep":{"a":true,"z":[null]},' +
        '"device":"","evclass":"","evclasskey":"","list":["disk:web-1",2],"map":{"b":{"a":2,"z":1}},"severity":5,' +
        '"summary":"disk on web-1 is CRITICAL","text":"7"}]',
    );
  });

  it('cuts by bytes', async () => {
    const { json } = await deliverHttp(configured, {
      options: { message: 'm'.repeat(5000) },
      event: { message: `x${'ä'.repeat(200)}` },
    });
    expect(data(json)).toMatchObject({ summary: `x${'ä'.repeat(127)}\ufffd`, message: 'm'.repeat(4096) });
  });

  it('takes the refusal of the router for one, though its status is 200', async () => {
    const { error } = await deliverHttp(configured, {
      body: '{"result":{"success":false,"msg":"no such device"}}',
    });
    expect(error).toBeInstanceOf(DeliveryError);
    expect(error).toMatchObject({ retryable: false, status: 200 });
    expect(String(error)).toContain('no such device');
  });

  it.each([{}, { url: '' }, { url: 'zenoss', enabled: false }])(
    'refuses the configuration %j',
    (configuration) => {
      expect(() => zenoss(configuration)).toThrow(KindConfigurationError);
    },
  );
});

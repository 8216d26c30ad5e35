import { describe, expect, it } from 'vitest';
import { DeliveryError, KindConfigurationError } from '../../src/errors.ts';
import { pagerduty2 } from '../../src/handlers/pagerduty2.ts';
import { makeHandler } from '../../src/testing/handler-kind-suite.ts';
import { httpKindSuite } from '../../src/testing/http-kind-suite.ts';
import { deliverHttp } from './http-delivery.ts';
import { runSuite } from './run-suite.ts';

const configured = (url: string) => pagerduty2({ url: `${url}/v2/enqueue`, 'routing-key': 'hush-hush' });

runSuite(httpKindSuite({ kind: configured, success: { status: 202 }, secrets: ['hush-hush'] }));

describe('pagerduty2', () => {
  it('opens an incident', async () => {
    const { request, json, error } = await deliverHttp(configured, { status: 202 });
    expect(error).toBeUndefined();
    expect(request).toMatchObject({
      method: 'POST',
      path: '/v2/enqueue',
      headers: {
        accept: 'application/vnd.pagerduty+json;version=2',
        'content-type': 'application/json',
      },
    });
    expect(json).toEqual({
      routing_key: 'hush-hush',
      event_action: 'trigger',
      dedup_key: 'disk:web-1',
      payload: {
        summary: 'disk on web-1 is CRITICAL',
        source: 'web-1',
        severity: 'critical',
        timestamp: '2026-01-05T06:07:08.090807006Z',
        class: 'disk_watch',
        component: '',
        group: '',
        custom_details: {
          result: {
            series: [
              {
                name: 'disk',
                tags: { host: 'web-1' },
                columns: ['time', 'free', 'inodes'],
                values: [['2026-01-05T06:07:08.090807006Z', 3.5, 1234567]],
              },
            ],
          },
        },
      },
      images: null,
      links: null,
      client: 'kapacitor',
    });
  });

  it('keeps every digit of a big integer', async () => {
    const series = [{ name: 'n', columns: ['v'], values: [[9007199254740993n]] }];
    const { request } = await deliverHttp(configured, { event: { series } });
    expect(request.body).toContain('"values":[[9007199254740993]]');
  });

  it.each([
    ['OK', 'resolve', 'info'],
    ['INFO', 'trigger', 'info'],
    ['WARNING', 'trigger', 'warning'],
    ['CRITICAL', 'trigger', 'critical'],
  ] as const)('tells %s as %s, %s', async (level, action, severity) => {
    const { json } = await deliverHttp(configured, { event: { level } });
    expect(json).toMatchObject({ event_action: action, payload: { severity } });
  });

  it.each([
    [{ host: 'a' }, 'a'],
    [{ host: '' }, ''],
    [{}, 'unknown'],
  ])('with the tags %j the source is %j', async (tags, source) => {
    const { json } = await deliverHttp(configured, { event: { tags } });
    expect(json).toMatchObject({ payload: { source } });
  });

  it('gives the time nine digits of fraction', async () => {
    const { json } = await deliverHttp(configured, { event: { time: new Date(1500) } });
    expect(json).toMatchObject({ payload: { timestamp: '1970-01-01T00:00:01.500000000Z' } });
  });

  it('renders links; one without text shows its address', async () => {
    const links = [
      { href: 'https://wiki/{{ .Name }}?h={{ index .Tags "host" }}', text: '{{ .Level }} of {{ .ID }}' },
      { href: 'https://wiki/{{ .TaskName }}' },
      { HREF: 'https://x', text: '' },
    ];
    const { json } = await deliverHttp(configured, { options: { links } });
    expect(json).toMatchObject({
      links: [
        { href: 'https://wiki/disk?h=web-1', text: 'CRITICAL of disk:web-1' },
        { href: 'https://wiki/disk_watch', text: 'https://wiki/disk_watch' },
        { href: 'https://x', text: 'https://x' },
      ],
    });
  });

  it('refuses a link that cannot be parsed when the handler is made', async () => {
    const made = makeHandler(configured('http://127.0.0.1'), { links: [{ href: '{{ .X' }] });
    await expect(made).rejects.toThrow(/href/);
  });

  it('does not send an event whose link fails, and does not try it again', async () => {
    const { error, request } = await deliverHttp(configured, {
      options: { links: [{ href: 'https://x', text: '{{ .Nope }}' }] },
    });
    expect(error).toBeInstanceOf(DeliveryError);
    expect(error).toMatchObject({ failure: 'template_error', retryable: false });
    expect(request.method).toBe('');
  });

  it('prefers the key of the handler, and links back to where it is told to', async () => {
    const kind = (url: string) => pagerduty2({ url, clientUrl: 'https://alerts.example.com' });
    const { json } = await deliverHttp(kind, { options: { routingKey: 'own' } });
    expect(json).toMatchObject({ routing_key: 'own', client_url: 'https://alerts.example.com' });
  });

  it('repeats what the service says', async () => {
    const body =
      '{"status":"invalid event","message":"Event object is invalid","errors":["no source","no severity"]}';
    const { error } = await deliverHttp(configured, { status: 400, body });
    expect(String(error)).toContain('answered 400: Event object is invalid (no source, no severity)');
  });

  it('refuses an address that is none', () => {
    expect(() => pagerduty2({ url: 'pagerduty' })).toThrow(KindConfigurationError);
  });
});

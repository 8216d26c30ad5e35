import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { post } from '../../src/handlers/post.ts';
import { httpKindSuite } from '../../src/testing/http-kind-suite.ts';
import { testHost } from '../../src/testing/test-host.ts';
import { receiver } from './receiver.ts';
import { runSuite } from './run-suite.ts';
import { sendEvent } from './send-event.ts';

runSuite(
  httpKindSuite({
    kind: (url) =>
      post({
        endpoint: 'ep',
        url: `${url}/hooks/Hidden-Path-1`,
        headers: { 'X-Api-Key': 'hidden-key' },
        basicAuth: { username: 'joe', password: 'hidden-password' },
      }),
    options: () => ({ endpoint: 'ep', headers: { Authorization: 'Bearer hidden-token' } }),
    success: { status: 202 },
    secrets: ['Hidden-Path-1', 'hidden-key', 'hidden-password', 'hidden-token'],
  }),
);

describe('post', () => {
  it('sends the alert data', async () => {
    const { url, requests } = await receiver();
    await sendEvent(post(), { url, headers: { 'content-type': 'text/x-own' } });
    expect(requests[0]!.headers).toEqual({ 'content-type': 'application/json' });
    expect(requests[0]!.body.endsWith('}\n')).toBe(true);
    expect(JSON.parse(requests[0]!.body)).toMatchObject({
      id: 'disk:web-1',
      level: 'CRITICAL',
      duration: 90_000_000_000,
      data: { series: [{ values: [['2026-01-05T06:07:08.090807006Z', 3.5, 1_234_567]] }] },
    });
  });

  it('sends what the template renders, and no content type of its own', async () => {
    const { url, requests } = await receiver();
    const alertTemplate = '{"text": {{ json .Message }}, "level": "{{ .Level }}"}';
    await sendEvent(post({ endpoint: 'ep', url, alertTemplate }), { endpoint: 'ep' }, { message: '"a" <b>' });
    expect(requests[0]!.headers).toEqual({});
    expect(JSON.parse(requests[0]!.body)).toEqual({ text: '"a" <b>', level: 'CRITICAL' });
  });

  it('reads the template from a file', async () => {
    const { url, requests } = await receiver();
    const file = join(mkdtempSync(join(tmpdir(), 'tocsin-')), 'a.tmpl');
    writeFileSync(file, 'id {{ .ID }}\n');
    await sendEvent(post({ endpoint: 'ep', url, 'alert-template-file': file }), { endpoint: 'ep' });
    expect(requests[0]!.body).toBe('id disk:web-1\n');
  });

  it('renders the url, and escapes its path as Go does', async () => {
    const { url, requests } = await receiver();
    await sendEvent(post(), { url: `${url}/{{ .ID }}/x?l={{ .Level }}` }, { id: 'a|b\\c (ü)' });
    expect(requests[0]).toMatchObject({ path: '/a%7Cb%5Cc%20%28%C3%BC%29/x', rawQuery: 'l=CRITICAL' });
  });

  it('lets the headers of the handler replace those of the endpoint', async () => {
    const { url, requests } = await receiver();
    const kind = post({
      endpoint: 'ep',
      url,
      headers: { 'X-A': '1', 'X-B': '2' },
      basicAuth: { username: 'u', password: 'p' },
    });
    await sendEvent(kind, { endpoint: 'ep', headers: { 'x-a': 'ä' } });
    expect(requests[0]!.headers).toEqual({
      'x-a': 'ä',
      'x-b': '2',
      authorization: 'Basic dTpw',
      'content-type': 'application/json',
    });
  });

  it('sends the id of the delivery when told to', async () => {
    const { url, requests } = await receiver();
    await sendEvent(post(), { url, 'idempotency-key': true });
    expect(requests[0]!.headers['idempotency-key']).toBe('delivery-1');
  });

  it('keeps the whole answer when told to', async () => {
    const body = `{\n  "reason": "${'x'.repeat(1000)}"\n}`;
    const { url } = await receiver([{ status: 400, body }]);
    await expect(sendEvent(post(), { url, captureResponse: true })).rejects.toMatchObject({ body });
    await expect(sendEvent(post(), { url })).rejects.toMatchObject({
      body: expect.stringMatching(/^.{300}…$/),
    });
  });

  it('uses the url when there is no such endpoint, and says so', async () => {
    const { url, requests } = await receiver();
    const host = testHost();
    await sendEvent(post(), { url, endpoint: 'gone' }, {}, host);
    expect(requests).toHaveLength(1);
    expect(host.warnings).toEqual([expect.stringContaining("no endpoint 'gone'")]);
  });

  it('takes a row template, which is for another node', () => {
    expect(() =>
      post({
        endpoint: 'a',
        url: 'http://x.example',
        rowTemplate: '{{ range .Values }}{{ .usage }}{{ end }}',
      }),
    ).not.toThrow();
  });

  it.each([
    [{}, 'neither endpoint nor url is given'],
    [{ endpoint: 'gone' }, "there is no endpoint 'gone', and no url"],
    [{ url: 'hooks.example/alerts' }, 'url is no http or https URL'],
    [{ url: 'ftp://x.example' }, 'url is no http or https URL'],
  ])('refuses %j when the handler is made', async (options, message) => {
    await expect(sendEvent(post(), options)).rejects.toThrow(message);
  });

  it.each([
    [{ url: 'http://x.example' }, 'endpoint is required'],
    [{ endpoint: 'a', url: '' }, 'url is required'],
    [{ endpoint: 'a', url: 'http://[::1/x' }, 'url is no http or https URL'],
    [{ endpoint: 'a', url: 'http://x.example/{{ .ID ' }, 'url: '],
    [{ endpoint: 'a', url: 'http://x.example', alertTemplate: 'x', alertTemplateFile: '/a' }, 'only one of'],
    [{ endpoint: 'a', url: 'http://x.example', alertTemplateFile: 'a.tmpl' }, 'must be an absolute path'],
    [
      { endpoint: 'a', url: 'http://x.example', alertTemplateFile: '/no/such/a.tmpl' },
      'cannot be read: ENOENT',
    ],
    [{ endpoint: 'a', url: 'http://x.example', alertTemplate: '{{ if }}' }, 'alert-template: '],
    [{ endpoint: 'a', url: 'http://x.example', rowTemplate: '{{ end }}' }, 'row-template: '],
  ])('refuses the endpoint %j', (endpoint, message) => {
    expect(() => post([endpoint])).toThrow(message);
  });
});

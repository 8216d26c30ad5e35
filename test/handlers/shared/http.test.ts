import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import type { Clock } from '../../../src/alert/clock.ts';
import { DeliveryError, PermanentDeliveryError } from '../../../src/errors.ts';
import { type HttpRequest, httpClient } from '../../../src/handlers/shared/http.ts';
import type { TransportOptions } from '../../../src/handlers/shared/transport.ts';
import { testHost } from '../../../src/testing/test-host.ts';
import { closedPort, TLS_FIXTURES } from '../../conformance/suites/wire/http-receiver.ts';
import { connectProxy } from '../connect-proxy.ts';
import { receiver } from '../receiver.ts';

async function send(
  request: Pick<HttpRequest, 'url'> & Partial<HttpRequest>,
  transport: TransportOptions = {},
  host = testHost(),
) {
  const http = await httpClient({ kind: 'test', service: 'Test', host, transport });
  try {
    return await http.send({ signal: AbortSignal.timeout(2000), accept: [200], ...request });
  } finally {
    await http.close();
  }
}

describe('httpClient', () => {
  it('sends the body as it is, and no content type that was not asked for', async () => {
    const { url, requests } = await receiver();
    await send({ url, body: 'grün\n' });
    expect(requests).toEqual([{ method: 'POST', path: '/', rawQuery: '', headers: {}, body: 'grün\n' }]);
  });

  it('sends header values as UTF-8 and keeps its hands off the connection', async () => {
    const { url, requests } = await receiver();
    await send({ url, headers: { 'X-One': '1 ä 日', Host: 'other.test', 'Content-Length': '3' }, body: 'x' });
    expect(requests[0]!.headers).toEqual({ 'x-one': '1 ä 日' });
  });

  it.each([
    { 'X-Ü': 'v' },
    { 'X-A': 'a\nb' },
    { 'X-A': 'a\n' },
    { 'X-A': '\rb' },
    { 'X-A': 'a\u0001' },
    { '': 'a' },
  ])('refuses the header %j without a request', async (headers) => {
    const { url, requests } = await receiver();
    await expect(send({ url, headers })).rejects.toMatchObject({ failure: 'config_error', retryable: false });
    expect(requests).toEqual([]);
  });

  it('makes a header of user and password in the address', async () => {
    const { url, requests } = await receiver();
    await send({ url: url.replace('//', '//j%C3%B6e:p%40w@') });
    expect(requests[0]!.headers.authorization).toBe(`Basic ${Buffer.from('jöe:p@w').toString('base64')}`);
  });

  it.each([
    'not a url',
    'ftp://example.com/',
    '127.0.0.1:80/x',
    '',
    'http://h/%zz',
    'http://h/a\nb',
    'http://[::1/x',
  ])('refuses the address %j', async (url) => {
    const error = await send({ url }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(PermanentDeliveryError);
    expect(error).toMatchObject({ failure: 'config_error' });
  });

  it('never shows the address in an error', async () => {
    const url = `http://user:geheim@127.0.0.1:${await closedPort()}/services/T0/secret-path?key=secret-key`;
    const error = await send({ url }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ failure: 'network', retryable: true });
    expect(`${error} ${JSON.stringify(error)} ${String((error as Error).cause)}`).not.toMatch(
      /geheim|secret/,
    );
    expect(String(error)).toContain('Test (http://127.0.0.1:');
  });

  it('tells the service and a piece of the body, on one line', async () => {
    const { url } = await receiver([{ status: 400, body: `first\n\n  second ${'x'.repeat(2000)}` }]);
    const error = (await send({ url }).catch((reason: unknown) => reason)) as DeliveryError;
    expect(error.body).toHaveLength(301);
    expect(error.body).toMatch(/^first second x+…$/);
  });

  it('reads no more than 64 KiB of an answer', async () => {
    const { url } = await receiver([{ status: 200, body: 'y'.repeat(1_000_000) }]);
    expect((await send({ url })).body).toHaveLength(65_536);
  });

  it.each([
    [200, 'a success'],
    [500, 'a failure'],
  ])('takes a %i whose body never ends for %s all the same', async (status) => {
    const timers: (() => void)[] = [];
    const clock: Clock = {
      now: () => 0,
      setTimeout(callback) {
        timers.push(callback);
        return { cancel: () => undefined };
      },
    };
    const server = createServer((_, response) => {
      response.writeHead(status);
      response.write('so far');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const sent = send({ url }, {}, testHost({ clock })).then(
        ({ body }) => body,
        (error: unknown) => error,
      );
      await vi.waitFor(() => expect(timers).toHaveLength(1));
      // The piece of the body arrives with the status.
      await new Promise((resolve) => setImmediate(resolve));
      for (const end of timers) end();
      const outcome = await sent;
      if (status === 200) expect(outcome).toBe('so far');
      else expect(outcome).toMatchObject({ status: 500, failure: 'server_error' });
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  it('stops reading a body when the delivery ends', async () => {
    const server = createServer((_, response) => {
      response.writeHead(200);
      response.write('so far');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const controller = new AbortController();
      const sent = send({ url, signal: controller.signal });
      const waiting = expect(sent).rejects.toMatchObject({ failure: 'aborted' });
      server.once('request', () => setImmediate(() => controller.abort()));
      await waiting;
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  it('counts the status of a refusal whose body cannot be read', async () => {
    const headers = { 'content-encoding': 'gzip', 'retry-after': '7' };
    const { url } = await receiver([{ status: 429, headers, body: 'no gzip' }]);
    await expect(send({ url })).rejects.toMatchObject({ status: 429, retryAfter: 7000 });
  });

  it('says so when fetch refuses a port', async () => {
    await expect(send({ url: 'http://127.0.0.1:25/' })).rejects.toMatchObject({
      failure: 'config_error',
      retryable: false,
    });
  });

  it('prefers the words of the service, without secrets', async () => {
    const { url } = await receiver([{ status: 400, body: '{"error":"no token-123 here"}' }]);
    const host = testHost();
    host.redactor.add('token-123');
    await expect(send({ url, errorText: () => 'no token-123 here' }, {}, host)).rejects.toThrow(
      /answered 400: no \*\*\* here$/,
    );
  });

  it('understands Retry-After as a date', async () => {
    const now = Date.parse('2026-01-05T00:00:00Z');
    const { url } = await receiver([
      { status: 503, headers: { 'Retry-After': 'Mon, 05 Jan 2026 00:01:30 GMT' } },
    ]);
    const host = testHost({ clock: { now: () => now, setTimeout: () => ({ cancel: () => undefined }) } });
    await expect(send({ url }, {}, host)).rejects.toMatchObject({ retryAfter: 90_000 });
  });

  it('gives up when the time of the request is over', async () => {
    const { url } = await receiver([{ status: 200 }], { type: 'http' });
    const clock = {
      now: () => 0,
      setTimeout(callback: () => void, milliseconds: number) {
        expect(milliseconds).toBe(300);
        callback();
        return { cancel: () => undefined };
      },
    };
    await expect(send({ url, timeout: 300 }, {}, testHost({ clock }))).rejects.toMatchObject({
      failure: 'timeout',
      retryable: true,
    });
  });
});

describe('redirects', () => {
  it.each([301, 302, 303])('turns into a GET that keeps its headers after %i', async (status) => {
    const { url, requests } = await receiver([
      { status, headers: { Location: '/moved?x=1' } },
      { status: 200, body: 'there' },
    ]);
    const answer = await send({
      url: `${url}/from`,
      headers: { 'Content-Type': 'a/b', Authorization: 'me' },
      body: 'b',
    });
    expect(answer.body).toBe('there');
    expect(requests[1]).toEqual({
      method: 'GET',
      path: '/moved',
      rawQuery: 'x=1',
      headers: { 'content-type': 'a/b', authorization: 'me', referer: `${url}/from` },
      body: '',
    });
  });

  it.each([307, 308])('repeats the request after %i', async (status) => {
    const { url, requests } = await receiver([{ status, headers: { Location: '/moved' } }, { status: 200 }]);
    await send({ url, body: 'b' });
    expect(requests.map(({ method, path, body }) => [method, path, body])).toEqual([
      ['POST', '/', 'b'],
      ['POST', '/moved', 'b'],
    ]);
  });

  it('tells another server neither the address nor the credentials', async () => {
    const other = await receiver();
    const { url } = await receiver([{ status: 307, headers: { Location: `${other.url}/x` } }]);
    await send({ url: `${url}/secret`, headers: { Authorization: 'secret', 'X-Kept': '1' } });
    expect(other.requests[0]!.headers).toEqual({ 'x-kept': '1' });
  });

  it('end with the tenth request', async () => {
    const { url, requests } = await receiver([{ status: 302, headers: { Location: '/again' } }]);
    await expect(send({ url })).rejects.toMatchObject({ status: 302, retryable: false });
    expect(requests).toHaveLength(10);
  });

  it('takes a redirect to nowhere for the answer', async () => {
    const { url } = await receiver([{ status: 302 }]);
    await expect(send({ url })).rejects.toBeInstanceOf(DeliveryError);
  });
});

describe('transport', () => {
  const tls = { status: 200, body: 'hello' };

  it('refuses a certificate that nobody vouches for, for good', async () => {
    const { url, requests } = await receiver([tls], { tls: true });
    await expect(send({ url })).rejects.toMatchObject({ failure: 'config_error', retryable: false });
    expect(requests).toEqual([]);
  });

  it('trusts the authorities of ssl-ca', async () => {
    const { url } = await receiver([tls], { tls: true });
    expect((await send({ url }, { sslCa: `${TLS_FIXTURES}/ca.pem` })).body).toBe('hello');
  });

  it('does not look at certificates with insecure-skip-verify', async () => {
    const { url } = await receiver([tls], { tls: true });
    expect((await send({ url }, { insecureSkipVerify: true })).body).toBe('hello');
  });

  it('shows its own certificate', async () => {
    const { url, requests } = await receiver([tls], { tls: true, clientCert: true });
    const files = { sslCa: 'ca.pem', sslCert: 'client.pem', sslKey: 'client.key' };
    const paths = Object.fromEntries(
      Object.entries(files).map(([key, file]) => [key, `${TLS_FIXTURES}/${file}`]),
    );
    await send({ url, body: 'b' }, paths);
    expect(requests[0]).toMatchObject({ tlsClientCertCN: 'wire oracle client', body: 'b' });
  });

  it('can be closed twice', async () => {
    const http = await httpClient({
      kind: 'test',
      service: 'Test',
      host: testHost(),
      transport: { insecureSkipVerify: true },
    });
    await http.close();
    await expect(http.close()).resolves.toBeUndefined();
  });

  it('goes through a proxy', async () => {
    const { url, requests } = await receiver();
    const proxy = await connectProxy(url);
    await send({ url: 'http://alerts.example/x', body: 'b' }, { proxy: proxy.url });
    expect(proxy.asked).toEqual(['alerts.example:80']);
    expect(requests[0]).toMatchObject({ path: '/x', body: 'b' });
  });
});

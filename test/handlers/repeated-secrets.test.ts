import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DeliveryError } from '../../src/errors.ts';
import type { AnyHandlerKind } from '../../src/handler/handler-kind.ts';
import * as kinds from '../../src/handlers/index.ts';
import { makeHandler, rejection, testContext } from '../../src/testing/handler-kind-suite.ts';
import { testEvent } from '../../src/testing/test-event.ts';

/** A service that refuses every request and answers with all of it: address, headers and body. */
const parrot = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  response.statusCode = 400;
  response.end([request.url, body, ...request.rawHeaders].join('\n'));
});
let url = '';
let host = '';

beforeAll(async () => {
  parrot.listen(0, '127.0.0.1');
  await once(parrot, 'listening');
  host = `127.0.0.1:${(parrot.address() as AddressInfo).port}`;
  url = `http://${host}`;
});
afterAll(() => {
  parrot.close();
  parrot.closeAllConnections();
});

type Setting = (secret: string) => { readonly kind: AnyHandlerKind; readonly options?: object };

const SETTINGS: Readonly<Record<string, Setting>> = {
  'a token of alerta': (token) => ({ kind: kinds.alerta({ url, token }) }),
  'a token of an alerta handler': (token) => ({ kind: kinds.alerta({ url }), options: { token } }),
  'a token of bigpanda': (token) => ({ kind: kinds.bigpanda({ url, token, appKey: 'a' }) }),
  'a key of bigpanda': (appKey) => ({ kind: kinds.bigpanda({ url, token: 't', appKey }) }),
  'a token of hipchat': (token) => ({ kind: kinds.hipchat({ url, token, room: 'r' }) }),
  'a token of a hipchat handler': (token) => ({ kind: kinds.hipchat({ url }), options: { token } }),
  'a key of opsgenie': (apiKey) => ({ kind: kinds.opsgenie({ url, apiKey }) }),
  'a key of opsgenie2': (apiKey) => ({ kind: kinds.opsgenie2({ url, apiKey }) }),
  'a key of a pagerduty handler': (key) => ({
    kind: kinds.pagerduty({ url }),
    options: { 'service-key': key },
  }),
  'a key of pagerduty2': (routingKey) => ({ kind: kinds.pagerduty2({ url, routingKey }) }),
  'a password of an endpoint': (password) => ({
    kind: kinds.post({ endpoint: 'e', url, basicAuth: { username: 'u', password } }),
    options: { endpoint: 'e' },
  }),
  'a user of pushover': (userKey) => ({ kind: kinds.pushover({ url, token: 't', userKey }) }),
  'a password of servicenow': (password) => ({ kind: kinds.servicenow({ url, username: 'u', password }) }),
  'a password in an address': (password) => ({
    kind: kinds.servicenow({ url: `http://u:${encodeURIComponent(password)}@${host}/` }),
  }),
  'a token of slack': (token) => ({ kind: kinds.slack({ url, token }) }),
  'a token of telegram': (token) => ({ kind: kinds.telegram({ url: `${url}/bot`, token }) }),
  'a key of victorops': (apiKey) => ({ kind: kinds.victorops({ url, apiKey }) }),
  'a password of zenoss': (password) => ({ kind: kinds.zenoss({ url, username: 'u', password }) }),
};

describe.each(Object.entries(SETTINGS))('%s', (_, setting) => {
  it.each(['Hush-Hush-Tail77', 'h%35sh <a&b> \'q"ü~*!Tail77'])(
    'stays secret when the service repeats it: %s',
    async (secret) => {
      const { kind, options } = setting(secret);
      const handler = await makeHandler(kind, options);
      const error = await rejection(() => handler.handle(testEvent({ id: 'a' }), testContext()));
      expect(error).toBeInstanceOf(DeliveryError);
      const told = [inspect(error, { depth: 8 }), JSON.stringify(error), String(error)].join('\n');
      const inBase64 = ['', 'u:'].map((user) => Buffer.from(user + secret).toString('base64'));
      // However the rest is escaped, its last letters stay.
      for (const form of ['Tail77', ...inBase64]) expect(told).not.toContain(form);
      await handler.close?.();
    },
  );
});

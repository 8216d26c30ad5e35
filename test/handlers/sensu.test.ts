import { describe, expect, it } from 'vitest';
import { KindConfigurationError } from '../../src/errors.ts';
import { sensu } from '../../src/handlers/sensu.ts';
import {
  handlerKindSuite,
  makeHandler,
  rejection,
  testContext,
} from '../../src/testing/handler-kind-suite.ts';
import { testEvent } from '../../src/testing/test-event.ts';
import { closedPort, type TcpReceiver, tcpReceiver } from '../conformance/suites/wire/tcp-receiver.ts';
import { runSuite } from './run-suite.ts';
import { withServer } from './tcp-server.ts';

const EVENT = { id: 'disk.web-1' };

let receiver: TcpReceiver;
for (const check of handlerKindSuite({
  kind: async () => {
    receiver = await tcpReceiver('ok');
    return sensu({ addr: `127.0.0.1:${receiver.port}` });
  },
  arrived: () => undefined,
})) {
  // The event of the shared suite has an id that Sensu does not take.
  if (check.name !== 'delivers an event') runSuite([check]);
}

async function deliver(addr: string, options: object = {}, event = {}, section = {}): Promise<unknown> {
  const handler = await makeHandler(sensu({ addr, ...section }), options);
  return rejection(() => handler.handle(testEvent({ ...EVENT, ...event }), testContext()));
}

async function sent(options: object, event = {}, section = {}): Promise<unknown> {
  const server = await tcpReceiver('ok');
  expect(await deliver(`127.0.0.1:${server.port}`, options, event, section)).toBeUndefined();
  await server.close();
  return server.connections[0]?.json;
}

describe('sensu', () => {
  it('sends the result of a check', async () => {
    expect(await sent({})).toEqual({
      name: 'disk.web-1',
      source: 'Kapacitor',
      output: 'disk on web-1 is CRITICAL',
      status: 2,
      handlers: null,
    });
  });

  it.each([
    ['OK', 0],
    ['INFO', 0],
    ['WARNING', 1],
    ['CRITICAL', 2],
  ] as const)('tells %s as status %d', async (level, status) => {
    expect(await sent({}, { level })).toMatchObject({ status });
  });

  it('prefers what the handler says', async () => {
    const section = { source: 'configured', handlers: ['a'] };
    const options = { source: '{{ index .Tags "host" }}', handlers: ['b', 'c'] };
    expect(await sent(options, {}, section)).toMatchObject({ source: 'web-1', handlers: ['b', 'c'] });
    expect(await sent({}, {}, section)).toMatchObject({ source: 'configured', handlers: ['a'] });
    expect(await sent({ source: '{{ index .Tags "none" }}' }, {}, section)).toMatchObject({
      source: 'configured',
    });
  });

  it('adds metadata, which replaces nothing', async () => {
    const metadata = { ttl: 60, toString: 'x', name: 'evil', status: 9, output: 'evil' };
    expect(await sent({ metadata })).toMatchObject({
      ttl: 60,
      toString: 'x',
      name: 'disk.web-1',
      status: 2,
      output: 'disk on web-1 is CRITICAL',
    });
  });

  it.each(['disk:web-1', 'a b', 'größe', '', 'a\n'])('has no way to tell of the id %j', async (id) => {
    const error = await deliver('127.0.0.1:1', {}, { id });
    expect(error).toMatchObject({ code: 'DELIVERY_PERMANENT', failure: 'client_error' });
  });

  it.each([
    ['', true],
    ['OK', true],
    ['okay', true],
    ['invalid', false],
  ])('takes the answer %j for a failure', async (reply, retryable) => {
    const server = await tcpReceiver(reply);
    expect(await deliver(`127.0.0.1:${server.port}`)).toMatchObject({
      failure: expect.any(String),
      retryable,
    });
    await server.close();
  });

  it('is content with a client that has answered and leaves the connection open', () =>
    withServer(
      (socket) => socket.once('data', () => socket.write('ok')),
      async (port) => {
        expect(await deliver(`127.0.0.1:${port}`, {}, {}, { timeout: '100ms' })).toBeUndefined();
      },
      0,
      { allowHalfOpen: true },
    ));

  it('gives up on a client that does not answer', () =>
    withServer(
      (socket) => socket.resume(),
      async (port) => {
        const error = await deliver(`127.0.0.1:${port}`, {}, {}, { timeout: '100ms' });
        expect(error).toMatchObject({ failure: 'timeout', retryable: true });
      },
    ));

  it('tells when nobody listens', async () => {
    expect(await deliver(`127.0.0.1:${await closedPort()}`)).toMatchObject({ failure: 'network' });
  });

  it('stops reading an endless answer', () =>
    withServer(
      (socket) => socket.once('data', () => socket.write('x'.repeat(1_000_000))),
      async (port) => {
        expect(await deliver(`127.0.0.1:${port}`)).toMatchObject({ failure: 'server_error' });
      },
    ));

  it.each([{}, { addr: '' }, { addr: 'host' }, { add: 'x:1' }])('refuses the configuration %j', (section) => {
    expect(() => sensu(section as { addr: string })).toThrow(KindConfigurationError);
  });

  it('fails at each event while it is switched off', async () => {
    expect(String(await deliver('', {}, {}, { enabled: false }))).toContain('not enabled');
  });
});

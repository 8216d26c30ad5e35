import { describe, expect, it } from 'vitest';
import { alertDataJson } from '../../src/alert/wire.ts';
import { tcp } from '../../src/handlers/tcp.ts';
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

let receiver: TcpReceiver;
runSuite(
  handlerKindSuite({
    kind: async () => {
      receiver = await tcpReceiver();
      return tcp();
    },
    options: () => ({ address: `127.0.0.1:${receiver.port}` }),
    arrived: (event) => expect(receiver.connections[0]?.raw).toBe(`${alertDataJson(event)}\n\n`),
  }),
);

async function deliver(
  port: number,
  options: object = {},
  event = {},
  signal?: AbortSignal,
): Promise<unknown> {
  const handler = await makeHandler(tcp(), { address: `127.0.0.1:${port}`, ...options });
  return rejection(() => handler.handle(testEvent(event), testContext(signal && { signal })));
}

const BIG = { details: 'x'.repeat(20_000_000) };

describe('tcp', () => {
  it('opens a connection for each event', async () => {
    const server = await tcpReceiver();
    for (let n = 0; n < 3; n++) expect(await deliver(server.port)).toBeUndefined();
    expect(server.connections).toHaveLength(3);
    await server.close();
  });

  it('tells when nobody listens, and delivers when somebody does again', async () => {
    const port = await closedPort();
    expect(await deliver(port)).toMatchObject({ failure: 'network', retryable: true });
    await withServer(
      (socket) => socket.resume(),
      async (_, received) => {
        expect(await deliver(port)).toBeUndefined();
        expect(received()).toContain('disk:web-1');
      },
      port,
    );
  });

  it('tells when the peer closes before it has read the event', () =>
    withServer(
      (socket) => socket.end(),
      async (port) => {
        expect(await deliver(port, {}, BIG)).toMatchObject({ failure: 'network' });
      },
    ));

  it('tells when the peer resets the connection', () =>
    withServer(
      (socket) => socket.once('data', () => socket.resetAndDestroy()),
      async (port) => {
        expect(await deliver(port, {}, BIG)).toMatchObject({ failure: 'network' });
      },
    ));

  it('gives up on a peer that does not read', () =>
    withServer(
      (socket) => socket.pause(),
      async (port) => {
        const error = await deliver(port, { 'write-timeout': '100ms' }, BIG);
        expect(error).toMatchObject({ failure: 'timeout', retryable: true });
      },
    ));

  it('is content with a peer that has read all and leaves the connection open', () =>
    withServer(
      (socket) => socket.resume(),
      async (port, received) => {
        expect(await deliver(port, { 'write-timeout': '100ms' })).toBeUndefined();
        expect(received()).toMatch(/\n\n$/);
      },
      0,
      { allowHalfOpen: true },
    ));

  it('stops when the delivery is aborted', () =>
    withServer(
      (socket) => socket.pause(),
      async (port) => {
        const signal = AbortSignal.timeout(50);
        expect(await deliver(port, {}, BIG, signal)).toMatchObject({ failure: 'timeout' });
      },
    ));

  it('gives up on a peer that does not accept the connection', async () => {
    // A network kept for documentation: nothing answers there.
    const handler = await makeHandler(tcp(), { address: '192.0.2.1:9', 'connect-timeout': '50ms' });
    const error = await rejection(() => handler.handle(testEvent(), testContext()));
    expect(['timeout', 'network']).toContain((error as { failure?: string }).failure);
  });

  it.each([
    {},
    { address: '' },
    { address: 'host' },
    { address: 'host:0' },
    { address: 'a b:1' },
    { address: 'h:70000' },
  ])('refuses the options %j', async (options) => {
    expect(String(await rejection(() => makeHandler(tcp(), options)))).toContain('host:port');
  });

  it.each(['localhost:1', ':1', '[::1]:1', '10.0.0.1:65535'])('takes the address %s', async (address) => {
    expect(await rejection(() => makeHandler(tcp(), { address }))).toBeUndefined();
  });
});

import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import { connect } from 'mqtt';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { KindConfigurationError, PermanentDeliveryError } from '../../src/errors.ts';
import type { Handler } from '../../src/handler/handler.ts';
import { type MqttConfiguration, mqtt } from '../../src/handlers/mqtt.ts';
import {
  handlerKindSuite,
  makeHandler,
  rejection,
  testContext,
} from '../../src/testing/handler-kind-suite.ts';
import { testEvent } from '../../src/testing/test-event.ts';
import { testHost } from '../../src/testing/test-host.ts';
import { mqttReceiver } from '../conformance/suites/wire/mqtt-receiver.ts';
import { closedPort } from '../conformance/suites/wire/tcp-receiver.ts';
import { runSuite } from './run-suite.ts';
import { withServer } from './tcp-server.ts';

interface Message {
  readonly topic: string;
  readonly payload: string;
  readonly qos: number;
  readonly retain: boolean;
}

interface Broker {
  readonly port: number;
  readonly url: string;
  readonly messages: readonly Message[];
  readonly clients: readonly string[];
  readonly aedes: Aedes;
  /** Cuts all connections and listens no more. */
  stop(): Promise<void>;
}

const running: Broker[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((broker) => broker.stop()));
});

async function broker(port = 0): Promise<Broker> {
  const aedes = await Aedes.createBroker();
  const messages: Message[] = [];
  const clients: string[] = [];
  const sockets = new Set<Socket>();
  aedes.on('client', ({ id }) => clients.push(id));
  aedes.on('publish', ({ topic, payload, qos, retain }, client) => {
    if (client) messages.push({ topic, payload: payload.toString(), qos, retain });
  });
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    aedes.handle(socket);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  const stopped = { done: false };
  const one: Broker = {
    port: address.port,
    url: `tcp://127.0.0.1:${address.port}`,
    messages,
    clients,
    aedes,
    async stop() {
      if (stopped.done) return;
      stopped.done = true;
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
      await new Promise<void>((resolve) => aedes.close(resolve));
    },
  };
  running.push(one);
  return one;
}

const deliver = (handler: Handler, event = {}, signal?: AbortSignal): Promise<unknown> =>
  rejection(() => handler.handle(testEvent(event), testContext(signal && { signal })));

let shared: Broker;
runSuite(
  handlerKindSuite({
    kind: async () => {
      shared = await broker();
      return mqtt({ url: shared.url });
    },
    options: () => ({ topic: 'alerts', qos: 1 }),
    arrived: ({ message }) =>
      expect(shared.messages).toEqual([{ topic: 'alerts', payload: message, qos: 1, retain: false }]),
  }),
);

describe('mqtt', () => {
  it.each([
    [undefined, 0],
    [1, 1],
    [2n, 2],
    ['at-most-once', 0],
    ['at-least-once', 1],
    ['exactly-one', 2],
    ['exactly-once', 2],
  ])('publishes with qos %s', async (qos, expected) => {
    const { url, messages } = await broker();
    const kind = mqtt({ url });
    const handler = await makeHandler(kind, { topic: 't', qos });
    expect(await deliver(handler)).toBeUndefined();
    await kind.close?.();
    expect(messages).toMatchObject([{ qos: expected }]);
  });

  it.each([3, -1, '1', 'AtLeastOnce', ''])('refuses qos %j', async (qos) => {
    const error = await rejection(() => makeHandler(mqtt({ url: 'tcp://localhost' }), { topic: 't', qos }));
    expect(String(error)).toContain('at-least-once');
  });

  it('has the broker keep a retained message', async () => {
    const { url } = await broker();
    const kind = mqtt({ url });
    await deliver(await makeHandler(kind, { topic: 'kept', qos: 1, retained: true }));
    const kept: string[] = [];
    const late = connect(url);
    late.on('message', (_, payload) => kept.push(String(payload)));
    await late.subscribeAsync('kept');
    await vi.waitFor(() => expect(kept).toHaveLength(1));
    await late.endAsync();
    expect(kept).toEqual(['disk on web-1 is CRITICAL']);
    await kind.close?.();
  });

  it('renders the topic for each event', async () => {
    const { url, messages } = await broker();
    const kind = mqtt({ url });
    const handler = await makeHandler(kind, {
      topic: '{{ .TaskName }}/{{ index .Tags "host" }}/{{ .Level }}',
      qos: 1,
    });
    await deliver(handler, { level: 'OK', message: 'grün' });
    expect(messages).toMatchObject([{ topic: 'disk_watch/web-1/OK', payload: 'grün' }]);
    expect(await deliver(handler, { tags: {} })).toBeUndefined();
    await kind.close?.();
  });

  it.each(['{{ index .Tags "none" }}', 'ü'.repeat(40_000), 'a/#', 'a/+/b', '{{ .Nope }}'])(
    'tells of the topic %s, which no message can have',
    async (topic) => {
      const { url, clients } = await broker();
      const handler = await makeHandler(mqtt({ url }), { topic });
      expect(await deliver(handler)).toBeInstanceOf(PermanentDeliveryError);
      expect(clients).toEqual([]);
    },
  );

  it('chooses among several brokers by name', async () => {
    const [a, b] = [await broker(), await broker()];
    const kind = mqtt([
      { name: 'a', url: a.url, clientId: 'from-a' },
      { name: 'b', url: b.url, default: true },
    ]);
    await deliver(await makeHandler(kind, { topic: 'one', brokerName: 'a', qos: 1 }));
    await deliver(await makeHandler(kind, { topic: 'two', qos: 1 }));
    expect([a.messages, b.messages]).toMatchObject([[{ topic: 'one' }], [{ topic: 'two' }]]);
    expect([a.clients, b.clients]).toEqual([['from-a'], ['b']]);
    expect(String(await rejection(() => makeHandler(kind, { topic: 'x', brokerName: 'aa' })))).toContain(
      "'a'",
    );
    await kind.close?.();
  });

  it('shares one connection among handlers, and makes none before the first event', async () => {
    const { url, clients } = await broker();
    const kind = mqtt({ url });
    const handlers = await Promise.all([1, 2, 3].map(() => makeHandler(kind, { topic: 't', qos: 1 })));
    expect(clients).toEqual([]);
    await Promise.all(handlers.map((handler) => deliver(handler)));
    expect(clients).toEqual(['default']);
    await kind.close?.();
  });

  it('delivers again after the broker was away, and loses nothing at qos 1', async () => {
    const first = await broker();
    const kind = mqtt({ url: first.url });
    const handler = await makeHandler(kind, { topic: 't', qos: 1 });
    expect(await deliver(handler, { message: '1' })).toBeUndefined();
    await first.stop();
    expect(await deliver(handler, { message: '2' })).toMatchObject({ failure: 'network', retryable: true });
    const second = await broker(first.port);
    expect(await deliver(handler, { message: '2' })).toBeUndefined();
    expect([...first.messages, ...second.messages].map(({ payload }) => payload)).toEqual(['1', '2']);
    await kind.close?.();
  });

  it('ends a publish that the connection does not survive', async () => {
    const one = await broker();
    // The acknowledgement never comes.
    one.aedes.authorizePublish = () => one.aedes.closed;
    const kind = mqtt({ url: one.url });
    const handler = await makeHandler(kind, { topic: 't', qos: 1 });
    const delivery = deliver(handler);
    await vi.waitFor(() => expect(one.clients).toHaveLength(1));
    await one.stop();
    expect(await delivery).toMatchObject({ failure: 'network' });
    await kind.close?.();
  });

  it('ends a publish that is never acknowledged when the delivery does, and connects anew', async () => {
    const one = await broker();
    const { authorizePublish } = one.aedes;
    const stuck = vi.fn();
    one.aedes.authorizePublish = stuck;
    const kind = mqtt({ url: one.url });
    const handler = await makeHandler(kind, { topic: 't', qos: 1 });
    const delivery = new AbortController();
    const result = deliver(handler, {}, delivery.signal);
    await vi.waitFor(() => expect(stuck).toHaveBeenCalled());
    delivery.abort();
    expect(await result).toMatchObject({ failure: 'aborted' });
    one.aedes.authorizePublish = authorizePublish;
    expect(await deliver(handler)).toBeUndefined();
    expect(one.clients).toHaveLength(2);
    await kind.close?.();
  });

  it('gives up on a broker that says nothing, and can be closed then', () =>
    withServer(
      (socket) => socket.resume(),
      async (port) => {
        const kind = mqtt({ url: `tcp://127.0.0.1:${port}` });
        const handler = await makeHandler(kind, { topic: 't' });
        expect(await deliver(handler, {}, AbortSignal.timeout(50))).toMatchObject({ failure: 'timeout' });
        await kind.close?.();
      },
    ));

  it('tells when nobody listens', async () => {
    const kind = mqtt({ url: `127.0.0.1:${await closedPort()}` });
    const handler = await makeHandler(kind, { topic: 't' });
    const error = await deliver(handler);
    expect(error).toMatchObject({ failure: 'network', retryable: true });
    expect(String(error)).toContain('ECONNREFUSED');
    await kind.close?.();
  });

  it('does not try a login again that is refused, and never shows it', async () => {
    const one = await broker();
    one.aedes.authenticate = (_, user, password, done) => {
      const good = user === 'joe' && password?.toString() === 'right';
      done(good ? null : Object.assign(new Error('no'), { returnCode: 4 as const }), good);
    };
    const url = `tcp://127.0.0.1:${one.port}`;
    const wrong = await makeHandler(mqtt({ url, username: 'joe', password: 'hush-hush' }), { topic: 't' });
    const error = await deliver(wrong);
    expect(error).toMatchObject({ failure: 'auth_error', retryable: false });
    expect(String(error)).not.toContain('hush');
    const kind = mqtt({ url, username: 'joe', password: 'right' });
    expect(await deliver(await makeHandler(kind, { topic: 't', qos: 1 }))).toBeUndefined();
    await kind.close?.();
  });

  it('leaves out a password that has no user, as the protocol wants it', async () => {
    const one = await broker();
    const kind = mqtt({ url: one.url, password: 'hush-hush' });
    expect(await deliver(await makeHandler(kind, { topic: 't', qos: 1 }))).toBeUndefined();
    await kind.close?.();
  });

  it('takes the login from the URL too, and never shows it', async () => {
    const one = await broker();
    const logins: unknown[] = [];
    one.aedes.authenticate = (_, user, password, done) => {
      logins.push([user, password?.toString()]);
      done(null, true);
    };
    const kind = mqtt({ url: `mqtt://joe:hush-hush@127.0.0.1:${one.port}` });
    const host = testHost();
    const handler = await makeHandler(kind, { topic: 't', qos: 1 }, host);
    expect(await deliver(handler)).toBeUndefined();
    expect(logins).toEqual([['joe', 'hush-hush']]);
    expect(host.redactor.redact('hush-hush')).toBe('***');
    await one.stop();
    expect(String(await deliver(handler))).not.toContain('hush');
    await kind.close?.();
  });

  it('speaks TLS and checks the certificate', async () => {
    const server = await mqttReceiver({ tls: true });
    const url = `ssl://127.0.0.1:${server.port}`;
    const tls = 'test/fixtures/tls';
    const wrong = await makeHandler(mqtt({ url }), { topic: 't' });
    expect(await deliver(wrong)).toMatchObject({ failure: 'config_error', retryable: false });
    for (const settings of [{ sslCa: `${tls}/ca.pem` }, { insecureSkipVerify: true }]) {
      const kind = mqtt({ url, ...settings });
      expect(await deliver(await makeHandler(kind, { topic: 't', qos: 1 }))).toBeUndefined();
      await kind.close?.();
    }
    await server.close();
  });

  it.each([
    [{}, 'url is required'],
    [{ url: 'http://x' }, 'tcp://localhost:1883'],
    [{ url: 'tcp://' }, 'tcp://localhost:1883'],
    [{ url: 'tcp://x', name: '' }, 'name must not be empty'],
    [{ url: 'ssl://x', sslCa: '/no/such/file' }, 'ssl-ca cannot be read'],
    [{ url: 'ssl://x', sslCert: 'test/fixtures/tls/client.pem' }, 'come together'],
    [
      [
        { name: 'a', url: 'tcp://x' },
        { name: 'b', url: 'tcp://x' },
      ],
      'default: true',
    ],
    [
      [
        { name: 'a', url: 'tcp://x', default: true },
        { name: 'b', url: 'tcp://x', default: true },
      ],
      'only one of the brokers',
    ],
    [[{ name: 'a', url: 'tcp://x', default: true }, { url: 'tcp://x' }], 'needs a name'],
  ])('refuses the configuration %j', (section, part) => {
    const make = (): unknown => mqtt(section as MqttConfiguration);
    expect(make).toThrow(KindConfigurationError);
    expect(make).toThrow(part);
  });
});

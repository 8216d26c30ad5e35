import * as fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Clock } from '../../src/alert/clock.ts';
import { alertDataJson } from '../../src/alert/wire.ts';
import { KindConfigurationError } from '../../src/errors.ts';
import type { Handler } from '../../src/handler/handler.ts';
import { PARTITIONERS } from '../../src/handlers/kafka/partitioner.ts';
import { type KafkaConfiguration, type KafkaMessage, kafka } from '../../src/handlers/kafka.ts';
import {
  handlerKindSuite,
  makeHandler,
  rejection,
  testContext,
} from '../../src/testing/handler-kind-suite.ts';
import { testEvent } from '../../src/testing/test-event.ts';
import { testHost } from '../../src/testing/test-host.ts';
import { receive } from '../conformance/suites/wire/http-receiver.ts';
import { closedPort } from '../conformance/suites/wire/tcp-receiver.ts';
import { type KafkaBroker, type KafkaBrokerOptions, kafkaBroker } from '../fixtures/kafka/kafka-broker.ts';
import { runSuite } from './run-suite.ts';
import { withServer } from './tcp-server.ts';

const OPTIONS = { cluster: 'main', topic: 'alerts' };
const brokers: KafkaBroker[] = [];
afterEach(async () => {
  await Promise.all(brokers.splice(0).map((broker) => broker.close()));
});

async function broker(options: Partial<KafkaBrokerOptions> = {}, port = 0): Promise<KafkaBroker> {
  const one = await kafkaBroker({ partitions: { alerts: 1, p7: 7 }, ...options }, port);
  brokers.push(one);
  return one;
}

const deliver = (handler: Handler, event = {}, signal?: AbortSignal): Promise<unknown> =>
  rejection(() => handler.handle(testEvent(event), testContext(signal && { signal })));

// Two real clients against a broker that speaks the protocol over TCP.
describe.each(['kafkajs', '@platformatic/kafka'] as const)('kafka by %s', (client) => {
  const configured = (address: string, more: KafkaConfiguration = {}): KafkaConfiguration => ({
    id: 'main',
    brokers: [address],
    client,
    timeout: '2s',
    ...more,
  });

  let shared: KafkaBroker;
  runSuite(
    handlerKindSuite({
      kind: async () => {
        shared = await broker();
        return kafka(configured(shared.address));
      },
      options: () => OPTIONS,
      arrived: (event) =>
        expect(shared.records).toMatchObject([
          {
            topic: 'alerts',
            partition: 0,
            key: event.id,
            value: `${alertDataJson(event)}\n`,
            compression: 'none',
          },
        ]),
    }),
  );

  it('makes no connection before the first event, and one for all handlers', async () => {
    const { address, records, metadataTopics, produce } = await broker();
    const kind = kafka(configured(address));
    const handlers = await Promise.all([1, 2, 3].map(() => makeHandler(kind, OPTIONS)));
    expect(metadataTopics).toEqual([]);
    await Promise.all(handlers.map((handler, n) => deliver(handler, { id: `${n}` })));
    expect(records.map(({ key }) => key).sort()).toEqual(['0', '1', '2']);
    expect(produce[0]).toMatchObject({ clientId: 'main', requiredAcks: 1 });
    await kind.close?.();
  });

  it('spreads keys over the partitions', async () => {
    const { address, records } = await broker();
    const kind = kafka(configured(address));
    const handler = await makeHandler(kind, { cluster: 'main', topic: 'p7', partitionAlgorithm: 'murmur2' });
    for (const id of ['21', 'foobar', 'größe']) await deliver(handler, { id });
    expect(records.map(({ key, partition }) => [key, partition])).toEqual([
      ['21', 3],
      ['foobar', 0],
      ['größe', 4],
    ]);
    await kind.close?.();
  });

  it('delivers again after the broker was away', async () => {
    const first = await broker();
    const kind = kafka(configured(first.address));
    const handler = await makeHandler(kind, OPTIONS);
    expect(await deliver(handler, { id: '1' })).toBeUndefined();
    brokers.splice(0);
    await first.close();
    expect(await deliver(handler, { id: '2' })).toMatchObject({ failure: 'network', retryable: true });
    const second = await broker({}, first.port);
    expect(await deliver(handler, { id: '2' })).toBeUndefined();
    expect(second.records.map(({ key }) => key)).toEqual(['2']);
    await kind.close?.();
  });

  it('tells what the broker refuses for good, and what it may take later', async () => {
    const tooLarge = 10;
    const notAuthorized = 29;
    const notEnoughReplicas = 19;
    const code = (number: number): Promise<KafkaBroker> => broker({ produceErrors: Array(9).fill(number) });
    for (const [number, expected] of [
      [tooLarge, { retryable: false, failure: 'client_error' }],
      [notAuthorized, { retryable: false, failure: 'auth_error' }],
      [notEnoughReplicas, { retryable: true, failure: 'server_error' }],
    ] as const) {
      const { address } = await code(number);
      const kind = kafka(configured(address));
      expect(await deliver(await makeHandler(kind, OPTIONS))).toMatchObject(expected);
      await kind.close?.();
    }
  });

  it('tells of a topic that does not exist', async () => {
    const { address } = await broker();
    const kind = kafka(configured(address));
    const handler = await makeHandler(kind, { cluster: 'main', topic: 'nowhere' });
    expect(await deliver(handler)).toMatchObject({ code: 'DELIVERY', retryable: true });
    await kind.close?.();
  });

  it('ends with the delivery when a broker says nothing, and can be closed then', () =>
    withServer(
      (socket) => socket.resume(),
      async (port) => {
        const kind = kafka(configured(`127.0.0.1:${port}`));
        const handler = await makeHandler(kind, OPTIONS);
        expect(await deliver(handler, {}, AbortSignal.timeout(50))).toMatchObject({ failure: 'timeout' });
        await kind.close?.();
      },
    ));

  it('leaves no delivery open when it is closed', async () => {
    const { address, metadataTopics } = await broker();
    const kind = kafka(configured(address));
    const handler = await makeHandler(kind, OPTIONS);
    const deliveries = Array.from({ length: 50 }, () => deliver(handler, {}, new AbortController().signal));
    await vi.waitFor(() => expect(metadataTopics).not.toEqual([]), { interval: 1 });
    await kind.close?.();
    const open = new Set<Promise<unknown>>(deliveries);
    for (const delivery of deliveries) void delivery.then(() => open.delete(delivery));
    await vi.waitFor(() => expect(open.size).toBe(0), 3000);
  });

  it('logs in', async () => {
    const { address, sasl } = await broker({ saslVersion: 2 });
    const kind = kafka(configured(address, { saslUsername: 'joe', saslPassword: 'pw' }));
    expect(await deliver(await makeHandler(kind, OPTIONS))).toBeUndefined();
    expect(sasl.slice(0, 2)).toMatchObject([{ mechanism: 'PLAIN' }, { authBytes: '\0joe\0pw' }]);
    await kind.close?.();
  });

  it('logs in by a token', async () => {
    const { address, sasl } = await broker({ saslVersion: 2 });
    const kind = kafka(
      configured(address, {
        saslMechanism: 'OAUTHBEARER',
        saslAccessToken: 'at-1',
        sasl_extensions: { logicalCluster: 'x' },
      }),
    );
    expect(await deliver(await makeHandler(kind, OPTIONS))).toBeUndefined();
    expect(sasl[1]?.authBytes).toBe('n,,\x01auth=Bearer at-1\x01logicalCluster=x\x01\x01');
    await kind.close?.();
  });

  it('speaks TLS and checks the certificate', async () => {
    const { address, records } = await broker({ tls: true });
    const wrong = kafka(configured(address, { useSsl: true }));
    expect(await deliver(await makeHandler(wrong, OPTIONS))).toMatchObject({
      code: expect.stringMatching(/^DELIVERY/),
    });
    expect(records).toEqual([]);
    await wrong.close?.();
    const right = kafka(configured(address, { useSsl: true, sslCa: 'test/fixtures/tls/ca.pem' }));
    expect(await deliver(await makeHandler(right, OPTIONS))).toBeUndefined();
    await right.close?.();
  });
});

describe('kafka', () => {
  it('sends what a template makes of the alert data', async () => {
    const { address, records } = await broker();
    const kind = kafka({ id: 'main', brokers: [address] });
    const template =
      '{{ .Level }}|{{ .PreviousLevel }}|{{ .Duration }}|{{ range .Data.Series }}{{ .Name }}{{ end }}';
    const handler = await makeHandler(kind, { ...OPTIONS, template });
    await deliver(handler);
    expect(records).toMatchObject([{ value: 'CRITICAL|OK|1m30s|disk' }]);
    const broken = await makeHandler(kind, { ...OPTIONS, template: '{{ .Tags }}' });
    expect(await deliver(broken)).toMatchObject({ failure: 'template_error', retryable: false });
    expect(records).toHaveLength(1);
    await kind.close?.();
  });

  it('gathers messages into requests', async () => {
    const { address, records, produce } = await broker();
    const timers: (() => void)[] = [];
    const clock: Clock = {
      now: () => 0,
      setTimeout(callback) {
        timers.push(callback);
        return { cancel: () => timers.splice(timers.indexOf(callback), 1) };
      },
    };
    const kind = kafka({ id: 'main', brokers: [address], batchSize: 3, batchTimeout: '1h' });
    const handler = await makeHandler(kind, OPTIONS, testHost({ clock }));
    const given = Array.from({ length: 5 }, (_, n) => deliver(handler, { id: `${n}` }));
    expect(await Promise.all(given.slice(0, 3))).toEqual([undefined, undefined, undefined]);
    expect(produce).toHaveLength(1);
    timers[0]?.();
    await Promise.all(given);
    expect(produce).toHaveLength(2);
    expect(records.map(({ key }) => key)).toEqual(['0', '1', '2', '3', '4']);
    const last = deliver(handler, { id: 'last' });
    await kind.close?.();
    await last;
    expect(produce.length).toBeGreaterThan(1);
  });

  it('sends no message whose delivery was given up while it waited', async () => {
    const sent: string[] = [];
    const producer = {
      send: async ({ messages }: { messages: KafkaMessage[] }) =>
        sent.push(...messages.map(({ key }) => key)),
    };
    const kind = kafka({ id: 'main', producer, batchSize: 2, batchTimeout: '1h' });
    const handler = await makeHandler(kind, OPTIONS);
    const delivery = new AbortController();
    const given = deliver(handler, { id: 'given up' }, delivery.signal);
    delivery.abort();
    expect(await given).toMatchObject({ failure: 'aborted' });
    await deliver(handler, { id: 'wanted' });
    expect(sent).toEqual(['wanted']);
  });

  it('takes any producer, and leaves it to its owner', async () => {
    const producer = { send: vi.fn(async () => undefined), partitions: () => 7, disconnect: vi.fn() };
    const kind = kafka({ id: 'main', producer });
    const handler = await makeHandler(kind, {
      ...OPTIONS,
      partitionAlgorithm: 'murmur2',
      template: '{{ .ID }}',
    });
    expect(await deliver(handler, { id: '21' })).toBeUndefined();
    await kind.close?.();
    expect(producer.send).toHaveBeenCalledExactlyOnceWith({
      topic: 'alerts',
      messages: [{ key: '21', value: '21', partition: 3 }],
    });
    expect(producer.disconnect).not.toHaveBeenCalled();
  });

  it('leaves the partition to a producer that does not say how many there are', async () => {
    const send = vi.fn(async () => undefined);
    await deliver(
      await makeHandler(kafka({ id: 'main', producer: { send } }), { ...OPTIONS, template: 'x' }),
    );
    expect(send).toHaveBeenCalledWith({ topic: 'alerts', messages: [{ key: 'disk:web-1', value: 'x' }] });
  });

  it('fetches a token once, and anew before it ends', async () => {
    const { address, sasl, drop } = await broker();
    const token = (n: number) => ({
      status: 200,
      body: JSON.stringify({ access_token: `at-${n}`, expires_in: 60 }),
    });
    const server = await receive({ type: 'http', responses: [token(1), token(2), token(3)] });
    let now = 0;
    const clock: Clock = { now: () => now, setTimeout: () => ({ cancel: () => undefined }) };
    const kind = kafka({
      id: 'main',
      brokers: [address],
      saslMechanism: 'OAUTHBEARER',
      saslOauthClientId: 'c&d',
      saslOauthClientSecret: 's e',
      saslOauthTokenUrl: `${server.url}/token`,
      saslOauthScopes: ['a', 'b~*'],
      saslOauthTokenExpiryMargin: '10s',
    });
    const handler = await makeHandler(kind, OPTIONS, testHost({ clock }));
    for (const time of [0, 49_000, 51_000]) {
      now = time;
      drop();
      // The connection is found to be lost, and the next try logs in.
      while ((await deliver(handler)) !== undefined);
    }
    const tokens = sasl.flatMap(({ authBytes }) => /Bearer (at-\d)/.exec(String(authBytes))?.[1] ?? []);
    expect([...new Set(tokens)]).toEqual(['at-1', 'at-2']);
    expect(server.requests).toHaveLength(2);
    expect(server.requests[0]).toMatchObject({
      headers: { authorization: `Basic ${btoa('c%26d:s+e')}` },
      body: 'grant_type=client_credentials&scope=a+b~%2A',
    });
    await kind.close?.();
    await server.close();
  });

  it('tells of a token server that gives none, and tries again', async () => {
    const { address } = await broker();
    const server = await receive({
      type: 'http',
      responses: [{ status: 401, body: '{"error":"invalid_client"}' }],
    });
    const kind = kafka({
      id: 'main',
      brokers: [address],
      saslMechanism: 'OAUTHBEARER',
      saslOauthClientId: 'c',
      saslOauthClientSecret: 'hush-hush',
      saslOauthTokenUrl: server.url,
    });
    const error = await deliver(await makeHandler(kind, OPTIONS));
    expect(error).toMatchObject({ retryable: true });
    expect(String(error)).toContain('invalid_client');
    expect(String(error)).not.toContain('hush');
    await kind.close?.();
    await server.close();
  });

  it('tells when nobody listens', async () => {
    const kind = kafka({ id: 'main', brokers: [`127.0.0.1:${await closedPort()}`] });
    expect(await deliver(await makeHandler(kind, OPTIONS))).toMatchObject({
      failure: 'network',
      retryable: true,
    });
    await kind.close?.();
  });

  it.each([
    [{}, 'brokers are required'],
    [{ brokers: ['x'] }, 'host:port'],
    [{ brokers: ['x:1'], id: '' }, 'id must not be empty'],
    [{ producer: {} }, 'method send'],
    [{ brokers: ['x:1'], client: 'rdkafka' }, 'kafkajs'],
    [{ brokers: ['x:1'], saslMechanism: 'GSSAPI' }, 'producer of your own'],
    [{ brokers: ['x:1'], saslMechanism: 'PLAIN' }, 'sasl-username'],
    [{ brokers: ['x:1'], saslVersion: 0 }, 'saslVersion'],
    [{ brokers: ['x:1'], saslMechanism: 'OAUTHBEARER' }, 'sasl-oauth-client-id'],
    [
      { brokers: ['x:1'], saslMechanism: 'OAUTHBEARER', saslOauthClientId: 'c', saslOauthClientSecret: 's' },
      'sasl-oauth-token-url',
    ],
    [{ brokers: ['x:1'], useSsl: true, sslCa: '/no/such/file' }, 'ssl-ca cannot be read'],
    [
      [
        { id: 'a', brokers: ['x:1'] },
        { id: 'a', brokers: ['x:1'] },
      ],
      'two sections have the id "a"',
    ],
  ])('refuses the configuration %j', (section, part) => {
    const make = (): unknown => kafka(section as KafkaConfiguration);
    expect(make).toThrow(KindConfigurationError);
    expect(make).toThrow(part);
  });

  it.each([
    [{ topic: 'x' }, 'cluster'],
    [{ cluster: 'main' }, 'topic'],
    [{ cluster: 'mian', topic: 'x' }, "Did you mean 'main'?"],
    [{ ...OPTIONS, partitionAlgorithm: 'md5' }, 'crc32, murmur2, murmur3, fnv-1a'],
    [{ ...OPTIONS, template: '{{ json . }}' }, 'template'],
    [{ ...OPTIONS, key: 'x' }, 'key'],
  ])('refuses the options %j', async (options, part) => {
    const kind = kafka({ id: 'main', brokers: ['x:1'] });
    expect(String(await rejection(() => makeHandler(kind, options)))).toContain(part);
  });
});

describe('partitioners', () => {
  const ALL = 2 ** 31;

  // Known answers: Kafka's own tests of its murmur2, and the reference vectors of the other hashes.
  it.each([
    ['murmur2', '21', -973932308 & 0x7fffffff],
    ['murmur2', 'foobar', -790332482 & 0x7fffffff],
    ['murmur2', 'a-little-bit-long-string', -985981536 & 0x7fffffff],
    ['murmur2', 'a-little-bit-longer-string', -1486304829 & 0x7fffffff],
    ['murmur2', 'abc', 479470107],
    ['murmur3', '', 0],
    ['murmur3', 'hello', 613153351],
    ['murmur3', 'The quick brown fox jumps over the lazy dog', 0x2e4ff723],
    ['fnv-1a', 'foobar', Math.abs(0xbf9cf968 | 0)],
    ['fnv-1a', 'a', Math.abs(0xe40c292c | 0)],
    ['crc32', '123456789', 0xcbf43926 % ALL],
  ] as const)('%s of %j', (algorithm, key, expected) => {
    expect(PARTITIONERS[algorithm](key, ALL)).toBe(expected);
  });

  it('always choose a partition that there is, and the same one for a key', () => {
    const algorithm = fc.constantFrom(...(Object.keys(PARTITIONERS) as (keyof typeof PARTITIONERS)[]));
    fc.assert(
      fc.property(
        algorithm,
        fc.string({ unit: 'binary', minLength: 1 }),
        fc.integer({ min: 1, max: 1000 }),
        (name, key, count) => {
          const partition = PARTITIONERS[name](key, count);
          expect(partition >= 0 && partition < count && Number.isInteger(partition)).toBe(true);
          expect(PARTITIONERS[name](key, count)).toBe(partition);
        },
      ),
    );
  });

  it('crc32 spreads events without an id', () => {
    const chosen = new Set(Array.from({ length: 50 }, () => PARTITIONERS.crc32('', 4)));
    expect(chosen.size).toBeGreaterThan(1);
  });
});

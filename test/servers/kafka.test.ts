import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Consumer, Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { alertDataJson } from '../../src/alert/wire.ts';
import { PARTITIONERS } from '../../src/handlers/kafka/partitioner.ts';
import { kafka } from '../../src/handlers/kafka.ts';
import { makeHandler, rejection, testContext } from '../../src/testing/handler-kind-suite.ts';
import { testEvent } from '../../src/testing/test-event.ts';
import { type ServerProcess, startServer } from './server-process.ts';

interface Received {
  readonly key: string;
  readonly value: string;
  readonly partition: number;
}

let directory = '';
let cluster: ServerProcess;
let brokers: string[] = [];
let consumer: Consumer;
const received: Received[] = [];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tocsin-kafka-'));
  const program = join(directory, 'kafka-mock-cluster');
  const source = join(import.meta.dirname, 'kafka-mock-cluster.c');
  const flags = execFileSync('pkg-config', ['--cflags', '--libs', 'rdkafka'], { encoding: 'utf8' });
  execFileSync('gcc', ['-Wall', '-Werror', '-o', program, source, ...flags.trim().split(/\s+/)], {
    stdio: 'pipe',
  });
  cluster = await startServer(program, []);
  brokers = (await cluster.line(/^brokers /)).slice('brokers '.length).split(',');
  consumer = await consume('before the break');
});
afterAll(async () => {
  await consumer?.disconnect();
  await cluster?.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function tell(command: 'down' | 'up'): Promise<void> {
  const done = cluster.line(new RegExp(`^done ${command}$`));
  cluster.process.stdin?.write(`${command}\n`);
  await done;
}

/** Starts to read the topic from its beginning. */
async function consume(groupId: string): Promise<Consumer> {
  const reader = new Kafka({ brokers, logLevel: logLevel.NOTHING }).consumer({
    groupId,
    maxWaitTimeInMs: 100,
  });
  await reader.connect();
  await reader.subscribe({ topic: 'alerts', fromBeginning: true });
  await reader.run({
    eachMessage: async ({ partition, message: { key, value } }) => {
      received.push({ key: String(key), value: String(value), partition });
    },
  });
  return reader;
}

/** Waits until the consumer has everything that is expected, and gives that. */
async function consumed(keys: readonly string[]): Promise<Received[]> {
  await vi.waitFor(() => expect(received.map(({ key }) => key)).toEqual(expect.arrayContaining([...keys])), {
    timeout: 20_000,
  });
  return received.filter(({ key }) => keys.includes(key));
}

describe("kafka by kafkajs, against librdkafka's mock cluster", () => {
  it.each(['crc32', 'murmur2', 'murmur3', 'fnv-1a'] as const)(
    'produces what a consumer reads: %s',
    async (algorithm) => {
      const kind = kafka({ id: 'main', brokers });
      const handler = await makeHandler(kind, {
        cluster: 'main',
        topic: 'alerts',
        partitionAlgorithm: algorithm,
      });
      const events = ['a', 'größe', 'disk:host=web-1'].map((id) => testEvent({ id: `${algorithm} ${id}` }));
      for (const event of events) await handler.handle(event, testContext());
      await kind.close?.();
      const arrived = await consumed(events.map(({ id }) => id));
      const byKey = (a: Received, b: Received): number => (a.key < b.key ? -1 : 1);
      expect(arrived.sort(byKey)).toEqual(
        events
          .map((event) => ({
            key: event.id,
            value: `${alertDataJson(event)}\n`,
            partition: PARTITIONERS[algorithm](event.id, 7),
          }))
          .sort(byKey),
      );
    },
  );

  it('delivers again after all brokers were down', async () => {
    await consumer.disconnect();
    const kind = kafka({ id: 'main', brokers, timeout: '2s' });
    const handler = await makeHandler(kind, { cluster: 'main', topic: 'alerts' });
    await handler.handle(testEvent({ id: 'before' }), testContext());
    await tell('down');
    const error = await rejection(() => handler.handle(testEvent({ id: 'during' }), testContext()));
    expect(error).toMatchObject({ retryable: true });
    await tell('up');
    await vi.waitFor(() => handler.handle(testEvent({ id: 'during' }), testContext()), { timeout: 20_000 });
    await kind.close?.();
    consumer = await consume('after the break');
    await consumed(['before', 'during']);
  });
});

describe("kafka by @platformatic/kafka, against librdkafka's mock cluster", () => {
  // It asks for Metadata of version 9 and later, which Debian's librdkafka (2.0) does not speak. That it goes on
  // to produce is tested against a broker of our own, in test/handlers/kafka.test.ts.
  it('says what it misses of an old cluster', async () => {
    const kind = kafka({ id: 'main', brokers, client: '@platformatic/kafka', timeout: '2s' });
    const handler = await makeHandler(kind, { cluster: 'main', topic: 'alerts' });
    const error = await rejection(() => handler.handle(testEvent(), testContext()));
    expect(String(error)).toMatch(/kafka: alerts: .*(Metadata|API|version)/i);
    await kind.close?.();
  });
});

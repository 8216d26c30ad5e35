import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { mqtt } from '../../src/handlers/mqtt.ts';
import { TopicRegistry } from '../../src/index.ts';
import { makeHandler, rejection, testContext } from '../../src/testing/handler-kind-suite.ts';
import { testEvent } from '../../src/testing/test-event.ts';
import { closedPort } from '../conformance/suites/wire/tcp-receiver.ts';
import { type ServerProcess, startServer } from './server-process.ts';

const TLS = join(import.meta.dirname, '../fixtures/tls');

let directory = '';
let configuration = '';
let broker: ServerProcess;
let port = 0;
let securePort = 0;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tocsin-mosquitto-'));
  [port, securePort] = [await closedPort(), await closedPort()];
  configuration = join(directory, 'mosquitto.conf');
  writeFileSync(
    configuration,
    `
user root
per_listener_settings true
persistence true
persistence_location ${directory}/
listener ${port} 127.0.0.1
allow_anonymous true
listener ${securePort} 127.0.0.1
allow_anonymous true
cafile ${TLS}/ca.pem
certfile ${TLS}/server.pem
keyfile ${TLS}/server.key
require_certificate true
`,
  );
  await start();
});
afterAll(async () => {
  await broker?.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function start(): Promise<void> {
  broker = await startServer('mosquitto', ['-v', '-c', configuration]);
  await broker.line(/mosquitto version .* running/);
}

/** A subscriber whose session the broker keeps while it is away. */
async function subscribe(topic: string, messages: string[]): Promise<MqttClient> {
  const client = connect(`mqtt://127.0.0.1:${port}`, {
    clientId: `subscriber of ${topic}`,
    clean: false,
    reconnectPeriod: 50,
  });
  client.on('message', (_, payload) => messages.push(payload.toString()));
  client.on('error', () => undefined);
  await client.subscribeAsync(topic, { qos: 2 });
  return client;
}

describe('mqtt, against mosquitto', () => {
  it.each([0, 1, 2])('publishes with qos %d', async (qos) => {
    const messages: string[] = [];
    const subscriber = await subscribe(`qos/${qos}`, messages);
    const kind = mqtt({ url: `tcp://127.0.0.1:${port}` });
    const handler = await makeHandler(kind, { topic: `qos/${qos}`, qos });
    const message = 'Größe "1"\n日本 🔥 \u0001';
    await handler.handle(testEvent({ message }), testContext());
    await vi.waitFor(() => expect(messages).toEqual([message]));
    await kind.close?.();
    await subscriber.endAsync();
  });

  it('has a retained message kept for those who come later', async () => {
    const kind = mqtt({ url: `tcp://127.0.0.1:${port}` });
    await (await makeHandler(kind, { topic: 'kept', qos: 1, retained: true })).handle(
      testEvent(),
      testContext(),
    );
    await kind.close?.();
    const messages: string[] = [];
    const subscriber = await subscribe('kept', messages);
    await vi.waitFor(() => expect(messages).toEqual(['disk on web-1 is CRITICAL']));
    await subscriber.endAsync();
  });

  it('speaks TLS and shows its certificate', async () => {
    const files = { sslCa: `${TLS}/ca.pem`, sslCert: `${TLS}/client.pem`, sslKey: `${TLS}/client.key` };
    const kind = mqtt({ url: `ssl://127.0.0.1:${securePort}`, ...files });
    await (await makeHandler(kind, { topic: 't', qos: 1 })).handle(testEvent(), testContext());
    await kind.close?.();
    const without = await makeHandler(mqtt({ url: `ssl://127.0.0.1:${securePort}`, sslCa: files.sslCa }), {
      topic: 't',
    });
    expect(await rejection(() => without.handle(testEvent(), testContext()))).toMatchObject({
      code: 'DELIVERY',
    });
  });

  it.each([1, 2])('loses nothing at qos %d when the broker is restarted under a registry', async (qos) => {
    const topic = `restart/${qos}`;
    const messages: string[] = [];
    const subscriber = await subscribe(topic, messages);
    const alerts = new TopicRegistry({
      kinds: [mqtt({ url: `tcp://127.0.0.1:${port}` })],
      delivery: { backoff: { first: '10ms', longest: '50ms' }, maxTries: Number.POSITIVE_INFINITY },
    });
    await alerts.define({ id: 'bus', topic: 'cpu', kind: 'mqtt', options: { topic, qos } });
    let retries = 0;
    alerts.on('retry', () => {
      retries++;
    });
    const sent = Array.from({ length: 500 }, (_, n) => `message ${n}`);
    for (const [n, message] of sent.entries()) {
      alerts.collect({ topic: 'cpu', id: `cpu ${n}`, level: 'CRITICAL', message });
    }
    await vi.waitFor(() => expect(messages.length).toBeGreaterThan(50));
    await broker.stop();
    await vi.waitFor(() => expect(retries).toBeGreaterThan(0));
    await start();
    await vi.waitFor(() => expect(new Set(messages)).toEqual(new Set(sent)), { timeout: 20_000 });
    // In order, if what came twice is counted once.
    expect([...new Set(messages)]).toEqual(sent);
    await alerts.close();
    await subscriber.endAsync();
  });
});

import { kafka } from '../../../../src/handlers/kafka.ts';
import {
  type KafkaBroker,
  type KafkaBrokerOptions,
  kafkaBroker,
} from '../../../fixtures/kafka/kafka-broker.ts';
import type { Suite } from '../../suite.ts';
import { type WireCase, wireSuite } from './case.ts';
import { fillPlaceholders } from './event.ts';
import { copyCertificates } from './files.ts';
import { type CapturedRequest, receive, type ServerBehaviour } from './http-receiver.ts';
import { sectionsOf } from './section.ts';
import { serviceTest } from './service-test.ts';
import { closedPort } from './tcp-receiver.ts';

type Captured = Readonly<Record<string, unknown>>;

/** Runs the vectors with the adapter for kafkajs, against a broker that speaks the protocol over TCP. */
export const suite: Suite = wireSuite(
  async (raw, directory) => {
    await copyCertificates(directory);
    const broker = await kafkaBroker(raw.server as unknown as KafkaBrokerOptions);
    const { auxServer } = raw as unknown as { readonly auxServer?: ServerBehaviour };
    const aux = auxServer && (await receive(auxServer));
    const closed = await closedPort();
    const vector = fillPlaceholders(raw, {
      '@ADDR@': broker.address,
      '@HOST@': '127.0.0.1',
      '@PORT@': String(broker.port),
      '@CLOSEDADDR@': `127.0.0.1:${closed}`,
      '@CLOSEDPORT@': String(closed),
      ...(aux && { '@AUXURL@': aux.url }),
    });
    const test = vector.via === 'serviceTest' ? serviceTest('kafka', vector, { key: 'id' }) : undefined;
    return {
      kind: () => kafka(sectionsOf(vector.config.kafka ?? []) as Parameters<typeof kafka>[0]),
      // A service test sends the message as it is.
      options: test ? { ...test.options, template: '{{ .Message }}' } : vector.options,
      ...(test && { events: [test.event] }),
      captured: () => compared(capturedOf(broker, aux?.requests)),
      async close() {
        await broker.close();
        await aux?.close();
      },
    };
  },
  ({ captured }: WireCase) => compared(captured),
  (captured) => (captured as Captured).records,
);

function capturedOf(broker: KafkaBroker, tokenRequests: readonly CapturedRequest[] = []): Captured {
  return {
    records: broker.records,
    produce: broker.produce[0],
    metadataTopics: broker.metadataTopics.map((topic) => JSON.stringify([topic])),
    allowAutoTopicCreation: broker.autoCreate.includes(true),
    sasl: broker.sasl,
    tokenRequests,
  };
}

/** The members that are compared. What a client repeats for each connection or try counts once. */
function compared(captured: Captured): Captured {
  const { records = [], produce, metadataTopics = [], sasl = [], tokenRequests = [] } = captured;
  return {
    records: [...(records as readonly Captured[])].sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1)),
    produce,
    metadataTopics: unique(metadataTopics as readonly unknown[]),
    autoCreated: captured.allowAutoTopicCreation === true,
    sasl: unique((sasl as readonly Captured[]).map(withoutNonce)),
    tokenRequests: unique((tokenRequests as readonly CapturedRequest[]).map(comparedRequest)),
  };
}

function orderOf({ topic, partition, key }: Captured): string {
  return JSON.stringify([topic, partition, key]);
}

function withoutNonce({ authBytes, ...step }: Captured): Captured {
  if (typeof authBytes !== 'string') return step;
  return { ...step, authBytes: authBytes.replace(/(,r=).*$/, '$1<RANDOM>') };
}

function comparedRequest({ method, path, rawQuery, headers, body }: CapturedRequest): unknown {
  const byName = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const [authorization, contentType] = [byName.get('authorization'), byName.get('content-type')];
  return { method, path, rawQuery, authorization, contentType, body };
}

function unique(items: readonly unknown[]): unknown[] {
  return [...new Map(items.map((item) => [JSON.stringify(item, sortedKeys), item])).values()];
}

function sortedKeys(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

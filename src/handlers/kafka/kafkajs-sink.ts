import type { KafkaConfig, Message, Producer, SASLOptions } from 'kafkajs';
import {
  ACKS,
  CLIENT_RETRIES,
  CLIENT_RETRY_DELAY,
  type ClusterSettings,
  PRODUCE_TIMEOUT,
  type SaslSettings,
} from './cluster-settings.ts';
import { byTopic, type KafkaRecord, type KafkaSink } from './kafka-producer.ts';
import { KafkajsSockets } from './kafkajs-sockets.ts';

/** The part of the package `kafkajs` that is used. */
export type KafkajsModule = Pick<typeof import('kafkajs'), 'Kafka' | 'logLevel'>;

interface Session {
  readonly producer: Producer;
  readonly sockets: KafkajsSockets;
  readonly connected: Promise<void>;
  /** Rejects when all is over: the client leaves some calls open then. */
  readonly ended: Promise<never>;
  end(): void;
}

const CLOSE_TIMEOUT = 1000;

/** A sink over a producer of `kafkajs`, connected for the first records and again after a failure. */
export function kafkajsSink({ Kafka, logLevel }: KafkajsModule, settings: ClusterSettings): KafkaSink {
  const { clientId, brokers, timeout, tls, sasl } = settings;
  const config: KafkaConfig = {
    clientId,
    brokers: [...brokers],
    connectionTimeout: timeout,
    authenticationTimeout: timeout,
    requestTimeout: timeout,
    logLevel: logLevel.NOTHING,
    retry: { retries: CLIENT_RETRIES, initialRetryTime: CLIENT_RETRY_DELAY },
    ...(tls && { ssl: { ...tls } }),
    ...(sasl && { sasl: saslOptions(sasl) }),
  };
  const origins = new WeakMap<Message, KafkaRecord>();
  let session: Session | undefined;

  const open = (): Session => {
    const sockets = new KafkajsSockets();
    const producer = new Kafka({ ...config, socketFactory: sockets.factory }).producer({
      allowAutoTopicCreation: true,
      createPartitioner:
        () =>
        ({ message, partitionMetadata }) =>
          origins.get(message)?.choosePartition(partitionMetadata.length) ?? 0,
    });
    let fail: (error: Error) => void = () => undefined;
    const ended = new Promise<never>((_, reject) => {
      fail = reject;
    });
    ended.catch(() => undefined);
    const end = (): void => {
      sockets.end();
      fail(new Error('the client was closed'));
    };
    return { producer, sockets, connected: producer.connect(), ended, end };
  };
  const disconnect = async (): Promise<void> => {
    const leaving = session;
    session = undefined;
    if (leaving === undefined) return;
    // A broker that does not answer must not hold up whoever closes.
    const timer = setTimeout(() => leaving.sockets.end(), CLOSE_TIMEOUT);
    await leaving.connected.then(() => leaving.producer.disconnect()).catch(() => undefined);
    clearTimeout(timer);
    leaving.end();
  };

  return {
    async send(records) {
      session ??= open();
      const current = session;
      try {
        await Promise.race([current.connected, current.ended]);
        const topicMessages = [...byTopic(records)].map(([topic, list]) => ({
          topic,
          messages: list.map((record) => {
            const message = { key: record.key, value: record.value };
            origins.set(message, record);
            return message;
          }),
        }));
        const sent = current.producer.sendBatch({ acks: ACKS, timeout: PRODUCE_TIMEOUT, topicMessages });
        sent.catch(() => undefined);
        await Promise.race([sent, current.ended]);
      } catch (error) {
        // A connection of its own for the next try: what is wrong with this one is not always to be seen.
        if (session === current) void disconnect();
        throw error;
      }
    },
    close: disconnect,
  };
}

function saslOptions(sasl: SaslSettings): SASLOptions {
  switch (sasl.mechanism) {
    case 'OAUTHBEARER':
      return {
        mechanism: 'oauthbearer',
        oauthBearerProvider: async () => ({ value: await sasl.token(), extensions: { ...sasl.extensions } }),
      };
    case 'PLAIN':
      return { mechanism: 'plain', username: sasl.username, password: sasl.password };
    case 'SCRAM-SHA-256':
      return { mechanism: 'scram-sha-256', username: sasl.username, password: sasl.password };
    case 'SCRAM-SHA-512':
      return { mechanism: 'scram-sha-512', username: sasl.username, password: sasl.password };
  }
}

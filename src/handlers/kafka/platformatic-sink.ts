import { Buffer } from 'node:buffer';
import type { Producer, ProducerOptions } from '@platformatic/kafka';
import {
  ACKS,
  CLIENT_RETRIES,
  CLIENT_RETRY_DELAY,
  type ClusterSettings,
  type SaslSettings,
} from './cluster-settings.ts';
import { byTopic, type KafkaSink } from './kafka-producer.ts';

/** The part of the package `@platformatic/kafka` that is used. */
export type PlatformaticModule = Pick<typeof import('@platformatic/kafka'), 'Producer'>;

type Options = ProducerOptions<Buffer, Buffer, Buffer, Buffer>;

/** A sink over a producer of `@platformatic/kafka`, made for the first records and again after a failure. */
export function platformaticSink(module: PlatformaticModule, settings: ClusterSettings): KafkaSink {
  const { clientId, brokers, timeout, tls, sasl } = settings;
  const options: Options = {
    clientId,
    bootstrapBrokers: [...brokers],
    connectTimeout: timeout,
    requestTimeout: timeout,
    retries: CLIENT_RETRIES,
    retryDelay: CLIENT_RETRY_DELAY,
    autocreateTopics: true,
    acks: ACKS,
    ...(tls && { tls: { ...tls } }),
    ...(sasl && { sasl: saslOptions(sasl) }),
  };
  let producer: Producer<Buffer, Buffer, Buffer, Buffer> | undefined;

  const close = async (): Promise<void> => {
    const leaving = producer;
    producer = undefined;
    await Promise.resolve(leaving?.close(true)).catch(() => undefined);
  };

  return {
    async send(records) {
      producer ??= new module.Producer(options);
      const current = producer;
      try {
        const topics = byTopic(records);
        const metadata = await current.metadata({ topics: [...topics.keys()], autocreateTopics: true });
        const messages = [...topics].flatMap(([topic, list]) => {
          const partitions = metadata.topics.get(topic)?.partitionsCount ?? 1;
          return list.map(({ key, value, choosePartition }) => ({
            topic,
            key: Buffer.from(key),
            value: Buffer.from(value),
            partition: choosePartition(partitions),
          }));
        });
        await current.send({ messages });
      } catch (error) {
        if (producer === current) void close();
        throw error;
      }
    },
    close,
  };
}

function saslOptions(sasl: SaslSettings): NonNullable<Options['sasl']> {
  return sasl.mechanism === 'OAUTHBEARER'
    ? { mechanism: sasl.mechanism, token: sasl.token, oauthBearerExtensions: { ...sasl.extensions } }
    : { mechanism: sasl.mechanism, username: sasl.username, password: sasl.password };
}

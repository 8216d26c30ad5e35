/** One message, as producers of Kafka clients take it. */
export interface KafkaMessage {
  /** The id of the alert. */
  readonly key: string;
  /** What the handler's template makes of the event, or the alert data as JSON. */
  readonly value: string;
  /** Which partition it goes to. Absent when the producer has no `partitions`: then it decides. */
  readonly partition?: number;
}

/**
 * What the `kafka` kind needs of a Kafka client. The producer of `kafkajs` is one as it is, and so is that of
 * other clients with the same face; connect it before the first event, and disconnect it after the last.
 *
 * @example
 * ```ts
 * import type { KafkaProducer } from 'tocsin/handlers';
 *
 * const producer: KafkaProducer = {
 *   send: async ({ topic, messages }) => {
 *     for (const { key, value } of messages) console.log(topic, key, value);
 *   },
 *   partitions: () => 12,
 * };
 * ```
 */
export interface KafkaProducer {
  /** Sends messages to a topic. It resolves when the broker has them. */
  send(record: { readonly topic: string; readonly messages: KafkaMessage[] }): Promise<unknown>;
  /** How many partitions a topic has. Without it, the producer chooses the partition of each message. */
  partitions?(topic: string): number | Promise<number>;
}

/** A message on its way to a client; the partition is chosen when it is known how many there are. */
export interface KafkaRecord {
  readonly topic: string;
  readonly key: string;
  readonly value: string;
  choosePartition(partitions: number): number;
}

/** A client, seen from the handlers. */
export interface KafkaSink {
  /** Sends records in as few requests as it takes. */
  send(records: readonly KafkaRecord[]): Promise<void>;
  /** Closes its connections, if they are its own. */
  close(): Promise<void>;
}

/** The records by topic, in their order. */
export function byTopic(records: readonly KafkaRecord[]): Map<string, KafkaRecord[]> {
  const topics = new Map<string, KafkaRecord[]>();
  for (const record of records) {
    const list = topics.get(record.topic);
    if (list) list.push(record);
    else topics.set(record.topic, [record]);
  }
  return topics;
}

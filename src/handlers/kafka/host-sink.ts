import { byTopic, type KafkaProducer, type KafkaSink } from './kafka-producer.ts';

/** A sink over the producer that a host gave. The host keeps its connection. */
export function hostSink(producer: KafkaProducer): KafkaSink {
  return {
    async send(records) {
      for (const [topic, list] of byTopic(records)) {
        const partitions = await producer.partitions?.(topic);
        const messages = list.map(({ key, value, choosePartition }) =>
          partitions === undefined ? { key, value } : { key, value, partition: choosePartition(partitions) },
        );
        await producer.send({ topic, messages });
      }
    },
    close: () => Promise.resolve(),
  };
}

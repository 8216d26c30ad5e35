import { alertDataJson } from '../alert/wire.ts';
import { KindConfigurationError } from '../errors.ts';
import type { HandlerHost } from '../handler/handler.ts';
import {
  described,
  flag,
  type OptionsInput,
  type OptionsOutput,
  type OptionsSchema,
  optionsSchema,
  text,
} from '../handler/options.ts';
import type { StandardIssue } from '../handler/standard-schema.ts';
import { Batcher } from './kafka/batcher.ts';
import {
  type Cluster,
  type ClusterSchemas,
  clusterProblem,
  clusterSchema,
  clusterSettings,
} from './kafka/configuration.ts';
import { hostSink } from './kafka/host-sink.ts';
import { kafkaError } from './kafka/kafka-error.ts';
import type { KafkaProducer, KafkaSink } from './kafka/kafka-producer.ts';
import { kafkajsSink } from './kafka/kafkajs-sink.ts';
import { PARTITIONERS, type Partitioner } from './kafka/partitioner.ts';
import { platformaticSink } from './kafka/platformatic-sink.ts';
import { missingPeer } from './shared/missing-peer.ts';
import { namedSection } from './shared/named-section.ts';
import { optionTemplate } from './shared/option-template.ts';
import { refineOptions } from './shared/refine-options.ts';
import { type ConfiguredKind, configure, listSections } from './shared/sections.ts';
import { untilAborted } from './shared/until-aborted.ts';

export type { KafkaMessage, KafkaProducer } from './kafka/kafka-producer.ts';

const ALGORITHMS: ReadonlyMap<string, Partitioner> = new Map(Object.entries(PARTITIONERS));

type OptionSchemas = {
  readonly cluster: typeof text;
  readonly topic: typeof text;
  readonly template: typeof text;
  readonly partitionAlgorithm: typeof text;
  readonly disablePartitionById: typeof flag;
};

const options: OptionsSchema<OptionSchemas> = refineOptions(
  optionsSchema<OptionSchemas>({
    cluster: described(text, 'The id of the cluster. Required.'),
    topic: described(text, 'The Kafka topic; not a template. Required.'),
    template: described(
      text,
      'The value of the message, from the alert data: ID, Message, Details, Time, Duration, Level, Data, PreviousLevel, Recoverable. Default the alert data as JSON.',
    ),
    partitionAlgorithm: described(
      text,
      'How the alert id chooses the partition: crc32, murmur2, murmur3 or fnv-1a. Default crc32.',
    ),
    disablePartitionById: described(
      flag,
      'Takes fnv-1a whatever partitionAlgorithm says; as in Kapacitor, the id still chooses. Default false.',
    ),
  }),
  ({ cluster = '', topic = '', partitionAlgorithm = '', disablePartitionById = false }) => {
    const issues: StandardIssue[] = [];
    if (cluster === '') issues.push({ message: 'cluster: is missing; name a cluster', path: ['cluster'] });
    if (topic === '') issues.push({ message: 'topic: is missing; name a Kafka topic', path: ['topic'] });
    if (partitionAlgorithm !== '' && !ALGORITHMS.has(partitionAlgorithm) && !disablePartitionById) {
      issues.push({
        message: `partitionAlgorithm: '${partitionAlgorithm}' is none of ${[...ALGORITHMS.keys()].join(', ')}`,
        path: ['partitionAlgorithm'],
      });
    }
    return issues;
  },
);

/** One cluster: what Kapacitor has in a `[[kafka]]` section. */
export type KafkaConfiguration = OptionsInput<ClusterSchemas> & {
  /** A producer of your own, in place of one that is made from `brokers`. You connect and disconnect it. */
  readonly producer?: KafkaProducer;
};

/** What a kafka handler is told in its handler file, checked. */
export type KafkaOptions = OptionsOutput<OptionSchemas>;

const DEFAULT_ID = 'default';
const DEFAULT_BATCH_SIZE = 100;

/**
 * The `kafka` kind: sends each event as a message, with the alert's id as the key. Needs the package `kafkajs`
 * or `@platformatic/kafka`, or a producer of your own.
 *
 * @param configured The cluster, or several; handlers choose by `cluster`.
 * @throws {KindConfigurationError} When the configuration is wrong.
 *
 * @example
 * ```ts
 * import { TopicRegistry } from 'tocsin';
 * import { kafka } from 'tocsin/handlers';
 *
 * const alerts = new TopicRegistry({ kinds: [kafka({ id: 'main', brokers: ['kafka-1:9092', 'kafka-2:9092'] })] });
 * await alerts.define({ id: 'stream', topic: 'cpu', kind: 'kafka', options: { cluster: 'main', topic: 'alerts' } });
 * ```
 */
export function kafka(
  configured: KafkaConfiguration | readonly KafkaConfiguration[],
): ConfiguredKind<KafkaOptions> {
  const given = listSections('kafka', configured);
  const producers = new Map<string, KafkaProducer>();
  const clusters = given.map(({ producer, ...section }, index) => {
    const cluster = namedSection(section, 'id', index === 0 ? DEFAULT_ID : undefined);
    if (producer !== undefined) producers.set(cluster.id ?? '', checkProducer(producer));
    return cluster;
  });
  const sections = configure(
    {
      kind: 'kafka',
      schema: clusterSchema,
      secrets: ['saslPassword', 'saslAccessToken', 'saslOauthClientSecret'],
      name: 'id',
      check: (cluster) => (producers.has(cluster.id ?? '') ? undefined : clusterProblem(cluster)),
    },
    clusters,
  );
  const batchers = new Map<string, Promise<Batcher>>();

  const batcherOf = (cluster: Cluster, host: HandlerHost): Promise<Batcher> => {
    const { id = '', batchSize, batchTimeout: wait = 0 } = cluster;
    const known = batchers.get(id);
    if (known !== undefined) return known;
    const made = makeSink(cluster, producers.get(id), host).then(
      (sink) => new Batcher(sink, { size: batchSize || DEFAULT_BATCH_SIZE, wait }, host.clock),
    );
    batchers.set(id, made);
    // A package that is missing now may be there for the next handler.
    made.catch(() => batchers.delete(id));
    return made;
  };

  return {
    kind: 'kafka',
    options,
    optionNames: options.names,
    configuration: clusterSchema,
    sections: sections.info,
    create: (given, host) =>
      sections.connect(host, given.cluster, async (cluster) => {
        const { topic = '', template = '' } = given;
        const batcher = await batcherOf(cluster, host);
        const render =
          template === ''
            ? undefined
            : optionTemplate('kafka', 'template', template, host, { data: 'alertData' });
        const partitioner = partitionerOf(given);
        return {
          async handle(event, { signal }) {
            const record = {
              topic,
              key: event.id,
              value: render ? render(event) : `${alertDataJson(event)}\n`,
              choosePartition: (partitions: number) => partitioner(event.id, partitions),
            };
            try {
              await untilAborted(batcher.send(record, signal), signal);
            } catch (error) {
              throw kafkaError(topic, error);
            }
          },
        };
      }),
    async close() {
      const open = [...batchers.values()];
      batchers.clear();
      await Promise.all(open.map((batcher) => batcher.then((one) => one.close())));
    },
  };
}

function partitionerOf({ partitionAlgorithm = '', disablePartitionById = false }: KafkaOptions): Partitioner {
  if (disablePartitionById) return PARTITIONERS['fnv-1a'];
  return ALGORITHMS.get(partitionAlgorithm) ?? PARTITIONERS.crc32;
}

async function makeSink(
  cluster: Cluster,
  producer: KafkaProducer | undefined,
  { clock }: HandlerHost,
): Promise<KafkaSink> {
  if (producer !== undefined) return hostSink(producer);
  const settings = clusterSettings(cluster, clock);
  return cluster.client === '@platformatic/kafka'
    ? platformaticSink(
        await import('@platformatic/kafka').catch(missingPeer('kafka', '@platformatic/kafka')),
        settings,
      )
    : kafkajsSink(await import('kafkajs').catch(missingPeer('kafka', 'kafkajs')), settings);
}

function checkProducer(producer: KafkaProducer): KafkaProducer {
  if (typeof producer?.send !== 'function') {
    throw new KindConfigurationError('kafka', 'producer must have a method send({ topic, messages })');
  }
  return producer;
}

import { Buffer } from 'node:buffer';
import * as v from 'valibot';
import { KindConfigurationError, PermanentDeliveryError } from '../errors.ts';
import {
  described,
  flag,
  integer,
  type OptionsInput,
  type OptionsOutput,
  type OptionsSchema,
  optionsSchema,
  text,
} from '../handler/options.ts';
import { hasSecretReference } from '../handler/secrets.ts';
import { brokerUrl, MqttBroker, type MqttMessage } from './mqtt/mqtt-broker.ts';
import { missingPeer } from './shared/missing-peer.ts';
import { namedSection } from './shared/named-section.ts';
import { optionTemplate } from './shared/option-template.ts';
import { type ConfiguredKind, configure, listSections } from './shared/sections.ts';
import { readTlsFiles } from './shared/tls-files.ts';

type ConfigurationSchemas = {
  readonly enabled: typeof flag;
  readonly name: typeof text;
  readonly default: typeof flag;
  readonly url: typeof text;
  readonly 'ssl-ca': typeof text;
  readonly 'ssl-cert': typeof text;
  readonly 'ssl-key': typeof text;
  readonly 'insecure-skip-verify': typeof flag;
  readonly 'client-id': typeof text;
  readonly username: typeof text;
  readonly password: typeof text;
};

const configuration: OptionsSchema<ConfigurationSchemas> = optionsSchema<ConfigurationSchemas>({
  enabled: described(flag, 'Whether it sends. Default true.'),
  name: described(text, 'The name of the broker, for handlers to choose it. Default default.'),
  default: described(
    flag,
    'Handlers that name no broker get this one; implied for the only broker. Default false.',
  ),
  url: described(text, 'Where the broker is: tcp://host:1883, ssl://host:8883, ws:// or wss://. Required.'),
  'ssl-ca': described(text, 'Path of a PEM file with the authorities to trust.'),
  'ssl-cert': described(text, 'Path of a PEM file with the client certificate.'),
  'ssl-key': described(text, 'Path of a PEM file with the key of that certificate.'),
  'insecure-skip-verify': described(flag, "Leave the broker's certificate unchecked. Default false."),
  'client-id': described(
    text,
    'The client id; two connections of one id push each other out. Default the name.',
  ),
  username: described(text, 'The user to log in as.'),
  password: described(text, 'The password to log in with.'),
});

type Qos = MqttMessage['qos'];

const QOS_NAMES: ReadonlyMap<string, Qos> = new Map([
  ['at-most-once', 0],
  ['at-least-once', 1],
  // Kapacitor's spelling.
  ['exactly-one', 2],
  ['exactly-once', 2],
]);

const qos: v.GenericSchema<string | number | bigint, Qos> = v.pipe(
  v.union([
    v.pipe(
      v.string(),
      v.transform((name) => QOS_NAMES.get(name) ?? -1),
    ),
    integer,
  ]),
  v.picklist([0, 1, 2], '0, 1, 2, at-most-once, at-least-once or exactly-once'),
);

type OptionSchemas = {
  readonly 'broker-name': typeof text;
  readonly topic: typeof text;
  readonly qos: typeof qos;
  readonly retained: typeof flag;
};

const options: OptionsSchema<OptionSchemas> = optionsSchema<OptionSchemas>({
  'broker-name': described(text, 'Which broker of the configuration to use. Default the default one.'),
  topic: described(text, 'The topic to publish to; a template. Required.'),
  qos: described(
    qos,
    'How surely it arrives: 0 or at-most-once, 1 or at-least-once, 2 or exactly-once. Default 0.',
  ),
  retained: described(
    flag,
    'Whether the broker keeps the message for those who subscribe later. Default false.',
  ),
});

/** One broker: what Kapacitor has in a `[[mqtt]]` section. */
export type MqttConfiguration = OptionsInput<ConfigurationSchemas>;

/** What an mqtt handler may be told in its handler file, checked. */
export type MqttOptions = OptionsOutput<OptionSchemas>;

const DEFAULT_NAME = 'default';
/** In bytes: the protocol counts them in two. */
const LONGEST_TOPIC = 65_535;

/**
 * The `mqtt` kind: publishes the message of each event to a topic of an MQTT broker. Needs the package `mqtt`.
 *
 * @param configured The broker, or several; handlers choose by `broker-name`, or get the default one.
 * @throws {KindConfigurationError} When the configuration is wrong.
 *
 * @example
 * ```ts
 * import { TopicRegistry } from 'tocsin';
 * import { mqtt } from 'tocsin/handlers';
 *
 * const alerts = new TopicRegistry({ kinds: [mqtt({ url: 'tcp://localhost:1883' })] });
 * await alerts.define({ id: 'bus', topic: 'cpu', kind: 'mqtt', options: { topic: 'alerts/{{ .TaskName }}', qos: 1 } });
 * ```
 */
export function mqtt(
  configured: MqttConfiguration | readonly MqttConfiguration[],
): ConfiguredKind<MqttOptions> {
  const given = listSections('mqtt', configured);
  const sections = configure(
    {
      kind: 'mqtt',
      schema: configuration,
      secrets: ['password', 'url'],
      name: 'name',
      check: sectionProblem,
    },
    given.map((section, index) => namedSection(section, 'name', index === 0 ? DEFAULT_NAME : undefined)),
  );
  if (sections.info.filter((section) => section.default).length > 1) {
    throw new KindConfigurationError('mqtt', 'only one of the brokers can have default: true');
  }
  const brokers = new Map<string, MqttBroker>();

  return {
    kind: 'mqtt',
    options,
    optionNames: options.names,
    configuration,
    sections: sections.info,
    create: ({ brokerName, topic: source = '', qos: level = 0, retained = false }, host) =>
      sections.connect(host, brokerName, async (section) => {
        const module = await import('mqtt').catch(missingPeer('mqtt', 'mqtt'));
        const { name = DEFAULT_NAME, url = '', clientId } = section;
        const broker =
          brokers.get(name) ?? new MqttBroker(module, { ...section, url, clientId: clientId || name });
        brokers.set(name, broker);
        const render = optionTemplate('mqtt', 'topic', source, host);
        return {
          async handle(event, { signal }) {
            const topic = render(event);
            checkTopic(topic);
            await broker.publish({ topic, payload: event.message, qos: level, retain: retained }, signal);
          },
        };
      }),
    async close() {
      await Promise.all([...brokers.values()].map((broker) => broker.close()));
      brokers.clear();
    },
  };
}

function checkTopic(topic: string): void {
  const problem =
    topic === ''
      ? 'is empty'
      : topic.length > LONGEST_TOPIC || Buffer.byteLength(topic) > LONGEST_TOPIC
        ? `'${topic.slice(0, 50).toWellFormed()}…' is longer than ${LONGEST_TOPIC} bytes`
        : /[#+\0]/.test(topic)
          ? `'${topic}' holds a character no topic may`
          : undefined;
  if (problem !== undefined) {
    throw new PermanentDeliveryError(`mqtt: the topic ${problem}`, {
      failure: 'config_error',
      cure: "See the handler's option topic.",
    });
  }
}

function sectionProblem(section: OptionsOutput<ConfigurationSchemas>): string | undefined {
  const { url = '', name } = section;
  if (url === '') return 'url is required';
  if (name === '') return 'name must not be empty';
  readTlsFiles('mqtt', section);
  if (hasSecretReference(url)) return undefined;
  try {
    brokerUrl(url);
    return undefined;
  } catch (error) {
    return error instanceof RangeError ? error.message : String(error);
  }
}

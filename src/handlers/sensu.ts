import { goJson } from '../alert/go-json.ts';
import type { Level } from '../alert/level.ts';
import { DeliveryError, PermanentDeliveryError } from '../errors.ts';
import {
  configDuration,
  described,
  type OptionsInput,
  type OptionsOutput,
  type OptionsSchema,
  optionsSchema,
  text,
  texts,
} from '../handler/options.ts';
import { hasSecretReference } from '../handler/secrets.ts';
import { type Address, parseAddress } from './shared/address.ts';
import { anyMap, singleSectionEntries } from './shared/entries.ts';
import { optionTemplate } from './shared/option-template.ts';
import { type ConfiguredKind, configure } from './shared/sections.ts';
import { tcpExchange } from './shared/tcp-exchange.ts';

type ConfigurationSchemas = {
  readonly enabled: typeof singleSectionEntries.enabled;
  readonly addr: typeof text;
  readonly source: typeof text;
  readonly handlers: typeof texts;
  readonly 'connect-timeout': typeof configDuration;
  readonly timeout: typeof configDuration;
};

const configuration: OptionsSchema<ConfigurationSchemas> = optionsSchema<ConfigurationSchemas>({
  enabled: singleSectionEntries.enabled,
  addr: described(text, 'The socket of the Sensu client: host:port. Required.'),
  source: described(text, 'The source of the check result when the handler gives none. Default Kapacitor.'),
  handlers: described(texts, 'The Sensu handlers when the handler names none.'),
  'connect-timeout': described(configDuration, 'How long connecting may take. Default 5s.'),
  timeout: described(configDuration, 'How long the answer may take. Default 5s.'),
});

type OptionSchemas = {
  readonly source: typeof text;
  readonly handlers: typeof texts;
  readonly metadata: typeof anyMap;
};

const options: OptionsSchema<OptionSchemas> = optionsSchema<OptionSchemas>({
  source: described(text, 'The source of the check result; a template. Default as configured.'),
  handlers: described(texts, 'The Sensu handlers to run. Default as configured.'),
  metadata: described(
    anyMap,
    'More members of the check result. They cannot replace name, source, output, status and handlers.',
  ),
});

/** The Sensu client: what Kapacitor has in its `[sensu]` section. */
export type SensuConfiguration = OptionsInput<ConfigurationSchemas>;

/** What a sensu handler may be told in its handler file, checked. */
export type SensuOptions = OptionsOutput<OptionSchemas>;

const DEFAULT_SOURCE = 'Kapacitor';
const DEFAULT_TIMEOUT = 5000;
const STATUS: Readonly<Record<Level, number>> = { OK: 0, INFO: 0, WARNING: 1, CRITICAL: 2 };

/**
 * The `sensu` kind: sends each event to a Sensu client, as the result of a check. Needs Node.
 *
 * @param configured The client's socket.
 * @throws {KindConfigurationError} When the configuration is wrong.
 *
 * @example
 * ```ts
 * import { TopicRegistry } from 'tocsin';
 * import { sensu } from 'tocsin/handlers';
 *
 * const alerts = new TopicRegistry({ kinds: [sensu({ addr: 'localhost:3030' })] });
 * await alerts.define({ id: 'checks', topic: 'cpu', kind: 'sensu', options: { handlers: ['mail'] } });
 * ```
 */
export function sensu(configured: SensuConfiguration): ConfiguredKind<SensuOptions> {
  const sections = configure(
    { kind: 'sensu', schema: configuration, secrets: [], check: sectionProblem },
    configured,
  );
  return {
    kind: 'sensu',
    options,
    optionNames: options.names,
    configuration,
    sections: sections.info,
    create: (given, host) =>
      sections.connect(host, undefined, (section) => {
        const address = parseAddress(section.addr ?? '') as Address;
        const { connectTimeout: connect = DEFAULT_TIMEOUT, timeout: exchange = DEFAULT_TIMEOUT } = section;
        const render = optionTemplate('sensu', 'source', given.source ?? '', host);
        const handlers = given.handlers?.length ? given.handlers : section.handlers;
        return {
          async handle(event, { signal }) {
            checkName(event.id);
            const result = {
              ...given.metadata,
              name: event.id,
              source: render(event) || (section.source ?? DEFAULT_SOURCE),
              output: event.message,
              status: STATUS[event.level],
              handlers: handlers?.length ? handlers : null,
            };
            const answer = await tcpExchange({
              kind: 'sensu',
              address,
              payload: `${goJson(result, { sortKeys: true })}\n`,
              timeouts: { connect, exchange },
              clock: host.clock,
              signal,
              // A client that sees the end before it has answered does not answer.
              endAfterWrite: false,
              answered: (sofar) => sofar.toString() === 'ok',
            });
            checkAnswer(answer.toString());
          },
        };
      }),
  };
}

function sectionProblem({ addr = '' }: OptionsOutput<ConfigurationSchemas>): string | undefined {
  if (addr === '') return 'addr is required';
  if (hasSecretReference(addr) || parseAddress(addr) !== undefined) return undefined;
  return `addr must be host:port, got '${addr}'`;
}

function checkName(id: string): void {
  if (/^[\w.-]+$/.test(id)) return;
  throw new PermanentDeliveryError(
    `sensu: the alert id ${JSON.stringify(id)} cannot be the name of a check: letters, digits, _ . and - only`,
    { failure: 'client_error', cure: 'Give the alert rule an id template that makes such ids.' },
  );
}

function checkAnswer(answer: string): void {
  if (answer === 'ok') return;
  const reason = `sensu: the client answered ${JSON.stringify(answer.slice(0, 200))} and not ok`;
  // It says so of a result that it cannot read, however often it is sent.
  if (/^invalid/.test(answer)) throw new PermanentDeliveryError(reason, { failure: 'client_error' });
  throw new DeliveryError(reason, { failure: 'server_error' });
}

import type { AlertEvent } from '../alert/event.ts';
import { goJson } from '../alert/go-json.ts';
import type { Level } from '../alert/level.ts';
import { tagsJson } from '../alert/wire.ts';
import { HandlerOptionsError } from '../errors.ts';
import type { HandlerHost } from '../handler/handler.ts';
import {
  described,
  type OptionsInput,
  type OptionsOutput,
  type OptionsSchema,
  optionsSchema,
  text,
} from '../handler/options.ts';
import { cutBytes } from './shared/cut-bytes.ts';
import { anyMap, proxyEntry, singleSectionEntries } from './shared/entries.ts';
import { basicAuth, httpClient } from './shared/http.ts';
import { answerText, answerValue } from './shared/json-answer.ts';
import { type EventText, type OptionPath, optionTemplate, printedValue } from './shared/option-template.ts';
import { type ConfiguredKind, configure } from './shared/sections.ts';
import { webUrl } from './shared/web-url.ts';

type ConfigurationSchemas = typeof singleSectionEntries &
  typeof proxyEntry & {
    readonly url: typeof webUrl;
    readonly source: typeof text;
    readonly username: typeof text;
    readonly password: typeof text;
  };

const configuration: OptionsSchema<ConfigurationSchemas> = optionsSchema<ConfigurationSchemas>({
  url: described(
    webUrl,
    'The address of the events, such as https://example.service-now.com/api/global/em/jsonv2. Required unless every handler gives one.',
  ),
  source: described(text, 'The source of the events when a handler gives none.'),
  username: described(text, 'The user to log in as. Used together with a password only.'),
  password: described(text, 'The password of that user.'),
  ...singleSectionEntries,
  ...proxyEntry,
});

type OptionSchemas = {
  readonly url: typeof text;
  readonly source: typeof text;
  readonly node: typeof text;
  readonly type: typeof text;
  readonly resource: typeof text;
  readonly metricName: typeof text;
  readonly messageKey: typeof text;
  readonly additional_info: typeof anyMap;
  readonly username: typeof text;
  readonly password: typeof text;
};

const options: OptionsSchema<OptionSchemas> = optionsSchema<OptionSchemas>({
  url: described(text, 'The address of the events. Default as configured.'),
  source: described(text, 'The source of the events; no template. Default as configured.'),
  node: described(text, 'The node; a template.'),
  type: described(text, 'The type of the metric; a template.'),
  resource: described(text, 'The resource of the node; a template.'),
  metricName: described(text, 'The name of the metric; a template.'),
  messageKey: described(
    text,
    'What tells events of one alert from others; a template. Default the id of the event.',
  ),
  additional_info: described(anyMap, 'More facts by name. Texts are templates; anything else is printed.'),
  username: described(text, 'Not used, as in Kapacitor: credentials belong into the configuration.'),
  password: described(text, 'Not used, as in Kapacitor: credentials belong into the configuration.'),
});

/** What Kapacitor has in its `[servicenow]` section. */
export type ServiceNowConfiguration = OptionsInput<ConfigurationSchemas>;

/** What a servicenow handler may be told in its handler file, checked. */
export type ServiceNowOptions = OptionsOutput<OptionSchemas>;

const SEVERITIES: Readonly<Record<Level, string>> = { OK: '5', INFO: '5', WARNING: '4', CRITICAL: '1' };

/** Bytes that ServiceNow's fields hold. */
const SHORT = 100;
const KEY = 1024;
const DESCRIPTION = 4000;

/**
 * The `servicenow` kind: sends each event to ServiceNow's Event Management.
 *
 * @throws {KindConfigurationError} When the configuration is wrong.
 *
 * @example
 * ```ts
 * import { TopicRegistry } from 'tocsin';
 * import { servicenow } from 'tocsin/handlers';
 *
 * const alerts = new TopicRegistry({
 *   kinds: [
 *     servicenow({
 *       url: 'https://example.service-now.com/api/global/em/jsonv2',
 *       source: 'tocsin',
 *       username: 'alerts',
 *       password: '${env:SERVICENOW_PASSWORD}',
 *     }),
 *   ],
 * });
 * await alerts.define({
 *   id: 'itsm',
 *   topic: 'cpu',
 *   kind: 'servicenow',
 *   options: { node: '{{ index .Tags "host" }}', additional_info: { task: '{{ .TaskName }}' } },
 * });
 * ```
 */
export function servicenow(configured: ServiceNowConfiguration = {}): ConfiguredKind<ServiceNowOptions> {
  const sections = configure(
    { kind: 'servicenow', schema: configuration, secrets: ['password'] },
    configured,
  );
  return {
    kind: 'servicenow',
    options,
    optionNames: options.names,
    secretOptions: ['password'],
    configuration,
    sections: sections.info,
    create: (given, host) =>
      sections.connect(host, undefined, async (section) => {
        const url = given.url || section.url;
        if (!url) {
          const cure = 'Give one here, or to servicenow() in code.';
          throw new HandlerOptionsError('servicenow', [{ reason: 'url is missing', cure, path: ['url'] }]);
        }
        if (given.username || given.password) {
          host.warn('servicenow: username and password of a handler are not used; configure them instead');
        }
        const { username, password } = section;
        const headers = {
          'Content-Type': 'application/json',
          ...(username && password && { Authorization: basicAuth(username, password) }),
        };
        const record = recordOf(given, section.source ?? '', host);
        const http = await httpClient({
          kind: 'servicenow',
          service: 'ServiceNow',
          host,
          transport: section,
        });
        return {
          close: () => http.close(),
          async handle(event, { signal }) {
            await http.send({
              url,
              headers,
              body: goJson({ records: [record(event)] }),
              signal,
              accept: [200],
              errorText: reason,
            });
          },
        };
      }),
  };
}

function recordOf(
  given: ServiceNowOptions,
  source: string,
  host: HandlerHost,
): (event: AlertEvent) => object {
  const template = (name: string | OptionPath, text = ''): EventText =>
    optionTemplate('servicenow', name, text, host, { data: 'servicenow', lenient: true });
  const node = template('node', given.node);
  const type = template('type', given.type);
  const resource = template('resource', given.resource);
  const metricName = template('metricName', given.metricName);
  const messageKey = template('messageKey', given.messageKey);
  const facts = Object.entries(given.additionalInfo ?? {}).map(([key, value]) => {
    const text = typeof value === 'string' ? value : printedValue(value, host);
    const render = typeof value === 'string' ? template(['additional_info', key], text) : () => text;
    return [key, render] as const;
  });
  return (event) => ({
    source: cutBytes(given.source || source, SHORT),
    node: cutBytes(node(event), SHORT) || undefined,
    type: cutBytes(type(event), SHORT) || undefined,
    resource: cutBytes(resource(event), SHORT) || undefined,
    metric_name: cutBytes(metricName(event), SHORT) || undefined,
    message_key: cutBytes(messageKey(event) || event.id, KEY) || undefined,
    severity: SEVERITIES[event.level],
    description: cutBytes(event.message, DESCRIPTION) || undefined,
    additional_info:
      facts.length === 0
        ? undefined
        : tagsJson(Object.fromEntries(facts.map(([name, render]) => [name, render(event)]))),
  });
}

/** ServiceNow says what went wrong as a text, or as an object with a message and details. */
function reason(body: string): string | undefined {
  const error = answerValue(body, 'error');
  if (typeof error !== 'object' || error === null) return answerText(body, 'error');
  const { message, detail } = error as { readonly message?: unknown; readonly detail?: unknown };
  return [message, detail].filter((part) => typeof part === 'string' && part !== '').join(': ');
}

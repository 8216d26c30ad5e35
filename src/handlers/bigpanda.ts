import type { AlertEvent } from '../alert/event.ts';
import { goJson } from '../alert/go-json.ts';
import type { Level } from '../alert/level.ts';
import { valueJson } from '../alert/wire.ts';
import type { HandlerHost } from '../handler/handler.ts';
import {
  described,
  type OptionsInput,
  type OptionsOutput,
  type OptionsSchema,
  optionsSchema,
  text,
} from '../handler/options.ts';
import { anyMap, proxyEntry, singleSectionEntries, skipVerifyEntry } from './shared/entries.ts';
import { httpClient } from './shared/http.ts';
import { answerText } from './shared/json-answer.ts';
import { noteSecret } from './shared/note-secret.ts';
import { optionTemplate } from './shared/option-template.ts';
import { type ConfiguredKind, configure } from './shared/sections.ts';
import { unescapeHtml } from './shared/unescape-html.ts';
import { urlProblem } from './shared/url-problem.ts';

const DEFAULT_URL = 'https://api.bigpanda.io/data/v2/alerts';

type ConfigurationSchemas = typeof singleSectionEntries &
  typeof skipVerifyEntry &
  typeof proxyEntry & {
    readonly 'app-key': typeof text;
    readonly token: typeof text;
    readonly url: typeof text;
    readonly 'auto-attributes': typeof text;
  };

const configuration: OptionsSchema<ConfigurationSchemas> = optionsSchema<ConfigurationSchemas>({
  'app-key': described(text, 'The key of the application. Required.'),
  token: described(text, 'The API token. Required.'),
  url: described(text, `Where to post. Default ${DEFAULT_URL}.`),
  'auto-attributes': described(
    text,
    'What of the event becomes attributes of its own: a text with the words tags and fields in it. Default tags,fields.',
  ),
  ...singleSectionEntries,
  ...skipVerifyEntry,
  ...proxyEntry,
});

type OptionSchemas = {
  readonly 'app-key': typeof text;
  readonly url: typeof text;
  readonly host: typeof text;
  readonly 'primary-property': typeof text;
  readonly 'secondary-property': typeof text;
  readonly attributes: typeof anyMap;
};

const options: OptionsSchema<OptionSchemas> = optionsSchema<OptionSchemas>({
  'app-key': described(text, 'The key of the application. Default as configured.'),
  url: described(text, 'Where to post. Default as configured.'),
  host: described(
    text,
    'The attribute host; a template. It is always sent, and replaces a tag host. Default empty.',
  ),
  'primary-property': described(text, 'Which attribute is the primary property. Default none.'),
  'secondary-property': described(text, 'Which attribute is the secondary property. Default none.'),
  attributes: described(
    anyMap,
    'More attributes; texts are templates, other values are sent as their JSON text.',
  ),
});

/** What Kapacitor has in its `[bigpanda]` section. */
export type BigPandaConfiguration = OptionsInput<ConfigurationSchemas>;

/** What a bigpanda handler may be told in its handler file, checked. */
export type BigPandaOptions = OptionsOutput<OptionSchemas>;

const STATUSES: Readonly<Record<Level, string>> = {
  OK: 'ok',
  INFO: 'ok',
  WARNING: 'warning',
  CRITICAL: 'critical',
};

/**
 * The `bigpanda` kind: sends each event to BigPanda's Alerts API.
 *
 * @throws {KindConfigurationError} When the configuration is wrong.
 *
 * @example
 * ```ts
 * import { TopicRegistry } from 'tocsin';
 * import { bigpanda } from 'tocsin/handlers';
 *
 * const kind = bigpanda({ appKey: '${env:BIGPANDA_APP_KEY}', token: '${env:BIGPANDA_TOKEN}' });
 * const alerts = new TopicRegistry({ kinds: [kind] });
 * await alerts.define({
 *   id: 'noc',
 *   topic: 'cpu',
 *   kind: 'bigpanda',
 *   options: { host: '{{ index .Tags "host" }}', primaryProperty: 'host' },
 * });
 * ```
 */
export function bigpanda(configured: BigPandaConfiguration): ConfiguredKind<BigPandaOptions> {
  const sections = configure(
    {
      kind: 'bigpanda',
      schema: configuration,
      secrets: ['appKey', 'token'],
      check({ appKey, token, url = DEFAULT_URL }) {
        if (!appKey) return 'app-key is required';
        return token ? urlProblem('url', url) : 'token is required';
      },
    },
    configured,
  );
  return {
    kind: 'bigpanda',
    options,
    optionNames: options.names,
    secretOptions: ['app-key'],
    configuration,
    sections: sections.info,
    create: (given, host) =>
      sections.connect(host, undefined, async (section) => {
        noteSecret(host, given.appKey);
        const url = given.url || (section.url ?? DEFAULT_URL);
        const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${section.token}` };
        const alert = alertOf(given, section, host);
        const http = await httpClient({ kind: 'bigpanda', service: 'BigPanda', host, transport: section });
        return {
          close: () => http.close(),
          async handle(event, { signal }) {
            await http.send({
              url,
              headers,
              body: goJson(alert(event), { sortKeys: true }),
              signal,
              accept: [201],
              errorText: (body) => answerText(body, 'error') ?? answerText(body, 'message'),
            });
          },
        };
      }),
  };
}

/** Everything is on one level, and what comes later wins: tags, fields, host, attributes. */
function alertOf(
  given: BigPandaOptions,
  section: OptionsOutput<ConfigurationSchemas>,
  host: HandlerHost,
): (event: AlertEvent) => object {
  const template = (name: string, source: string): ((event: AlertEvent) => string) =>
    optionTemplate('bigpanda', name, source, host, { lenient: true });
  const automatic = (section.autoAttributes ?? 'tags,fields').toLowerCase();
  const withTags = automatic.includes('tags');
  const withFields = automatic.includes('fields');
  const hostName = template('host', given.host ?? '');
  const attributes = Object.entries(given.attributes ?? {}).map(([name, attribute]) => {
    if (typeof attribute === 'string') return [name, template(`attributes.${name}`, attribute)] as const;
    const json = goJson(attribute, { sortKeys: true });
    return [name, () => json] as const;
  });

  return (event) => {
    const { id, message, level, name, taskName, time, tags, fields } = event;
    const details = unescapeHtml(event.details);
    return Object.fromEntries<unknown>([
      ['app_key', given.appKey || section.appKey],
      ['task', `${taskName}:${name}`],
      ['timestamp', Math.floor(time.getTime() / 1000)],
      ['status', STATUSES[level]],
      ['description', message || undefined],
      ['check', id || undefined],
      ['details', details.startsWith('{') ? undefined : details || undefined],
      ['primary_property', given.primaryProperty || undefined],
      ['secondary_property', given.secondaryProperty || undefined],
      ...(withTags ? Object.entries(tags) : []),
      ...(withFields ? Object.entries(fields).map(([field, value]) => [field, asText(value)] as const) : []),
      ['host', hostName(event)],
      ...attributes.map(([attribute, render]) => [attribute, render(event)] as const),
    ]);
  };
}

function asText(value: string | number | bigint | boolean): string {
  return typeof value === 'string' ? value : valueJson(value);
}

import type { AlertEvent } from '../alert/event.ts';
import { goJson, RawJson } from '../alert/go-json.ts';
import { resultJson } from '../alert/wire.ts';
import {
  described,
  flag,
  type OptionsInput,
  type OptionsOutput,
  type OptionsSchema,
  optionsSchema,
  text,
} from '../handler/options.ts';
import { proxyEntry, singleSectionEntries } from './shared/entries.ts';
import { httpClient } from './shared/http.ts';
import { joinUrl } from './shared/join-url.ts';
import { answerText } from './shared/json-answer.ts';
import { type ConfiguredKind, configure } from './shared/sections.ts';
import { webUrl } from './shared/web-url.ts';

const DEFAULT_URL = 'https://alert.victorops.com/integrations/generic/20131114/alert';

type ConfigurationSchemas = typeof proxyEntry & {
  readonly 'api-key': typeof text;
  readonly 'routing-key': typeof text;
  readonly url: typeof webUrl;
  readonly 'json-data': typeof flag;
  readonly enabled: typeof singleSectionEntries.enabled;
  readonly global: typeof singleSectionEntries.global;
};

const configuration: OptionsSchema<ConfigurationSchemas> = optionsSchema<ConfigurationSchemas>({
  'api-key': described(text, 'The API key of the REST integration. It becomes a part of the address.'),
  'routing-key': described(text, 'The routing key when a handler gives none.'),
  url: described(webUrl, `The address of the integration without the keys. Default ${DEFAULT_URL}.`),
  'json-data': described(flag, 'Send the points as an object and not as a JSON text. Default false.'),
  enabled: singleSectionEntries.enabled,
  global: singleSectionEntries.global,
  ...proxyEntry,
});

type OptionSchemas = {
  readonly 'routing-key': typeof text;
};

const options: OptionsSchema<OptionSchemas> = optionsSchema<OptionSchemas>({
  'routing-key': described(text, 'The routing key, which says who is called. Default as configured.'),
});

/** What Kapacitor has in its `[victorops]` section. */
export type VictorOpsConfiguration = OptionsInput<ConfigurationSchemas>;

/** What a victorops handler may be told in its handler file, checked. */
export type VictorOpsOptions = OptionsOutput<OptionSchemas>;

/**
 * The `victorops` kind: opens and resolves incidents in VictorOps, today Splunk On-Call.
 *
 * @throws {KindConfigurationError} When the configuration is wrong.
 *
 * @example
 * ```ts
 * import { TopicRegistry } from 'tocsin';
 * import { victorops } from 'tocsin/handlers';
 *
 * const alerts = new TopicRegistry({
 *   kinds: [victorops({ apiKey: '${env:VICTOROPS_API_KEY}', routingKey: 'ops' })],
 * });
 * ```
 */
export function victorops(configured: VictorOpsConfiguration): ConfiguredKind<VictorOpsOptions> {
  const sections = configure({ kind: 'victorops', schema: configuration, secrets: ['apiKey'] }, configured);
  return {
    kind: 'victorops',
    options,
    optionNames: options.names,
    configuration,
    sections: sections.info,
    create: (given, host) =>
      sections.connect(host, undefined, async (section) => {
        const { apiKey = '', jsonData = false } = section;
        const http = await httpClient({ kind: 'victorops', service: 'VictorOps', host, transport: section });
        const url = joinUrl(section.url ?? DEFAULT_URL, [
          apiKey,
          given.routingKey || section.routingKey || '',
        ]);
        return {
          close: () => http.close(),
          async handle(event, { signal }) {
            await http.send({
              url,
              headers: { 'Content-Type': 'application/json' },
              body: alert(event, jsonData),
              signal,
              accept: [200],
              errorText: (body, status) =>
                status === 404 ? 'the address or the API key is not known' : answerText(body, 'message'),
            });
          },
        };
      }),
  };
}

function alert(event: AlertEvent, jsonData: boolean): string {
  const result = resultJson(event);
  const content = {
    data: jsonData ? new RawJson(result) : result,
    entity_id: event.id,
    message_type: event.level === 'OK' ? 'RECOVERY' : event.level,
    monitoring_tool: 'kapacitor',
    state_message: event.message,
    timestamp: Math.floor(event.time.getTime() / 1000),
  };
  return `${goJson(content)}\n`;
}

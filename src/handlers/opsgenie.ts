import type { AlertEvent } from '../alert/event.ts';
import { goJson } from '../alert/go-json.ts';
import { resultJson } from '../alert/wire.ts';
import {
  described,
  type OptionsInput,
  type OptionsOutput,
  type OptionsSchema,
  optionsSchema,
  text,
  texts,
} from '../handler/options.ts';
import { proxyEntry, singleSectionEntries } from './shared/entries.ts';
import { httpClient } from './shared/http.ts';
import { answerText } from './shared/json-answer.ts';
import { noticeOnce } from './shared/notice-once.ts';
import { type ConfiguredKind, configure } from './shared/sections.ts';
import { webUrl } from './shared/web-url.ts';

const DEFAULT_URL = 'https://api.opsgenie.com/v1/json/alert';
const DEFAULT_RECOVERY_URL = `${DEFAULT_URL}/note`;

type ConfigurationSchemas = typeof proxyEntry & {
  readonly 'api-key': typeof text;
  readonly teams: typeof texts;
  readonly recipients: typeof texts;
  readonly url: typeof webUrl;
  readonly recovery_url: typeof webUrl;
  readonly enabled: typeof singleSectionEntries.enabled;
  readonly global: typeof singleSectionEntries.global;
};

const configuration: OptionsSchema<ConfigurationSchemas> = optionsSchema<ConfigurationSchemas>({
  'api-key': described(text, 'The API key. Required.'),
  teams: described(texts, 'The teams when a handler gives none.'),
  recipients: described(texts, 'The people when a handler gives none.'),
  url: described(webUrl, `Where alerts go; a slash is put behind it. Default ${DEFAULT_URL}.`),
  recovery_url: described(
    webUrl,
    `Where recoveries go; a slash is put behind it. Default ${DEFAULT_RECOVERY_URL}.`,
  ),
  enabled: singleSectionEntries.enabled,
  global: singleSectionEntries.global,
  ...proxyEntry,
});

type OptionSchemas = {
  readonly 'teams-list': typeof texts;
  readonly 'recipients-list': typeof texts;
};

const options: OptionsSchema<OptionSchemas> = optionsSchema<OptionSchemas>({
  'teams-list': described(texts, 'The teams to tell. Default as configured.'),
  'recipients-list': described(texts, 'The people to tell. Default as configured.'),
});

/** What Kapacitor has in its `[opsgenie]` section. */
export type OpsgenieConfiguration = OptionsInput<ConfigurationSchemas>;

/** What an opsgenie handler may be told in its handler file, checked. */
export type OpsgenieOptions = OptionsOutput<OptionSchemas>;

/**
 * The `opsgenie` kind: Opsgenie's API version 1, which is retired. Use `opsgenie2`.
 *
 * @throws {KindConfigurationError} When the configuration is wrong.
 *
 * @example
 * ```ts
 * import { TopicRegistry } from 'tocsin';
 * import { opsgenie } from 'tocsin/handlers';
 *
 * const alerts = new TopicRegistry({ kinds: [opsgenie({ apiKey: '${env:OPSGENIE_API_KEY}', teams: ['ops'] })] });
 * ```
 */
export function opsgenie(configured: OpsgenieConfiguration): ConfiguredKind<OpsgenieOptions> {
  const sections = configure(
    {
      kind: 'opsgenie',
      schema: configuration,
      secrets: ['apiKey'],
      check: ({ apiKey }) => (apiKey ? undefined : 'api-key is required'),
    },
    configured,
  );
  const notice = noticeOnce(
    'opsgenie: version 1 of the API is retired, use opsgenie2; Opsgenie itself ends on 2027-04-05',
  );
  return {
    kind: 'opsgenie',
    options,
    optionNames: options.names,
    configuration,
    sections: sections.info,
    create: (given, host) =>
      sections.connect(host, undefined, async (section) => {
        notice(host);
        const { apiKey = '', url = DEFAULT_URL, recoveryUrl = DEFAULT_RECOVERY_URL } = section;
        const teams = given.teamsList?.length ? given.teamsList : (section.teams ?? []);
        const recipients = given.recipientsList?.length ? given.recipientsList : (section.recipients ?? []);
        const http = await httpClient({ kind: 'opsgenie', service: 'Opsgenie', host, transport: section });
        return {
          close: () => http.close(),
          async handle(event, { signal }) {
            await http.send({
              url: `${event.level === 'OK' ? recoveryUrl : url}/`,
              headers: { 'Content-Type': 'application/json' },
              body: alert(event, { apiKey, teams, recipients }),
              signal,
              accept: [200],
              errorText: (body) => answerText(body, 'message'),
            });
          },
        };
      }),
  };
}

interface Addressees {
  readonly apiKey: string;
  readonly teams: readonly string[];
  readonly recipients: readonly string[];
}

function alert(event: AlertEvent, { apiKey, teams, recipients }: Addressees): string {
  const recovery = event.level === 'OK';
  const content = {
    alias: event.id,
    apiKey,
    description: resultJson(event),
    details: { Level: recovery ? 'RECOVERY' : event.level, 'Monitoring Tool': 'Kapacitor' },
    entity: event.id,
    message: event.message,
    monitoring_tool: 'kapacitor',
    note: recovery ? event.message : '',
    ...(recipients.length > 0 && { recipients }),
    ...(teams.length > 0 && { teams }),
  };
  return `${goJson(content)}\n`;
}

import { goJson } from '../alert/go-json.ts';
import {
  configDuration,
  described,
  duration,
  type OptionsInput,
  type OptionsOutput,
  type OptionsSchema,
  optionsSchema,
  text,
  texts,
} from '../handler/options.ts';
import { alertOf } from './alerta/alert.ts';
import { anyMap, proxyEntry, singleSectionEntries, skipVerifyEntry } from './shared/entries.ts';
import { httpClient } from './shared/http.ts';
import { joinUrl } from './shared/join-url.ts';
import { answerText } from './shared/json-answer.ts';
import { noteSecret } from './shared/note-secret.ts';
import { type ConfiguredKind, configure } from './shared/sections.ts';
import { urlProblem } from './shared/url-problem.ts';

type ConfigurationSchemas = typeof skipVerifyEntry &
  typeof proxyEntry & {
    readonly url: typeof text;
    readonly token: typeof text;
    readonly 'token-prefix': typeof text;
    readonly environment: typeof text;
    readonly origin: typeof text;
    readonly timeout: typeof configDuration;
    readonly enabled: typeof singleSectionEntries.enabled;
  };

const configuration: OptionsSchema<ConfigurationSchemas> = optionsSchema<ConfigurationSchemas>({
  url: described(text, 'The base address of the Alerta API; alerts go to <url>/alert. Required.'),
  token: described(text, 'The API token when the handler gives none.'),
  'token-prefix': described(text, 'The word before the token in the Authorization header. Default Bearer.'),
  environment: described(text, 'The environment when that of the handler is empty.'),
  origin: described(text, 'The origin when the handler gives none.'),
  timeout: described(
    configDuration,
    'Accepted, as Kapacitor accepts it, and as there it has no effect: the timeout of alerts is an option of handlers.',
  ),
  enabled: singleSectionEntries.enabled,
  ...skipVerifyEntry,
  ...proxyEntry,
});

type OptionSchemas = {
  readonly token: typeof text;
  readonly 'token-prefix': typeof text;
  readonly resource: typeof text;
  readonly event: typeof text;
  readonly environment: typeof text;
  readonly group: typeof text;
  readonly value: typeof text;
  readonly origin: typeof text;
  readonly service: typeof texts;
  readonly correlate: typeof texts;
  readonly attributes: typeof anyMap;
  readonly timeout: typeof duration;
};

const options: OptionsSchema<OptionSchemas> = optionsSchema<OptionSchemas>({
  token: described(text, 'The API token. Default as configured.'),
  'token-prefix': described(
    text,
    'The word before the token in the Authorization header. Default as configured.',
  ),
  resource: described(
    text,
    'What the alert is about; a template, which must not come out empty. Default {{ .Name }}.',
  ),
  event: described(
    text,
    'The name of the event; a template over ID, Name, TaskName, Group and Tags, which must not come out empty. Default {{ .ID }}.',
  ),
  environment: described(text, 'The environment; a template. Default as configured.'),
  group: described(text, 'The group of the alert; a template. Default {{ .Group }}.'),
  value: described(text, 'The value of the alert; a template. Default empty.'),
  origin: described(text, 'Where the alert comes from. Default as configured.'),
  service: described(
    texts,
    'The services that are affected; templates. Default the name of the measurement.',
  ),
  correlate: described(texts, 'Events that belong together; templates. Default the name of the measurement.'),
  attributes: described(anyMap, 'More attributes; texts are templates, other values go as they are.'),
  timeout: described(duration, 'When Alerta takes the alert for expired. Default 24h.'),
});

/** What Kapacitor has in its `[alerta]` section. */
export type AlertaConfiguration = OptionsInput<ConfigurationSchemas>;

/** What an alerta handler may be told in its handler file, checked. */
export type AlertaOptions = OptionsOutput<OptionSchemas>;

/**
 * The `alerta` kind: sends each event to Alerta.
 *
 * @throws {KindConfigurationError} When the configuration is wrong.
 *
 * @example
 * ```ts
 * import { TopicRegistry } from 'tocsin';
 * import { alerta } from 'tocsin/handlers';
 *
 * const kind = alerta({ url: 'https://alerta.example.com/api', token: '${env:ALERTA_TOKEN}', environment: 'Production' });
 * const alerts = new TopicRegistry({ kinds: [kind] });
 * await alerts.define({
 *   id: 'console',
 *   topic: 'cpu',
 *   kind: 'alerta',
 *   options: { resource: '{{ index .Tags "host" }}', service: ['web'], timeout: '1h' },
 * });
 * ```
 */
export function alerta(configured: AlertaConfiguration): ConfiguredKind<AlertaOptions> {
  const sections = configure(
    { kind: 'alerta', schema: configuration, secrets: ['token'], check: ({ url }) => urlProblem('url', url) },
    configured,
  );
  return {
    kind: 'alerta',
    options,
    optionNames: options.names,
    secretOptions: ['token'],
    configuration,
    sections: sections.info,
    create: (given, host) =>
      sections.connect(host, undefined, async (section) => {
        noteSecret(host, given.token);
        const url = joinUrl(section.url ?? '', ['alert']);
        const prefix = given.tokenPrefix || section.tokenPrefix || 'Bearer';
        const token = given.token || section.token || '';
        const headers = { 'Content-Type': 'application/json', Authorization: `${prefix} ${token}` };
        const alert = alertOf(given, section, host);
        const http = await httpClient({ kind: 'alerta', service: 'Alerta', host, transport: section });
        return {
          close: () => http.close(),
          async handle(event, { signal }) {
            await http.send({
              url,
              headers,
              body: `${goJson(alert(event))}\n`,
              signal,
              accept: isTaken,
              errorText: (body) => answerText(body, 'message'),
            });
          },
        };
      }),
  };
}

/** 202 with status ok says that Alerta has taken the alert and keeps it quiet, as in a blackout. */
function isTaken(status: number, body: string): boolean {
  return status === 201 || (status === 202 && answerText(body, 'status') === 'ok');
}

import * as v from 'valibot';
import type { AlertEvent } from '../alert/event.ts';
import { goJson, RawJson } from '../alert/go-json.ts';
import type { Level } from '../alert/level.ts';
import { resultJson, tagsJson } from '../alert/wire.ts';
import {
  described,
  flag,
  type OptionsInput,
  type OptionsOutput,
  type OptionsSchema,
  optionsSchema,
  text,
  texts,
} from '../handler/options.ts';
import { base64Url } from './shared/base64.ts';
import { proxyEntry, singleSectionEntries } from './shared/entries.ts';
import { httpClient } from './shared/http.ts';
import { joinUrl } from './shared/join-url.ts';
import { answerText } from './shared/json-answer.ts';
import { noticeOnce } from './shared/notice-once.ts';
import { type ConfiguredKind, configure } from './shared/sections.ts';
import { webUrl } from './shared/web-url.ts';

const DEFAULT_URL = 'https://api.opsgenie.com/v2/alerts';

type ConfigurationSchemas = typeof proxyEntry & {
  readonly 'api-key': typeof text;
  readonly teams: typeof texts;
  readonly recipients: typeof texts;
  readonly url: typeof webUrl;
  readonly recovery_action: v.GenericSchema<string>;
  readonly details: typeof flag;
  readonly enabled: typeof singleSectionEntries.enabled;
  readonly global: typeof singleSectionEntries.global;
};

const configuration: OptionsSchema<ConfigurationSchemas> = optionsSchema<ConfigurationSchemas>({
  'api-key': described(text, 'The API key. Required.'),
  teams: described(texts, 'The teams when a handler gives none.'),
  recipients: described(texts, 'The users when a handler gives none.'),
  url: described(webUrl, `The address of the alerts. Default ${DEFAULT_URL}.`),
  recovery_action: described(
    v.pipe(text, v.nonEmpty('must be notes or close')),
    'What a recovery does when the handler does not say: notes adds a note, close closes the alert. Default notes.',
  ),
  details: described(
    flag,
    'Describe the alert by the details of the event, when it has some, and not by its points. Default false.',
  ),
  enabled: singleSectionEntries.enabled,
  global: singleSectionEntries.global,
  ...proxyEntry,
});

type OptionSchemas = {
  readonly 'teams-list': typeof texts;
  readonly 'recipients-list': typeof texts;
  readonly recovery_action: typeof text;
};

const options: OptionsSchema<OptionSchemas> = optionsSchema<OptionSchemas>({
  'teams-list': described(texts, 'The teams to tell. Default as configured.'),
  'recipients-list': described(texts, 'The users to tell, by user name. Default as configured.'),
  recovery_action: described(
    text,
    'What a recovery does: notes adds a note, close closes the alert. Default as configured.',
  ),
});

/** What Kapacitor has in its `[opsgenie2]` section. */
export type Opsgenie2Configuration = OptionsInput<ConfigurationSchemas>;

/** What an opsgenie2 handler may be told in its handler file, checked. */
export type Opsgenie2Options = OptionsOutput<OptionSchemas>;

const PRIORITIES: Readonly<Record<Level, string | undefined>> = {
  OK: undefined,
  INFO: 'P5',
  WARNING: 'P3',
  CRITICAL: 'P1',
};

/**
 * The `opsgenie2` kind: opens alerts in Opsgenie, and adds a note to them or closes them on recovery.
 *
 * @throws {KindConfigurationError} When the configuration is wrong.
 *
 * @example
 * ```ts
 * import { TopicRegistry } from 'tocsin';
 * import { opsgenie2 } from 'tocsin/handlers';
 *
 * const alerts = new TopicRegistry({
 *   kinds: [opsgenie2({ apiKey: '${env:OPSGENIE_API_KEY}', teams: ['ops'], recoveryAction: 'close' })],
 * });
 * ```
 */
export function opsgenie2(configured: Opsgenie2Configuration): ConfiguredKind<Opsgenie2Options> {
  const sections = configure(
    {
      kind: 'opsgenie2',
      schema: configuration,
      secrets: ['apiKey'],
      check: ({ apiKey }) => (apiKey ? undefined : 'api-key is required'),
    },
    configured,
  );
  const notice = noticeOnce('opsgenie2: Opsgenie ends on 2027-04-05; until then its API goes on to work');
  return {
    kind: 'opsgenie2',
    options,
    optionNames: options.names,
    configuration,
    sections: sections.info,
    create: (given, host) =>
      sections.connect(host, undefined, async (section) => {
        notice(host);
        const { apiKey = '', url = DEFAULT_URL, details = false } = section;
        const action = recoveryAction([given.recoveryAction, section.recoveryAction], host.warn);
        const responders = [
          ...chosen(given.teamsList, section.teams).map((name) => ({ name, type: 'team' })),
          ...chosen(given.recipientsList, section.recipients).map((username) => ({ type: 'user', username })),
        ];
        const http = await httpClient({ kind: 'opsgenie2', service: 'Opsgenie', host, transport: section });
        return {
          close: () => http.close(),
          async handle(event, { signal }) {
            const alias = base64Url(event.id);
            const recovery = event.level === 'OK';
            const content = recovery ? { note: event.message } : alert(event, { alias, responders, details });
            await http.send({
              url: recovery ? joinUrl(url, [alias, action], { query: { identifierType: 'alias' } }) : url,
              headers: { 'Content-Type': 'application/json', Authorization: `GenieKey ${apiKey}` },
              body: `${goJson(content)}\n`,
              signal,
              accept: [202],
              errorText: (body) => answerText(body, 'message'),
            });
          },
        };
      }),
  };
}

/** The list of the handler, or, when it gives none, the one that is configured. */
function chosen(given: readonly string[] = [], configured: readonly string[] = []): readonly string[] {
  return given.length > 0 ? given : configured;
}

type Responder = Readonly<Record<string, string>>;

/** The first of the wanted actions that there is; as in Kapacitor others fall back, but not in silence. */
function recoveryAction(wanted: readonly (string | undefined)[], warn: (message: string) => void): string {
  for (const action of wanted) {
    if (action === 'notes' || action === 'close') return action;
    if (action)
      warn(`opsgenie2: the recovery_action '${action}' is neither notes nor close, and is not used`);
  }
  return 'notes';
}

function alert(
  event: AlertEvent,
  { alias, responders, details }: { alias: string; responders: readonly Responder[]; details: boolean },
): object {
  const [series] = event.series ?? [];
  const labels = Object.fromEntries([
    ['Monitoring Tool', 'Kapacitor'],
    ['Level', event.level],
    ...Object.entries(series?.tags ?? {}),
    ...(series ? [['Kapacitor Task Name', series.name]] : []),
  ]);
  return {
    alias,
    description: details && event.details !== '' ? event.details : resultJson(event),
    details: new RawJson(tagsJson(labels)),
    entity: event.id,
    message: event.message,
    note: '',
    priority: PRIORITIES[event.level],
    ...(responders.length > 0 && { responders }),
  };
}

import type { AlertEvent } from '../alert/event.ts';
import { goJson } from '../alert/go-json.ts';
import type { Level } from '../alert/level.ts';
import {
  described,
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
import { noteSecret } from './shared/note-secret.ts';
import { noticeOnce } from './shared/notice-once.ts';
import { type ConfiguredKind, configure } from './shared/sections.ts';
import { urlProblem } from './shared/url-problem.ts';

type ConfigurationSchemas = typeof singleSectionEntries &
  typeof proxyEntry & {
    readonly url: typeof text;
    readonly token: typeof text;
    readonly room: typeof text;
  };

const configuration: OptionsSchema<ConfigurationSchemas> = optionsSchema<ConfigurationSchemas>({
  url: described(
    text,
    'The address of the API without the room, such as https://chat.example.com/v2/room. Required.',
  ),
  token: described(text, 'The token when a handler gives none.'),
  room: described(text, 'The room when a handler gives none.'),
  ...singleSectionEntries,
  ...proxyEntry,
});

type OptionSchemas = {
  readonly room: typeof text;
  readonly token: typeof text;
};

const options: OptionsSchema<OptionSchemas> = optionsSchema<OptionSchemas>({
  room: described(text, 'The room to write to. Default as configured.'),
  token: described(text, 'The token to write with. Default as configured.'),
});

/** What Kapacitor has in its `[hipchat]` section. */
export type HipChatConfiguration = OptionsInput<ConfigurationSchemas>;

/** What a hipchat handler may be told in its handler file, checked. */
export type HipChatOptions = OptionsOutput<OptionSchemas>;

const COLORS: Readonly<Record<Level, string>> = {
  OK: 'green',
  INFO: 'green',
  WARNING: 'yellow',
  CRITICAL: 'red',
};

/**
 * The `hipchat` kind: writes each event to a room of HipChat. The service closed in 2019; this is for servers
 * that speak its API.
 *
 * @throws {KindConfigurationError} When the configuration is wrong.
 *
 * @example
 * ```ts
 * import { TopicRegistry } from 'tocsin';
 * import { hipchat } from 'tocsin/handlers';
 *
 * const alerts = new TopicRegistry({
 *   kinds: [hipchat({ url: 'https://chat.example.com/v2/room', token: '${env:HIPCHAT_TOKEN}', room: 'ops' })],
 * });
 * ```
 */
export function hipchat(configured: HipChatConfiguration): ConfiguredKind<HipChatOptions> {
  const sections = configure(
    {
      kind: 'hipchat',
      schema: configuration,
      secrets: ['token'],
      check: ({ url }) => urlProblem('url', url),
    },
    configured,
  );
  const notice = noticeOnce(
    'hipchat: HipChat closed in February 2019; only servers that speak its API still answer',
  );
  return {
    kind: 'hipchat',
    options,
    optionNames: options.names,
    secretOptions: ['token'],
    configuration,
    sections: sections.info,
    create: (given, host) =>
      sections.connect(host, undefined, async (section) => {
        notice(host);
        noteSecret(host, given.token);
        const http = await httpClient({ kind: 'hipchat', service: 'HipChat', host, transport: section });
        const url = joinUrl(section.url ?? '', [given.room || section.room || '', 'notification'], {
          query: { auth_token: given.token || section.token || '' },
        });
        return {
          close: () => http.close(),
          async handle(event, { signal }) {
            await http.send({
              url,
              headers: { 'Content-Type': 'application/json' },
              body: notification(event),
              signal,
              accept: [200, 204],
              errorText: (body) => answerText(body, 'error'),
            });
          },
        };
      }),
  };
}

function notification({ level, message }: AlertEvent): string {
  return `${goJson({ color: COLORS[level], from: 'kapacitor', message, notify: true })}\n`;
}

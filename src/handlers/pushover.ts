import type { Level } from '../alert/level.ts';
import {
  described,
  type OptionsInput,
  type OptionsOutput,
  type OptionsSchema,
  optionsSchema,
  text,
} from '../handler/options.ts';
import { ellipsize } from './shared/ellipsize.ts';
import { proxyEntry, singleSectionEntries } from './shared/entries.ts';
import { httpClient } from './shared/http.ts';
import { escapeQuery } from './shared/join-url.ts';
import { answerValue } from './shared/json-answer.ts';
import { noteSecret } from './shared/note-secret.ts';
import { type ConfiguredKind, configure } from './shared/sections.ts';
import { urlProblem } from './shared/url-problem.ts';

const DEFAULT_URL = 'https://api.pushover.net/1/messages.json';
const LONGEST_MESSAGE = 1024;

type ConfigurationSchemas = typeof proxyEntry & {
  readonly token: typeof text;
  readonly 'user-key': typeof text;
  readonly url: typeof text;
  readonly enabled: typeof singleSectionEntries.enabled;
};

const configuration: OptionsSchema<ConfigurationSchemas> = optionsSchema<ConfigurationSchemas>({
  token: described(text, 'The token of the application. Required.'),
  'user-key': described(text, 'Whom to notify: the key of a user or a group. Required.'),
  url: described(text, `Where to post. Default ${DEFAULT_URL}.`),
  enabled: singleSectionEntries.enabled,
  ...proxyEntry,
});

type OptionSchemas = {
  readonly 'user-key': typeof text;
  readonly device: typeof text;
  readonly title: typeof text;
  readonly url: typeof text;
  readonly 'url-title': typeof text;
  readonly sound: typeof text;
};

const options: OptionsSchema<OptionSchemas> = optionsSchema<OptionSchemas>({
  'user-key': described(text, 'Whom to notify: the key of a user or a group. Default as configured.'),
  device: described(text, 'Which devices of the user, separated by commas. Default all of them.'),
  title: described(text, 'The title of the message. Default the name of the application.'),
  url: described(text, 'A link to show with the message.'),
  'url-title': described(text, 'The text of that link.'),
  sound: described(text, 'The sound to play, by name. Default as the user has set it.'),
});

/** What Kapacitor has in its `[pushover]` section. */
export type PushoverConfiguration = OptionsInput<ConfigurationSchemas>;

/** What a pushover handler may be told in its handler file, checked. */
export type PushoverOptions = OptionsOutput<OptionSchemas>;

const PRIORITIES: Readonly<Record<Level, string>> = { OK: '-2', INFO: '-1', WARNING: '0', CRITICAL: '1' };

/**
 * The `pushover` kind: sends each event as a push message, more urgent the higher its level.
 *
 * @throws {KindConfigurationError} When the configuration is wrong.
 *
 * @example
 * ```ts
 * import { TopicRegistry } from 'tocsin';
 * import { pushover } from 'tocsin/handlers';
 *
 * const kind = pushover({ token: '${env:PUSHOVER_TOKEN}', userKey: '${env:PUSHOVER_USER}' });
 * const alerts = new TopicRegistry({ kinds: [kind] });
 * await alerts.define({ id: 'phone', topic: 'cpu', kind: 'pushover', options: { sound: 'siren' } });
 * ```
 */
export function pushover(configured: PushoverConfiguration): ConfiguredKind<PushoverOptions> {
  const sections = configure(
    {
      kind: 'pushover',
      schema: configuration,
      secrets: ['token', 'userKey'],
      check({ token, userKey, url = DEFAULT_URL }) {
        if (!token) return 'token is required';
        return userKey ? urlProblem('url', url) : 'user-key is required';
      },
    },
    configured,
  );
  return {
    kind: 'pushover',
    options,
    optionNames: options.names,
    secretOptions: ['user-key'],
    configuration,
    sections: sections.info,
    create: (given, host) =>
      sections.connect(host, undefined, async (section) => {
        noteSecret(host, given.userKey);
        const fixed = {
          device: given.device,
          sound: given.sound,
          title: given.title,
          token: section.token,
          url: given.url,
          url_title: given.urlTitle,
          user: given.userKey || section.userKey,
        };
        const http = await httpClient({ kind: 'pushover', service: 'Pushover', host, transport: section });
        return {
          close: () => http.close(),
          async handle({ message, level }, { signal }) {
            await http.send({
              url: section.url ?? DEFAULT_URL,
              headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
              body: form(
                { ...fixed, message: ellipsize(message, LONGEST_MESSAGE), priority: PRIORITIES[level] },
                ['message'],
              ),
              signal,
              accept: [200],
              errorText,
            });
          },
        };
      }),
  };
}

/** A form in the order of its names; what is empty is left out, unless it is always there. */
function form(fields: Readonly<Record<string, string | undefined>>, always: readonly string[]): string {
  return Object.entries(fields)
    .filter(([name, value]) => value || always.includes(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value = '']) => `${name}=${escapeQuery(value)}`)
    .join('&');
}

function errorText(body: string): string | undefined {
  const errors = answerValue(body, 'errors');
  return Array.isArray(errors) ? errors.map(String).join('; ') : undefined;
}

import { goJson } from '../alert/go-json.ts';
import type { Level } from '../alert/level.ts';
import {
  described,
  flag,
  type OptionsInput,
  type OptionsOutput,
  type OptionsSchema,
  optionsSchema,
  text,
} from '../handler/options.ts';
import { ellipsize } from './shared/ellipsize.ts';
import { proxyEntry, sectionEntries, tlsEntries } from './shared/entries.ts';
import { httpClient } from './shared/http.ts';
import { answerText, answerValue } from './shared/json-answer.ts';
import { optionTemplate } from './shared/option-template.ts';
import { type ConfiguredKind, configure } from './shared/sections.ts';
import { tlsProblem } from './shared/tls-problem.ts';
import { urlProblem } from './shared/url-problem.ts';

type ConfigurationSchemas = typeof sectionEntries &
  typeof tlsEntries &
  typeof proxyEntry & {
    readonly url: typeof text;
    readonly workspace: typeof text;
    readonly timestamp: typeof flag;
    readonly username: typeof text;
    readonly 'avatar-url': typeof text;
    readonly 'embed-title': typeof text;
  };

const configuration: OptionsSchema<ConfigurationSchemas> = optionsSchema<ConfigurationSchemas>({
  url: described(text, 'The webhook of the channel. Required.'),
  workspace: described(
    text,
    'The name of the section, for handlers to choose it; needed when there are several.',
  ),
  timestamp: described(flag, 'Whether the embed shows the time of the event. Default false.'),
  username: described(
    text,
    'The name to write under when the handler gives none. Default that of the webhook.',
  ),
  'avatar-url': described(
    text,
    'The picture to write under when the handler gives none. Default that of the webhook.',
  ),
  'embed-title': described(
    text,
    'Accepted, as Kapacitor accepts it, and as there it has no effect: titles are an option of handlers.',
  ),
  ...sectionEntries,
  ...tlsEntries,
  ...proxyEntry,
});

type OptionSchemas = {
  readonly workspace: typeof text;
  readonly username: typeof text;
  readonly 'avatar-url': typeof text;
  readonly 'embed-title': typeof text;
};

const options: OptionsSchema<OptionSchemas> = optionsSchema<OptionSchemas>({
  workspace: described(text, 'Which section of the configuration to use. Default the default one.'),
  username: described(text, 'The name to write under. Default as configured.'),
  'avatar-url': described(text, 'The picture to write under. Default as configured.'),
  'embed-title': described(text, 'The title of the embed; a template. Default none.'),
});

/** One workspace: what Kapacitor has in a `[[discord]]` section. */
export type DiscordConfiguration = OptionsInput<ConfigurationSchemas>;

/** What a discord handler may be told in its handler file, checked. */
export type DiscordOptions = OptionsOutput<OptionSchemas>;

const LONGEST_TITLE = 256;
const LONGEST_DESCRIPTION = 4096;
const COLORS: Readonly<Record<Level, number>> = {
  OK: 0x7a65f2,
  INFO: 0x7a65f2,
  WARNING: 0xf48d38,
  CRITICAL: 0xf95f53,
};

/**
 * The `discord` kind: writes each event into a channel, as one embed in the color of its level.
 *
 * @param configured The workspace, or several; handlers choose by `workspace`, or get the default one.
 * @throws {KindConfigurationError} When the configuration is wrong.
 *
 * @example
 * ```ts
 * import { TopicRegistry } from 'tocsin';
 * import { discord } from 'tocsin/handlers';
 *
 * const alerts = new TopicRegistry({ kinds: [discord({ url: '${env:DISCORD_WEBHOOK_URL}', timestamp: true })] });
 * await alerts.define({
 *   id: 'ops',
 *   topic: 'cpu',
 *   kind: 'discord',
 *   options: { embedTitle: '{{ .Level }} on {{ index .Tags "host" }}' },
 * });
 * ```
 */
export function discord(
  configured: DiscordConfiguration | readonly DiscordConfiguration[],
): ConfiguredKind<DiscordOptions> {
  const sections = configure(
    {
      kind: 'discord',
      schema: configuration,
      secrets: ['url'],
      name: 'workspace',
      check: (section) => urlProblem('url', section.url) ?? tlsProblem(section),
    },
    configured,
  );
  return {
    kind: 'discord',
    options,
    optionNames: options.names,
    configuration,
    sections: sections.info,
    create: (given, host) =>
      sections.connect(host, given.workspace, async (section) => {
        const { url = '', timestamp = false } = section;
        const username = given.username || section.username || '';
        const avatar = given.avatarUrl || section.avatarUrl || '';
        const title = optionTemplate('discord', 'embed-title', given.embedTitle ?? '', host);
        // With ?wait=true Discord answers with the message that it has made.
        const accept = new URL(url).searchParams.get('wait') === 'true' ? [200, 204] : [204];
        const http = await httpClient({ kind: 'discord', service: 'Discord', host, transport: section });
        return {
          close: () => http.close(),
          async handle(event, { signal }) {
            const embed = {
              color: COLORS[event.level],
              title: ellipsize(title(event), LONGEST_TITLE),
              description: ellipsize(event.message, LONGEST_DESCRIPTION),
              timestamp: timestamp ? `${event.time.toISOString().slice(0, -5)}Z` : '',
            };
            await http.send({
              url,
              headers: { 'Content-Type': 'application/json' },
              body: `${goJson({ avatar_url: avatar, embeds: [embed], username })}\n`,
              signal,
              accept,
              errorText: (body) => answerText(body, 'error') ?? answerText(body, 'message'),
              retryAfter,
            });
          },
        };
      }),
  };
}

/** Discord says how many seconds to wait in `{"retry_after": 0.3}`. */
function retryAfter(body: string): number | undefined {
  const seconds = answerValue(body, 'retry_after');
  return typeof seconds === 'number' ? Math.ceil(seconds * 1000) : undefined;
}

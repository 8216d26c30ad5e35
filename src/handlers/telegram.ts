import * as v from 'valibot';
import { goJson } from '../alert/go-json.ts';
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
import { proxyEntry, singleSectionEntries } from './shared/entries.ts';
import { httpClient } from './shared/http.ts';
import { joinUrl } from './shared/join-url.ts';
import { answerText, answerValue } from './shared/json-answer.ts';
import { type ConfiguredKind, configure } from './shared/sections.ts';
import { urlProblem } from './shared/url-problem.ts';

const DEFAULT_URL = 'https://api.telegram.org/bot';
const LONGEST_TEXT = 4096;

const parseMode: v.GenericSchema<string> = v.pipe(
  text,
  v.check((mode) => /^(|markdown|markdownv2|html)$/i.test(mode), 'must be Markdown, MarkdownV2 or HTML'),
);

type ConfigurationSchemas = typeof singleSectionEntries &
  typeof proxyEntry & {
    readonly token: typeof text;
    readonly url: typeof text;
    readonly 'chat-id': typeof text;
    readonly 'parse-mode': typeof parseMode;
    readonly 'disable-web-page-preview': typeof flag;
    readonly 'disable-notification': typeof flag;
  };

const configuration: OptionsSchema<ConfigurationSchemas> = optionsSchema<ConfigurationSchemas>({
  token: described(text, 'The token of the bot. Required.'),
  url: described(text, `The address of the bot API; the token is glued to its path. Default ${DEFAULT_URL}.`),
  'chat-id': described(text, 'The chat to write into when the handler gives none: -100… or @channel.'),
  'parse-mode': described(
    parseMode,
    'How Telegram reads the message: Markdown, MarkdownV2 or HTML. Default as plain text.',
  ),
  'disable-web-page-preview': described(flag, 'Show no preview of links. Default false.'),
  'disable-notification': described(flag, 'Make no sound. Default false.'),
  ...singleSectionEntries,
  ...proxyEntry,
});

type OptionSchemas = {
  readonly 'chat-id': typeof text;
  readonly 'parse-mode': typeof parseMode;
  readonly 'disable-web-page-preview': typeof flag;
  readonly 'disable-notification': typeof flag;
};

const options: OptionsSchema<OptionSchemas> = optionsSchema<OptionSchemas>({
  'chat-id': described(
    text,
    'The chat to write into; a text, also when it is a number. Default as configured.',
  ),
  'parse-mode': described(
    parseMode,
    'How Telegram reads the message: Markdown, MarkdownV2 or HTML. Default as configured.',
  ),
  'disable-web-page-preview': described(
    flag,
    'Show no preview of links, if the configuration does not say so already. Default false.',
  ),
  'disable-notification': described(
    flag,
    'Make no sound, if the configuration does not say so already. Default false.',
  ),
});

/** What Kapacitor has in its `[telegram]` section. */
export type TelegramConfiguration = OptionsInput<ConfigurationSchemas>;

/** What a telegram handler may be told in its handler file, checked. */
export type TelegramOptions = OptionsOutput<OptionSchemas>;

/**
 * The `telegram` kind: writes each event into a chat, through a bot.
 *
 * @throws {KindConfigurationError} When the configuration is wrong.
 *
 * @example
 * ```ts
 * import { TopicRegistry } from 'tocsin';
 * import { telegram } from 'tocsin/handlers';
 *
 * const alerts = new TopicRegistry({ kinds: [telegram({ token: '${env:TELEGRAM_TOKEN}' })] });
 * await alerts.define({ id: 'ops', topic: 'cpu', kind: 'telegram', options: { 'chat-id': '-1001234' } });
 * ```
 */
export function telegram(configured: TelegramConfiguration): ConfiguredKind<TelegramOptions> {
  const sections = configure(
    {
      kind: 'telegram',
      schema: configuration,
      secrets: ['token'],
      check: ({ url = DEFAULT_URL, token }) => (token ? urlProblem('url', url) : 'token is required'),
    },
    configured,
  );
  return {
    kind: 'telegram',
    options,
    optionNames: options.names,
    configuration,
    sections: sections.info,
    create: (given, host) =>
      sections.connect(host, undefined, async (section) => {
        const base = new URL(section.url ?? DEFAULT_URL);
        base.pathname += (section.token ?? '').replaceAll('%', '%25');
        const url = joinUrl(base.href, ['sendMessage']);
        const chat = given.chatId || section.chatId || '';
        const mode = given.parseMode || section.parseMode;
        const silent = given.disableNotification || section.disableNotification;
        const bare = given.disableWebPagePreview || section.disableWebPagePreview;
        const http = await httpClient({ kind: 'telegram', service: 'Telegram', host, transport: section });
        return {
          close: () => http.close(),
          async handle({ message }, { signal }) {
            const cut = message.length > LONGEST_TEXT;
            const post = {
              chat_id: chat,
              disable_notification: silent ? true : undefined,
              disable_web_page_preview: bare ? true : undefined,
              // A cut can leave a tag open, and Telegram refuses such a text.
              parse_mode: mode && !cut ? mode : undefined,
              text: ellipsize(message, LONGEST_TEXT),
            };
            await http.send({
              url,
              headers: { 'Content-Type': 'application/json' },
              body: `${goJson(post)}\n`,
              signal,
              accept: [200],
              errorText: (body) => answerText(body, 'description'),
              retryAfter,
            });
          },
        };
      }),
  };
}

/** Telegram says how many seconds to wait in `{"parameters": {"retry_after": 5}}`. */
function retryAfter(body: string): number | undefined {
  const seconds = answerValue(JSON.stringify(answerValue(body, 'parameters') ?? null), 'retry_after');
  return typeof seconds === 'number' ? seconds * 1000 : undefined;
}

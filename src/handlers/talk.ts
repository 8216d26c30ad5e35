import type { AlertEvent } from '../alert/event.ts';
import { goJson } from '../alert/go-json.ts';
import { described, type OptionsInput, type OptionsSchema, optionsSchema, text } from '../handler/options.ts';
import type { StandardSchema } from '../handler/standard-schema.ts';
import { proxyEntry, singleSectionEntries } from './shared/entries.ts';
import { httpClient } from './shared/http.ts';
import { noticeOnce } from './shared/notice-once.ts';
import { type ConfiguredKind, configure } from './shared/sections.ts';
import { urlProblem } from './shared/url-problem.ts';

type ConfigurationSchemas = typeof proxyEntry & {
  readonly url: typeof text;
  readonly author_name: typeof text;
  readonly enabled: typeof singleSectionEntries.enabled;
};

const configuration: OptionsSchema<ConfigurationSchemas> = optionsSchema<ConfigurationSchemas>({
  url: described(text, 'The address of the webhook. Required.'),
  author_name: described(text, 'The name that messages are signed with. Default empty.'),
  enabled: singleSectionEntries.enabled,
  ...proxyEntry,
});

type NoOptionsSchemas = Record<never, never>;

const noOptions: OptionsSchema<NoOptionsSchemas> = optionsSchema<NoOptionsSchemas>({});
// Kapacitor does not even look at the options of a talk handler, so a file may hold some.
const options: StandardSchema<unknown, TalkOptions> & { readonly open: true } = {
  ...noOptions,
  open: true,
  '~standard': { ...noOptions['~standard'], validate: (value) => ({ value: Object(value ?? {}) }) },
};

/** What Kapacitor has in its `[talk]` section. */
export type TalkConfiguration = OptionsInput<ConfigurationSchemas>;

/** A talk handler has no options; what it is given is not used. */
export type TalkOptions = Readonly<Record<string, unknown>>;

/**
 * The `talk` kind: writes each event to a webhook of Jianliao Talk. The service is gone; this is for servers
 * that speak its API.
 *
 * @throws {KindConfigurationError} When the configuration is wrong.
 *
 * @example
 * ```ts
 * import { TopicRegistry } from 'tocsin';
 * import { talk } from 'tocsin/handlers';
 *
 * const alerts = new TopicRegistry({ kinds: [talk({ url: '${env:TALK_WEBHOOK}', authorName: 'alerts' })] });
 * ```
 */
export function talk(configured: TalkConfiguration): ConfiguredKind<TalkOptions> {
  const sections = configure(
    { kind: 'talk', schema: configuration, secrets: ['url'], check: ({ url }) => urlProblem('url', url) },
    configured,
  );
  const notice = noticeOnce('talk: Jianliao Talk is gone; only servers that speak its API still answer');
  return {
    kind: 'talk',
    options,
    optionNames: noOptions.names,
    configuration,
    sections: sections.info,
    create: (given, host) =>
      sections.connect(host, undefined, async (section) => {
        notice(host);
        const unused = Object.keys(given);
        if (unused.length > 0)
          host.warn(`talk: its handlers have no options; not used: ${unused.join(', ')}`);
        const { url = '', authorName = '' } = section;
        const http = await httpClient({ kind: 'talk', service: 'Talk', host, transport: section });
        return {
          close: () => http.close(),
          async handle(event, { signal }) {
            await http.send({
              url,
              headers: { 'Content-Type': 'application/json' },
              body: message(event, authorName),
              signal,
              accept: [200],
            });
          },
        };
      }),
  };
}

function message({ id, message: text }: AlertEvent, authorName: string): string {
  return `${goJson({ authorName, text, title: id })}\n`;
}

import { goJson } from '../alert/go-json.ts';
import type { Level } from '../alert/level.ts';
import { DeliveryError, type FailureReason } from '../errors.ts';
import {
  described,
  type OptionsInput,
  type OptionsOutput,
  type OptionsSchema,
  optionsSchema,
  text,
} from '../handler/options.ts';
import { proxyEntry, sectionEntries, tlsEntries } from './shared/entries.ts';
import { httpClient } from './shared/http.ts';
import { answerText, answerValue } from './shared/json-answer.ts';
import { type ConfiguredKind, configure } from './shared/sections.ts';
import { tlsProblem } from './shared/tls-problem.ts';
import { urlProblem } from './shared/url-problem.ts';

type ConfigurationSchemas = typeof sectionEntries &
  typeof tlsEntries &
  typeof proxyEntry & {
    readonly url: typeof text;
    readonly token: typeof text;
    readonly workspace: typeof text;
    readonly channel: typeof text;
    readonly username: typeof text;
    readonly 'icon-emoji': typeof text;
  };

const configuration: OptionsSchema<ConfigurationSchemas> = optionsSchema<ConfigurationSchemas>({
  url: described(
    text,
    'The incoming webhook, or https://slack.com/api/chat.postMessage together with a token. Required.',
  ),
  token: described(text, 'A bot token (xoxb-…), sent as bearer token; chat.postMessage needs one.'),
  workspace: described(
    text,
    'The name of the section, for handlers to choose it; needed when there are several.',
  ),
  channel: described(text, 'Where to write when the handler does not say: #channel or @user.'),
  username: described(text, 'The name to write under when the handler gives none.'),
  'icon-emoji': described(text, 'The icon to write under when the handler gives none.'),
  ...sectionEntries,
  ...tlsEntries,
  ...proxyEntry,
});

type OptionSchemas = {
  readonly workspace: typeof text;
  readonly channel: typeof text;
  readonly username: typeof text;
  readonly 'icon-emoji': typeof text;
};

const options: OptionsSchema<OptionSchemas> = optionsSchema<OptionSchemas>({
  workspace: described(text, 'Which section of the configuration to use. Default the default one.'),
  channel: described(text, 'Where to write: #channel or @user. Default as configured.'),
  username: described(text, 'The name to write under. Default as configured.'),
  'icon-emoji': described(text, 'The icon to write under, such as :fire:. Default as configured.'),
});

/** One workspace: what Kapacitor has in a `[[slack]]` section. */
export type SlackConfiguration = OptionsInput<ConfigurationSchemas>;

/** What a slack handler may be told in its handler file, checked. */
export type SlackOptions = OptionsOutput<OptionSchemas>;

const COLORS: Readonly<Record<Level, string>> = {
  OK: 'good',
  INFO: 'good',
  WARNING: 'warning',
  CRITICAL: 'danger',
};

/**
 * The `slack` kind: writes each event into a channel, as one attachment in the color of its level.
 *
 * @param configured The workspace, or several; handlers choose by `workspace`, or get the default one.
 * @throws {KindConfigurationError} When the configuration is wrong.
 *
 * @example
 * ```ts
 * import { TopicRegistry } from 'tocsin';
 * import { slack } from 'tocsin/handlers';
 *
 * const alerts = new TopicRegistry({ kinds: [slack({ url: '${env:SLACK_WEBHOOK_URL}', channel: '#ops' })] });
 * await alerts.define({ id: 'ops', topic: 'cpu', kind: 'slack', options: { iconEmoji: ':fire:' } });
 * ```
 */
export function slack(
  configured: SlackConfiguration | readonly SlackConfiguration[],
): ConfiguredKind<SlackOptions> {
  const sections = configure(
    {
      kind: 'slack',
      schema: configuration,
      secrets: ['url', 'token'],
      name: 'workspace',
      check: (section) => urlProblem('url', section.url) ?? tlsProblem(section),
    },
    configured,
  );
  return {
    kind: 'slack',
    options,
    optionNames: options.names,
    configuration,
    sections: sections.info,
    create: (given, host) =>
      sections.connect(host, given.workspace, async (section) => {
        const { url = '', token } = section;
        const channel = given.channel || section.channel || '';
        const username = given.username || section.username || '';
        const icon = given.iconEmoji || section.iconEmoji || '';
        const http = await httpClient({ kind: 'slack', service: 'Slack', host, transport: section });
        const headers = {
          'Content-Type': 'application/json',
          ...(token && { Authorization: `Bearer ${token}` }),
        };
        return {
          close: () => http.close(),
          async handle({ message, level }, { signal }) {
            const attachment = {
              fallback: message,
              color: COLORS[level],
              text: message,
              mrkdwn_in: ['text'],
            };
            const post = { attachments: [attachment], channel, icon_emoji: icon, text: '', username };
            const answer = await http.send({
              url,
              headers,
              body: `${goJson(post)}\n`,
              signal,
              accept: [200],
              errorText: (body) => answerText(body, 'error'),
            });
            // The Web API says with 200 that it did not take a message.
            if (answerValue(answer.body, 'ok') === false) throw refusal(answerText(answer.body, 'error'));
          },
        };
      }),
  };
}

function refusal(error = 'unknown error'): DeliveryError {
  const failure: FailureReason = /auth|token|scope|account_inactive|not_allowed/.test(error)
    ? 'auth_error'
    : /rate_?limited/.test(error)
      ? 'rate_limited'
      : /internal_error|fatal_error|unavailable|timeout/.test(error)
        ? 'server_error'
        : 'client_error';
  return new DeliveryError(`Slack did not take the message: ${error}`, {
    failure,
    status: 200,
    retryable: failure === 'rate_limited' || failure === 'server_error',
  });
}

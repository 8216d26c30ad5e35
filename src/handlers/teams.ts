import * as v from 'valibot';
import type { AlertEvent } from '../alert/event.ts';
import { goJson } from '../alert/go-json.ts';
import type { Level } from '../alert/level.ts';
import { DeliveryError } from '../errors.ts';
import {
  described,
  type OptionsInput,
  type OptionsOutput,
  type OptionsSchema,
  optionsSchema,
  text,
} from '../handler/options.ts';
import { cutBytes } from './shared/cut-bytes.ts';
import { proxyEntry, singleSectionEntries } from './shared/entries.ts';
import { httpClient } from './shared/http.ts';
import { classifyStatus } from './shared/http-errors.ts';
import { answerText } from './shared/json-answer.ts';
import { noteSecret } from './shared/note-secret.ts';
import { type ConfiguredKind, configure } from './shared/sections.ts';
import { urlProblem } from './shared/url-problem.ts';

type Format = 'adaptive-card' | 'message-card';

const format: v.GenericSchema<Format> = described(
  v.picklist(['adaptive-card', 'message-card'], 'adaptive-card or message-card'),
  'What to send: adaptive-card for a Workflows URL, message-card for the retired connectors. Default by the address.',
);

type ConfigurationSchemas = typeof singleSectionEntries &
  typeof proxyEntry & {
    readonly 'channel-url': typeof text;
    readonly format: typeof format;
  };

const configuration: OptionsSchema<ConfigurationSchemas> = optionsSchema<ConfigurationSchemas>({
  'channel-url': described(
    text,
    'The webhook of the channel: a Workflows URL, or one of a retired connector. Required.',
  ),
  format,
  ...singleSectionEntries,
  ...proxyEntry,
});

type OptionSchemas = {
  readonly 'channel-url': typeof text;
  readonly format: typeof format;
};

const options: OptionsSchema<OptionSchemas> = optionsSchema<OptionSchemas>({
  'channel-url': described(text, 'The webhook of another channel. Default as configured.'),
  format,
});

/** What Kapacitor has in its `[teams]` section. */
export type TeamsConfiguration = OptionsInput<ConfigurationSchemas>;

/** What a teams handler may be told in its handler file, checked. */
export type TeamsOptions = OptionsOutput<OptionSchemas>;

const SUMMARY_BYTES = 70;
const COLORS: Readonly<Record<Level, { readonly theme: string; readonly text: string }>> = {
  OK: { theme: '34CC25', text: 'Good' },
  INFO: { theme: '34CC25', text: 'Good' },
  WARNING: { theme: 'FFA533', text: 'Warning' },
  CRITICAL: { theme: 'CC4A31', text: 'Attention' },
};

/**
 * The `teams` kind: writes each event into a channel of Microsoft Teams, as an Adaptive Card where the address is
 * one of Workflows, else as the connector card that Kapacitor sends.
 *
 * @throws {KindConfigurationError} When the configuration is wrong.
 *
 * @example
 * ```ts
 * import { TopicRegistry } from 'tocsin';
 * import { teams } from 'tocsin/handlers';
 *
 * const alerts = new TopicRegistry({ kinds: [teams({ channelUrl: '${env:TEAMS_WEBHOOK_URL}' })] });
 * await alerts.define({ id: 'ops', topic: 'cpu', kind: 'teams' });
 * ```
 */
export function teams(configured: TeamsConfiguration): ConfiguredKind<TeamsOptions> {
  const sections = configure(
    {
      kind: 'teams',
      schema: configuration,
      secrets: ['channelUrl'],
      check: ({ channelUrl }) => urlProblem('channel-url', channelUrl),
    },
    configured,
  );
  return {
    kind: 'teams',
    options,
    optionNames: options.names,
    secretOptions: ['channel-url'],
    configuration,
    sections: sections.info,
    create: (given, host) =>
      sections.connect(host, undefined, async (section) => {
        noteSecret(host, given.channelUrl);
        const url = given.channelUrl || section.channelUrl || '';
        const adaptive = (given.format ?? section.format ?? formatFor(url)) === 'adaptive-card';
        const http = await httpClient({ kind: 'teams', service: 'Teams', host, transport: section });
        return {
          close: () => http.close(),
          async handle(event, { signal }) {
            const answer = await http.send({
              url,
              headers: { 'Content-Type': 'application/json' },
              body: goJson(adaptive ? adaptiveCard(event) : messageCard(event)),
              signal,
              // A flow says that it has been started, not that it has ended.
              accept: adaptive ? [200, 202, 204] : [200, 204],
              errorText: (body) => answerText(body, 'error') ?? answerText(body, 'message'),
            });
            const failed = connectorFailure(answer.body);
            if (failed) throw failed;
          },
        };
      }),
  };
}

function formatFor(url: string): Format {
  const host = URL.canParse(url) ? new URL(url).hostname : '';
  return /(^|\.)(logic\.azure\.(com|us|cn)|powerplatform\.(com|us|cn)|powerautomate\.(com|us|cn))$/.test(host)
    ? 'adaptive-card'
    : 'message-card';
}

function titleOf({ level, id, topic }: AlertEvent): string {
  const name = id || topic;
  return name === '' ? level : `${level}: [${name}]`;
}

function summaryOf(event: AlertEvent): string {
  const { level, id, topic, message } = event;
  const summary = id || topic ? `${titleOf(event)} - ${message}` : `${level}: ${message}`;
  return `${cutBytes(summary, SUMMARY_BYTES)}...`;
}

function messageCard(event: AlertEvent): unknown {
  return {
    '@type': 'MessageCard',
    '@context': 'http://schema.org/extensions',
    title: titleOf(event),
    text: event.message,
    summary: summaryOf(event),
    themeColor: COLORS[event.level].theme,
  };
}

function adaptiveCard(event: AlertEvent): unknown {
  const block = { type: 'TextBlock', wrap: true };
  const card = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [
      { ...block, text: titleOf(event), weight: 'Bolder', size: 'Medium', color: COLORS[event.level].text },
      { ...block, text: event.message },
    ],
    msteams: { width: 'Full' },
  };
  const attachment = {
    contentType: 'application/vnd.microsoft.card.adaptive',
    contentUrl: null,
    content: card,
  };
  return { type: 'message', summary: summaryOf(event), attachments: [attachment] };
}

/** The connectors answer 200 with a sentence when Teams itself did not take the card. */
function connectorFailure(body: string): DeliveryError | undefined {
  if (!body.startsWith('Webhook message delivery failed')) return undefined;
  const status = Number(/HTTP error (\d{3})/.exec(body)?.[1] ?? 502);
  return new DeliveryError(`Teams did not take the card: HTTP error ${status}`, {
    ...classifyStatus(status),
    status,
  });
}

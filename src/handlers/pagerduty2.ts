import * as v from 'valibot';
import type { AlertEvent } from '../alert/event.ts';
import { goJson, RawJson } from '../alert/go-json.ts';
import type { Level } from '../alert/level.ts';
import { nanosOf } from '../alert/nano-date.ts';
import { resultJson } from '../alert/wire.ts';
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
import { answerText, answerValue } from './shared/json-answer.ts';
import { type NestedOptions, nestedOptions } from './shared/nested-options.ts';
import { noteSecret } from './shared/note-secret.ts';
import { optionTemplate } from './shared/option-template.ts';
import { type ConfiguredKind, configure } from './shared/sections.ts';
import { webUrl } from './shared/web-url.ts';

const DEFAULT_URL = 'https://events.pagerduty.com/v2/enqueue';

type ConfigurationSchemas = typeof proxyEntry & {
  readonly 'routing-key': typeof text;
  readonly url: typeof webUrl;
  readonly 'client-url': typeof text;
  readonly enabled: typeof singleSectionEntries.enabled;
  readonly global: typeof singleSectionEntries.global;
};

const configuration: OptionsSchema<ConfigurationSchemas> = optionsSchema<ConfigurationSchemas>({
  'routing-key': described(text, 'The integration key when a handler gives none.'),
  url: described(webUrl, `Where events go. Default ${DEFAULT_URL}.`),
  'client-url': described(text, 'A link back to your service, shown with the incident.'),
  enabled: singleSectionEntries.enabled,
  global: singleSectionEntries.global,
  ...proxyEntry,
});

const link: NestedOptions<{ readonly href: typeof text; readonly text: typeof text }> = nestedOptions({
  href: described(text, 'Where the link leads; a template.'),
  text: described(text, 'What it says; a template. Default the address.'),
});

type OptionSchemas = {
  readonly 'routing-key': typeof text;
  readonly links: v.GenericSchema<v.InferInput<typeof link>[], v.InferOutput<typeof link>[]>;
};

const options: OptionsSchema<OptionSchemas> = optionsSchema<OptionSchemas>({
  'routing-key': described(text, 'The integration key of the service. Default as configured.'),
  links: described(
    v.array(link, 'a list of links'),
    'Links to show with the incident: a list of href and text, both templates.',
  ),
});

/** What Kapacitor has in its `[pagerduty2]` section, and `client-url`, which it fills in by itself. */
export type PagerDuty2Configuration = OptionsInput<ConfigurationSchemas>;

/** What a pagerduty2 handler may be told in its handler file, checked. */
export type PagerDuty2Options = OptionsOutput<OptionSchemas>;

const SEVERITIES: Readonly<Record<Level, string>> = {
  OK: 'info',
  INFO: 'info',
  WARNING: 'warning',
  CRITICAL: 'critical',
};

/**
 * The `pagerduty2` kind: opens and resolves incidents through PagerDuty's Events API, version 2.
 *
 * @throws {KindConfigurationError} When the configuration is wrong.
 *
 * @example
 * ```ts
 * import { TopicRegistry } from 'tocsin';
 * import { pagerduty2 } from 'tocsin/handlers';
 *
 * const alerts = new TopicRegistry({ kinds: [pagerduty2({ routingKey: '${env:PAGERDUTY_KEY}' })] });
 * await alerts.define({
 *   id: 'pager',
 *   topic: 'cpu',
 *   kind: 'pagerduty2',
 *   options: { links: [{ href: 'https://wiki.example.com/{{ .Name }}', text: 'What to do' }] },
 * });
 * ```
 */
export function pagerduty2(configured: PagerDuty2Configuration = {}): ConfiguredKind<PagerDuty2Options> {
  const sections = configure(
    { kind: 'pagerduty2', schema: configuration, secrets: ['routingKey'] },
    configured,
  );
  return {
    kind: 'pagerduty2',
    options,
    optionNames: options.names,
    secretOptions: ['routing-key'],
    configuration,
    sections: sections.info,
    create: (given, host) =>
      sections.connect(host, undefined, async (section) => {
        noteSecret(host, given.routingKey);
        const { url = DEFAULT_URL, clientUrl } = section;
        const routingKey = given.routingKey || section.routingKey || '';
        const links = (given.links ?? []).map(({ href = '', text = '' }, index) => ({
          href: optionTemplate('pagerduty2', ['links', index, 'href'], href, host),
          text: optionTemplate('pagerduty2', ['links', index, 'text'], text || href, host),
        }));
        const http = await httpClient({ kind: 'pagerduty2', service: 'PagerDuty', host, transport: section });
        return {
          close: () => http.close(),
          async handle(event, { signal }) {
            const content = {
              routing_key: routingKey,
              event_action: event.level === 'OK' ? 'resolve' : 'trigger',
              dedup_key: event.id,
              payload: payload(event),
              images: null,
              links:
                links.length > 0
                  ? links.map((one) => ({ href: one.href(event), text: one.text(event) }))
                  : null,
              client: 'kapacitor',
              client_url: clientUrl,
            };
            await http.send({
              url,
              headers: {
                'Content-Type': 'application/json',
                Accept: 'application/vnd.pagerduty+json;version=2',
              },
              body: `${goJson(content)}\n`,
              signal,
              accept: [200, 202],
              errorText: reason,
            });
          },
        };
      }),
  };
}

function payload(event: AlertEvent): object {
  return {
    summary: event.message,
    source: Object.hasOwn(event.tags, 'host') ? event.tags.host : 'unknown',
    severity: SEVERITIES[event.level],
    timestamp: nineDigits(event.time),
    class: event.taskName,
    component: '',
    group: '',
    custom_details: { result: new RawJson(resultJson(event)) },
  };
}

/** RFC 3339 with nine digits of fraction, always. */
function nineDigits(time: Date): string {
  return `${time.toISOString().slice(0, -1)}${String(nanosOf(time)).padStart(6, '0')}Z`;
}

function reason(body: string): string | undefined {
  const message = answerText(body, 'message');
  const errors = answerValue(body, 'errors');
  return Array.isArray(errors) && errors.length > 0 ? `${message ?? ''} (${errors.join(', ')})` : message;
}

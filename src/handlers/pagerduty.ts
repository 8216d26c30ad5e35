import type { AlertEvent } from '../alert/event.ts';
import { goJson } from '../alert/go-json.ts';
import { PermanentDeliveryError } from '../errors.ts';
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
import { answerText } from './shared/json-answer.ts';
import { noteSecret } from './shared/note-secret.ts';
import { noticeOnce } from './shared/notice-once.ts';
import { type ConfiguredKind, configure } from './shared/sections.ts';
import { webUrl } from './shared/web-url.ts';

const DEFAULT_URL = 'https://events.pagerduty.com/generic/2010-04-15/create_event.json';

type ConfigurationSchemas = typeof proxyEntry & {
  readonly 'service-key': typeof text;
  readonly url: typeof webUrl;
  readonly 'client-url': typeof text;
  readonly enabled: typeof singleSectionEntries.enabled;
  readonly global: typeof singleSectionEntries.global;
};

const configuration: OptionsSchema<ConfigurationSchemas> = optionsSchema<ConfigurationSchemas>({
  'service-key': described(text, 'The integration key when a handler gives none.'),
  url: described(webUrl, `Where events go. Default ${DEFAULT_URL}.`),
  'client-url': described(text, 'A link back to your service, shown with the incident.'),
  enabled: singleSectionEntries.enabled,
  global: singleSectionEntries.global,
  ...proxyEntry,
});

type OptionSchemas = {
  readonly 'service-key': typeof text;
};

const options: OptionsSchema<OptionSchemas> = optionsSchema<OptionSchemas>({
  'service-key': described(text, 'The integration key of the service. Default as configured.'),
});

/** What Kapacitor has in its `[pagerduty]` section, and `client-url`, which it fills in by itself. */
export type PagerDutyConfiguration = OptionsInput<ConfigurationSchemas>;

/** What a pagerduty handler may be told in its handler file, checked. */
export type PagerDutyOptions = OptionsOutput<OptionSchemas>;

/**
 * The `pagerduty` kind: opens and resolves incidents through PagerDuty's old Events API, version 1. It has no
 * INFO: such an event fails. Use `pagerduty2` for new integrations.
 *
 * @throws {KindConfigurationError} When the configuration is wrong.
 *
 * @example
 * ```ts
 * import { TopicRegistry } from 'tocsin';
 * import { pagerduty } from 'tocsin/handlers';
 *
 * const alerts = new TopicRegistry({ kinds: [pagerduty({ serviceKey: '${env:PAGERDUTY_KEY}' })] });
 * ```
 */
export function pagerduty(configured: PagerDutyConfiguration = {}): ConfiguredKind<PagerDutyOptions> {
  const sections = configure(
    { kind: 'pagerduty', schema: configuration, secrets: ['serviceKey'] },
    configured,
  );
  const notice = noticeOnce('pagerduty: version 1 of the Events API is superseded; use pagerduty2');
  return {
    kind: 'pagerduty',
    options,
    optionNames: options.names,
    secretOptions: ['service-key'],
    configuration,
    sections: sections.info,
    create: (given, host) =>
      sections.connect(host, undefined, async (section) => {
        notice(host);
        noteSecret(host, given.serviceKey);
        const { url = DEFAULT_URL, clientUrl } = section;
        const serviceKey = given.serviceKey || section.serviceKey || '';
        const http = await httpClient({ kind: 'pagerduty', service: 'PagerDuty', host, transport: section });
        return {
          close: () => http.close(),
          async handle(event, { signal }) {
            if (event.level === 'INFO') {
              throw new PermanentDeliveryError("Version 1 of PagerDuty's Events API has no INFO", {
                failure: 'client_error',
                cure: 'Keep such events away with match: level() != INFO, or use pagerduty2.',
              });
            }
            await http.send({
              url,
              headers: { 'Content-Type': 'application/json' },
              body: incident(event, serviceKey, clientUrl),
              signal,
              accept: [200],
              errorText: (body) => answerText(body, 'message'),
            });
          },
        };
      }),
  };
}

function incident(event: AlertEvent, serviceKey: string, clientUrl: string | undefined): string {
  const content = {
    client: 'kapacitor',
    client_url: clientUrl,
    description: event.message,
    details: event.details,
    event_type: event.level === 'OK' ? 'resolve' : 'trigger',
    incident_key: event.id,
    service_key: serviceKey,
  };
  return `${goJson(content)}\n`;
}

import * as v from 'valibot';
import { goJson, RawJson } from '../alert/go-json.ts';
import { DeliveryError } from '../errors.ts';
import {
  described,
  integer,
  type OptionsInput,
  type OptionsOutput,
  type OptionsSchema,
  optionsSchema,
  text,
} from '../handler/options.ts';
import type { Redactor } from '../handler/redactor.ts';
import { anyMap, proxyEntry, singleSectionEntries } from './shared/entries.ts';
import { basicAuth, httpClient } from './shared/http.ts';
import { answerText, answerValue } from './shared/json-answer.ts';
import { type NestedOptions, nestedOptions } from './shared/nested-options.ts';
import { type ConfiguredKind, configure } from './shared/sections.ts';
import { urlProblem } from './shared/url-problem.ts';
import { webUrl } from './shared/web-url.ts';
import { eventFields } from './zenoss/event-fields.ts';

const severity: v.GenericSchema<number | bigint | string> = v.union(
  [v.pipe(v.number(), v.finite()), v.bigint(), v.string()],
  'a number or a text',
);

type ConfigurationSchemas = typeof singleSectionEntries &
  typeof proxyEntry & {
    readonly url: typeof webUrl;
    readonly username: typeof text;
    readonly password: typeof text;
    readonly action: typeof text;
    readonly method: typeof text;
    readonly type: typeof text;
    readonly tid: typeof integer;
    readonly collector: typeof text;
    readonly 'severity-map': NestedOptions<Record<'OK' | 'Info' | 'Warning' | 'Critical', typeof severity>>;
  };

const configuration: OptionsSchema<ConfigurationSchemas> = optionsSchema<ConfigurationSchemas>({
  url: described(
    webUrl,
    'The address of the router, such as https://example.zenoss.io:8080/zport/dmd/evconsole_router. Required.',
  ),
  username: described(text, 'The user to log in as. Used together with a password only.'),
  password: described(text, 'The password of that user.'),
  action: described(text, 'The router when a handler names none. Default EventsRouter.'),
  method: described(text, 'Its method when a handler names none. Default add_event.'),
  type: described(text, 'The type of the call when a handler names none. Default rpc.'),
  tid: described(integer, 'The number of the call when a handler gives none or 0. Default 1.'),
  collector: described(text, 'The collector when a handler names none. Default Kapacitor.'),
  'severity-map': described(
    nestedOptions({
      OK: described(severity, 'The severity of OK. Default Clear.'),
      Info: described(severity, 'The severity of INFO. Default Info.'),
      Warning: described(severity, 'The severity of WARNING. Default Warning.'),
      Critical: described(severity, 'The severity of CRITICAL. Default Critical.'),
    }),
    'The severity of each level, OK, Info, Warning and Critical: numbers or texts. Default Clear, Info, Warning, Critical.',
  ),
  ...singleSectionEntries,
  ...proxyEntry,
});

type OptionSchemas = {
  readonly summary: typeof text;
  readonly device: typeof text;
  readonly component: typeof text;
  readonly eventClassKey: typeof text;
  readonly eventClass: typeof text;
  readonly collector: typeof text;
  readonly message: typeof text;
  readonly customField: typeof anyMap;
  readonly action: typeof text;
  readonly method: typeof text;
  readonly type: typeof text;
  readonly tid: typeof integer;
};

const options: OptionsSchema<OptionSchemas> = optionsSchema<OptionSchemas>({
  summary: described(text, 'The summary; a template, cut to 256 bytes. Default the message of the event.'),
  device: described(text, 'The device; a template.'),
  component: described(text, 'The component of the device; a template.'),
  eventClassKey: described(text, 'The key of the event class; a template.'),
  eventClass: described(text, 'The event class; a template.'),
  collector: described(text, 'The collector; a template. Default as configured.'),
  message: described(text, 'The message; a template, cut to 4096 bytes. Left out when empty.'),
  customField: described(
    anyMap,
    'More fields by name; they win over the standard ones. Texts are templates; one that comes out as a JSON object or list is sent as that.',
  ),
  action: described(text, 'The router. Default as configured.'),
  method: described(text, 'Its method. Default as configured.'),
  type: described(text, 'The type of the call. Default as configured.'),
  tid: described(integer, 'The number of the call. 0 means as configured.'),
});

/** What Kapacitor has in its `[zenoss]` section. */
export type ZenossConfiguration = OptionsInput<ConfigurationSchemas>;

/** What a zenoss handler may be told in its handler file, checked. */
export type ZenossOptions = OptionsOutput<OptionSchemas>;

/**
 * The `zenoss` kind: sends each event to the events console of Zenoss.
 *
 * @throws {KindConfigurationError} When the configuration is wrong.
 *
 * @example
 * ```ts
 * import { TopicRegistry } from 'tocsin';
 * import { zenoss } from 'tocsin/handlers';
 *
 * const alerts = new TopicRegistry({
 *   kinds: [
 *     zenoss({
 *       url: 'https://example.zenoss.io:8080/zport/dmd/evconsole_router',
 *       username: 'alerts',
 *       password: '${env:ZENOSS_PASSWORD}',
 *       severityMap: { Critical: 5, Warning: 3 },
 *     }),
 *   ],
 * });
 * await alerts.define({
 *   id: 'console',
 *   topic: 'cpu',
 *   kind: 'zenoss',
 *   options: { device: '{{ index .Tags "host" }}', eventClass: '/Perf/CPU' },
 * });
 * ```
 */
export function zenoss(configured: ZenossConfiguration): ConfiguredKind<ZenossOptions> {
  const sections = configure(
    {
      kind: 'zenoss',
      schema: configuration,
      secrets: ['password'],
      check: ({ url }) => urlProblem('url', url),
    },
    configured,
  );
  return {
    kind: 'zenoss',
    options,
    optionNames: options.names,
    configuration,
    sections: sections.info,
    create: (given, host) =>
      sections.connect(host, undefined, async (section) => {
        const { url = '', username, password } = section;
        const headers = {
          'Content-Type': 'application/json',
          ...(username && password && { Authorization: basicAuth(username, password) }),
        };
        const data = eventFields(given, section, host);
        const call = {
          action: given.action || (section.action ?? 'EventsRouter'),
          method: given.method || (section.method ?? 'add_event'),
          type: given.type || (section.type ?? 'rpc'),
          tid: given.tid || (section.tid ?? 1),
        };
        const http = await httpClient({ kind: 'zenoss', service: 'Zenoss', host, transport: section });
        return {
          close: () => http.close(),
          async handle(event, { signal }) {
            const { action, method, type, tid } = call;
            const sorted = new RawJson(goJson([data(event)], { sortKeys: true }));
            const answer = await http.send({
              url,
              headers,
              body: goJson({ action, method, data: sorted, type, tid }),
              signal,
              accept: [200],
              errorText: (body) => answerText(body, 'error'),
            });
            refuseFailure(answer.body, host.redactor);
          },
        };
      }),
  };
}

/** The router tells of failures with status 200, inside of `result`. */
function refuseFailure(body: string, redactor: Redactor): void {
  const result = answerValue(body, 'result');
  if (typeof result !== 'object' || result === null) return;
  const { success, msg } = result as { readonly success?: unknown; readonly msg?: unknown };
  if (success !== false) return;
  const words = typeof msg === 'string' ? `: ${redactor.redact(msg)}` : '';
  throw new DeliveryError(`Zenoss did not take the event${words}`, {
    failure: 'client_error',
    status: 200,
    retryable: false,
  });
}

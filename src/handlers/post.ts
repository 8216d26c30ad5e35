import type { AlertEvent } from '../alert/event.ts';
import { alertDataJson } from '../alert/wire.ts';
import { HandlerOptionsError } from '../errors.ts';
import type { Handler, HandlerHost } from '../handler/handler.ts';
import {
  described,
  duration,
  flag,
  type OptionsInput,
  type OptionsOutput,
  type OptionsSchema,
  optionsSchema,
  text,
  textMap,
} from '../handler/options.ts';
import { bodyTemplate, endpointHeaders, endpointProblem, noteEndpointSecrets } from './post/endpoint.ts';
import { proxyEntry } from './shared/entries.ts';
import { goUrl } from './shared/go-url.ts';
import { httpClient } from './shared/http.ts';
import { type NestedOptions, nestedOptions } from './shared/nested-options.ts';
import { optionTemplate } from './shared/option-template.ts';
import { SECRET_NAME } from './shared/secret-name.ts';
import { type ConfiguredKind, configure } from './shared/sections.ts';

type ConfigurationSchemas = typeof proxyEntry & {
  readonly endpoint: typeof text;
  readonly url: typeof text;
  readonly headers: typeof textMap;
  readonly 'basic-auth': NestedOptions<{ readonly username: typeof text; readonly password: typeof text }>;
  readonly 'alert-template': typeof text;
  readonly 'alert-template-file': typeof text;
  readonly 'row-template': typeof text;
  readonly 'row-template-file': typeof text;
};

const configuration: OptionsSchema<ConfigurationSchemas> = optionsSchema<ConfigurationSchemas>({
  endpoint: described(text, 'The name by which handlers choose it. Required.'),
  url: described(text, 'Where to post; a template over the alert data. Required.'),
  headers: described(textMap, 'Headers to add to each request.'),
  'basic-auth': described(
    nestedOptions({
      username: described(text, 'The user.'),
      password: described(text, 'The password.'),
    }),
    'A map of username and password; sent when neither is empty.',
  ),
  'alert-template': described(
    text,
    'The body; a template over the alert data, with the functions json and jsonCompact. Default the alert data as JSON.',
  ),
  'alert-template-file': described(
    text,
    'The absolute path of a file with that template; it has no json functions.',
  ),
  'row-template': described(
    text,
    "Accepted, as Kapacitor accepts it: a body for its httpPost node, which handlers don't use.",
  ),
  'row-template-file': described(text, 'The same from a file, an absolute path.'),
  ...proxyEntry,
});

type OptionSchemas = {
  readonly url: typeof text;
  readonly endpoint: typeof text;
  readonly headers: typeof textMap;
  readonly 'capture-response': typeof flag;
  readonly timeout: typeof duration;
  readonly 'skip-ssl-verification': typeof flag;
  readonly 'idempotency-key': typeof flag;
};

const options: OptionsSchema<OptionSchemas> = optionsSchema<OptionSchemas>({
  url: described(
    text,
    'Where to post, when endpoint names no configured endpoint; a template over the alert data.',
  ),
  endpoint: described(text, 'Which of the configured endpoints to use; it wins over url.'),
  headers: described(textMap, 'Headers that replace those of the endpoint; no templates.'),
  'capture-response': described(
    flag,
    'Keep the answer as it came in the error when it is no success (dead letters keep 2000 characters), not only its first line. Default false.',
  ),
  timeout: described(duration, 'The limit of the whole request. Default that of the delivery.'),
  'skip-ssl-verification': described(
    flag,
    "Leave the server's certificate unchecked; needs the package undici. Default false.",
  ),
  'idempotency-key': described(
    flag,
    'Send the id of the delivery, the same on every try, as the header Idempotency-Key. Default false.',
  ),
});

/** One endpoint: what Kapacitor has in a `[[httppost]]` section. */
export type PostConfiguration = OptionsInput<ConfigurationSchemas>;

/** What a post handler may be told in its handler file, checked. */
export type PostOptions = OptionsOutput<OptionSchemas>;

type Endpoint = OptionsOutput<ConfigurationSchemas>;

/**
 * The `post` kind: posts each event to a URL, as JSON or in the form of a template.
 *
 * @param configured Endpoints, for handlers to choose by name. A handler may also give a url of its own.
 * @throws {KindConfigurationError} When the configuration is wrong.
 *
 * @example
 * ```ts
 * import { TopicRegistry } from 'tocsin';
 * import { post } from 'tocsin/handlers';
 *
 * const crm = { endpoint: 'crm', url: 'https://crm.example.com/alerts', headers: { 'X-Key': '${env:CRM_KEY}' } };
 * const alerts = new TopicRegistry({ kinds: [post([crm])] });
 * await alerts.define({ id: 'crm', topic: 'cpu', kind: 'post', options: { endpoint: 'crm' } });
 * await alerts.define({ id: 'hook', topic: 'cpu', kind: 'post', options: { url: 'https://example.com/{{ .ID }}' } });
 * ```
 */
export function post(
  configured: PostConfiguration | readonly PostConfiguration[] = [],
): ConfiguredKind<PostOptions> {
  const sections = configure(
    { kind: 'post', schema: configuration, secrets: [], name: 'endpoint', check: endpointProblem },
    configured,
  );
  return {
    kind: 'post',
    options,
    optionNames: options.names,
    secretKeys: { headers: SECRET_NAME },
    configuration,
    sections: sections.info,
    async create(given, host) {
      const { endpoint = '', url = '' } = given;
      if (endpoint !== '' && sections.has(endpoint)) {
        return sections.connect(host, endpoint, (section) => handlerFor(section, given, host));
      }
      if (url === '') throw nowhere(endpoint);
      if (!url.includes('{{') && goUrl(url) === undefined) throw wrongUrl();
      if (endpoint !== '') host.warn(`post: there is no endpoint '${endpoint}', so events go to the url`);
      return handlerFor({ url }, given, host);
    },
  };
}

async function handlerFor(endpoint: Endpoint, given: PostOptions, host: HandlerHost): Promise<Handler> {
  const url = optionTemplate('post', 'url', endpoint.url ?? '', host, { data: 'alertData', json: true });
  const body = bodyTemplate(endpoint, host) ?? ((event: AlertEvent) => `${alertDataJson(event)}\n`);
  const headers = endpointHeaders(endpoint, given.headers);
  noteEndpointSecrets(endpoint, headers, host);
  const http = await httpClient({
    kind: 'post',
    service: endpoint.endpoint ? `post endpoint ${endpoint.endpoint}` : 'post',
    host,
    transport: { ...endpoint, insecureSkipVerify: given.skipSslVerification ?? false },
  });
  return {
    close: () => http.close(),
    async handle(event, { signal, deliveryId }) {
      await http.send({
        url: url(event),
        headers: given.idempotencyKey ? { ...headers, 'idempotency-key': deliveryId } : headers,
        body: body(event),
        signal,
        timeout: given.timeout,
        accept: (status) => status >= 200 && status < 300,
        wholeBody: given.captureResponse,
      });
    },
  };
}

function nowhere(endpoint: string): HandlerOptionsError {
  const cure = 'Say where to post.';
  return endpoint === ''
    ? problem('url', 'neither endpoint nor url is given', cure)
    : problem('endpoint', `there is no endpoint '${endpoint}', and no url`, cure);
}

function wrongUrl(): HandlerOptionsError {
  return problem('url', 'url is no http or https URL', 'Write one such as https://example.com/alerts.');
}

function problem(option: string, reason: string, cure: string): HandlerOptionsError {
  return new HandlerOptionsError('post', [{ code: 'HANDLER_OPTIONS', reason, path: [option], cure }]);
}

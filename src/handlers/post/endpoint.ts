import { HandlerOptionsError } from '../../errors.ts';
import type { HandlerHost } from '../../handler/handler.ts';
import { hasSecretReference } from '../../handler/secrets.ts';
import { goUrl } from '../shared/go-url.ts';
import { basicAuth } from '../shared/http.ts';
import { noteAuthorization, noteSecret } from '../shared/note-secret.ts';
import { type EventText, optionTemplate } from '../shared/option-template.ts';
import { readFileNow } from '../shared/read-file.ts';
import { SECRET_NAME } from '../shared/secret-name.ts';
import { errorText } from '../shared/system-error.ts';

/** Where events are posted, and how. */
export interface Endpoint {
  readonly endpoint?: string;
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly basicAuth?: { readonly username?: string; readonly password?: string };
  readonly alertTemplate?: string;
  readonly alertTemplateFile?: string;
  readonly rowTemplate?: string;
  readonly rowTemplateFile?: string;
}

/** What is wrong with a configured endpoint, if anything. */
export function endpointProblem(endpoint: Endpoint): string | undefined {
  const { url, alertTemplate, rowTemplate } = endpoint;
  if (!endpoint.endpoint) return 'endpoint is required: the name by which handlers choose it';
  if (!url) return 'url is required';
  if (!url.includes('{{') && !hasSecretReference(url) && goUrl(url) === undefined) {
    return 'url is no http or https URL';
  }
  return (
    templateProblem('url', url, true) ??
    fileProblem('alert-template', alertTemplate, endpoint.alertTemplateFile) ??
    templateProblem('alert-template', alertTemplate, true) ??
    fileProblem('row-template', rowTemplate, endpoint.rowTemplateFile) ??
    templateProblem('row-template', rowTemplate, true)
  );
}

function templateProblem(name: string, source: string | undefined, json: boolean): string | undefined {
  try {
    optionTemplate(
      'post',
      name,
      source ?? '',
      { strict: false, warn: () => undefined },
      { data: 'alertData', json },
    );
    return undefined;
  } catch (error) {
    if (error instanceof HandlerOptionsError)
      return error.issues.map(({ reason }) => `${name}: ${reason}`).join('; ');
    throw error;
  }
}

function fileProblem(
  name: string,
  template: string | undefined,
  path: string | undefined,
): string | undefined {
  if (!path) return undefined;
  if (template) return `only one of ${name} and ${name}-file may be given`;
  if (!/^([/\\]|[A-Za-z]:[/\\])/.test(path)) return `${name}-file must be an absolute path, got '${path}'`;
  try {
    const source = readFileNow(path);
    return templateProblem(`${name}-file`, source, false);
  } catch (error) {
    return `${name}-file cannot be read: ${errorText(error)}`;
  }
}

/** The body that an endpoint asks for; `undefined` for the alert data as JSON. */
export function bodyTemplate(endpoint: Endpoint, host: HandlerHost): EventText | undefined {
  const { alertTemplate, alertTemplateFile } = endpoint;
  if (alertTemplate) {
    return optionTemplate('post', 'alert-template', alertTemplate, host, { data: 'alertData', json: true });
  }
  if (!alertTemplateFile) return undefined;
  const source = readFileNow(alertTemplateFile);
  return optionTemplate('post', 'alert-template-file', source, host, { data: 'alertData' });
}

/**
 * The headers of a request by lower-case name. Those of the endpoint are added to its basic authentication, those
 * of the handler replace both, and JSON is called JSON whatever they say.
 */
export function endpointHeaders(
  endpoint: Endpoint,
  own: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const headers = new Map<string, string>();
  const { username, password } = endpoint.basicAuth ?? {};
  if (username && password) headers.set('authorization', basicAuth(username, password));
  for (const [name, value] of Object.entries(endpoint.headers ?? {})) {
    const before = headers.get(name.toLowerCase());
    headers.set(name.toLowerCase(), before === undefined ? value : `${before}, ${value}`);
  }
  for (const [name, value] of Object.entries(own)) headers.set(name.toLowerCase(), value);
  if (!endpoint.alertTemplate && !endpoint.alertTemplateFile) headers.set('content-type', 'application/json');
  return Object.fromEntries(headers);
}

/** Makes known to the redactor what is secret in an endpoint. */
export function noteEndpointSecrets(
  endpoint: Endpoint,
  headers: Readonly<Record<string, string>>,
  host: HandlerHost,
): void {
  noteSecret(host, endpoint.url);
  noteSecret(host, endpoint.basicAuth?.password);
  for (const [name, value] of Object.entries(headers)) {
    if (!SECRET_NAME.test(name)) continue;
    // A token may be repeated without the word before it, whatever the header's name.
    noteAuthorization(host, value);
  }
}

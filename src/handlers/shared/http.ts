import { type DeliveryError, PermanentDeliveryError } from '../../errors.ts';
import type { HandlerHost } from '../../handler/handler.ts';
import { exchange, type IncomingAnswer } from './exchange.ts';
import { goUrl } from './go-url.ts';
import { answerError, parseRetryAfter, requestError } from './http-errors.ts';
import { noteAuthorization } from './note-secret.ts';
import { type TransportOptions, transport } from './transport.ts';

/** Headers of the connection, which is not the handler's business. */
const CONNECTION_HEADERS =
  /^(host|content-length|connection|transfer-encoding|trailer|te|upgrade|keep-alive|expect)$/i;

/** What {@link httpClient} needs to know. */
export interface HttpClientOptions {
  /** The handler kind, for errors. */
  readonly kind: string;
  /** The service's name for people, such as `Slack`. With the origin it is all that errors tell of the address. */
  readonly service: string;
  /** Where time and the redactor come from. */
  readonly host: Pick<HandlerHost, 'clock' | 'redactor'>;
  /** TLS settings and proxy. */
  readonly transport?: TransportOptions;
}

/** One request of a handler. */
export interface HttpRequest {
  /** Default `POST`. */
  readonly method?: string;
  /** The whole address. */
  readonly url: string;
  /** Headers; values beyond ASCII are sent as UTF-8. No `Content-Type` is added. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The body, sent as UTF-8. */
  readonly body?: string;
  /** Ends the request. */
  readonly signal: AbortSignal;
  /** Milliseconds for the whole request. Default: only `signal` ends it. */
  readonly timeout?: number | undefined;
  /** Which answers mean success: statuses, or a check. */
  readonly accept: readonly number[] | ((status: number, body: string) => boolean);
  /** Keeps the whole body in the error, not only its beginning. */
  readonly wholeBody?: boolean | undefined;
  /** Takes the service's own words from the body of a failure. */
  readonly errorText?: (body: string, status: number) => string | undefined;
  /** Takes the wait that the service asks for, in milliseconds, from the body of a failure. */
  readonly retryAfter?: (body: string) => number | undefined;
}

/** Sends the requests of one handler. */
export interface HttpClient {
  /**
   * Sends one request, following redirects.
   *
   * @throws {DeliveryError} For anything but an accepted answer.
   */
  send(request: HttpRequest): Promise<IncomingAnswer>;
  /** Closes the connections that are its own. */
  close(): Promise<void>;
}

/**
 * Makes the HTTP client of a handler. It never retries: delivery does.
 *
 * @throws {MissingDependencyError} When TLS settings or a proxy need `undici` and it is not installed.
 */
export async function httpClient(options: HttpClientOptions): Promise<HttpClient> {
  const { kind, service, host } = options;
  const [{ default: ky }, { fetch, close }] = await Promise.all([
    import('ky'),
    transport(kind, options.transport),
  ]);
  const client = ky.create({ retry: 0, throwHttpErrors: false, timeout: false, redirect: 'manual', fetch });

  return {
    close,
    async send(request) {
      const { url, headers } = address(service, request);
      const place = `${service} (${url.origin})`;
      const body = request.body === undefined ? null : new TextEncoder().encode(request.body);
      const limit = timeLimit(request, host);
      const outgoing = {
        url,
        method: request.method ?? 'POST',
        headers,
        body,
        signal: limit.signal,
        clock: host.clock,
      };
      try {
        const answer = await exchange(client, outgoing).catch((error: unknown) => {
          throw requestError(place, error, limit.signal, host.redactor);
        });
        if (isAccepted(answer, request.accept)) return answer;
        noteAuthorization(host, headers.get('authorization'));
        throw failure(place, answer, request, host);
      } finally {
        limit.cancel();
      }
    },
  };
}

function isAccepted({ status, body }: IncomingAnswer, accept: HttpRequest['accept']): boolean {
  return typeof accept === 'function' ? accept(status, body) : accept.includes(status);
}

function failure(
  place: string,
  { status, headers, body }: IncomingAnswer,
  { errorText, retryAfter, wholeBody }: HttpRequest,
  host: HttpClientOptions['host'],
): DeliveryError {
  const wait = retryAfter?.(body) ?? parseRetryAfter(headers.get('retry-after'), host.clock);
  const text = errorText?.(body, status);
  return answerError(place, { status, body, text, retryAfter: wait, wholeBody }, host.redactor);
}

/** The parsed address and the headers; user and password of the address become a header, as `fetch` takes none. */
function address(service: string, request: HttpRequest): { readonly url: URL; readonly headers: Headers } {
  const text = goUrl(request.url);
  if (text === undefined) {
    throw new PermanentDeliveryError(`The address for ${service} is no http or https URL`, {
      failure: 'config_error',
    });
  }
  const url = new URL(text);
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers ?? {})) {
    if (!CONNECTION_HEADERS.test(name)) setHeader(headers, service, name, value);
  }
  if ((url.username || url.password) && !headers.has('authorization')) {
    headers.set('authorization', basicAuth(percentDecoded(url.username), percentDecoded(url.password)));
  }
  url.username = '';
  url.password = '';
  return { url, headers };
}

function setHeader(headers: Headers, service: string, name: string, value: string): void {
  try {
    // Headers would take a newline at the end, and leave it out: a value that is not sent as it is.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    if (/[\x00-\x08\x0a-\x1f\x7f]/.test(value)) throw new TypeError('a control character');
    // Headers take bytes, one a UTF-16 unit.
    headers.set(name, utf8Units(value));
  } catch {
    throw new PermanentDeliveryError(`The header ${JSON.stringify(name)} for ${service} is not valid`, {
      failure: 'config_error',
      cure: 'A name is made of letters, digits and dashes; a value is one line.',
    });
  }
}

/** The value of an `Authorization` header for a user and a password. */
export function basicAuth(username: string, password: string): string {
  return `Basic ${btoa(utf8Units(`${username}:${password}`))}`;
}

function utf8Units(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

interface TimeLimit {
  readonly signal: AbortSignal;
  cancel(): void;
}

function timeLimit({ signal, timeout }: HttpRequest, { clock }: HttpClientOptions['host']): TimeLimit {
  if (!timeout) return { signal, cancel: () => undefined };
  const controller = new AbortController();
  const timer = clock.setTimeout(
    () => controller.abort(new DOMException('The request took too long', 'TimeoutError')),
    timeout,
  );
  return { signal: AbortSignal.any([signal, controller.signal]), cancel: () => timer.cancel() };
}

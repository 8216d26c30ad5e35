import type { KyInstance } from 'ky';
import type { Clock } from '../../alert/clock.ts';

/** As in Go's client: who sends it round in circles is asked ten times in all. */
const MOST_REQUESTS = 10;
const MOST_BODY = 65_536;
/** Milliseconds that the body of an answer may take. Its status says already what became of the request. */
const LONGEST_BODY_WAIT = 5000;
/** Headers that speak for the sender, and so go to no other host. */
const CREDENTIALS = ['authorization', 'cookie', 'proxy-authorization', 'www-authenticate'];

/** A request as it goes out. */
export interface OutgoingRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer> | null;
  readonly signal: AbortSignal;
  readonly clock: Pick<Clock, 'setTimeout'>;
}

/** An answer as it came in. */
export interface IncomingAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The first 64 KiB of the body, or what came of it within five seconds. */
  readonly body: string;
}

/**
 * Sends a request and follows redirects as Go's client does: 301, 302 and 303 become a GET without body that
 * keeps the headers, 307 and 308 repeat the request. `fetch` does nearly the same, but drops headers.
 */
export async function exchange(ky: KyInstance, request: OutgoingRequest): Promise<IncomingAnswer> {
  let { url, method, headers, body } = request;
  for (let requests = 1; ; requests++) {
    const response = await ky(url, { method, headers, body, signal: request.signal });
    const { status } = response;
    const next = requests < MOST_REQUESTS ? redirectTarget(response, url) : undefined;
    const text = await readText(response, request.clock).catch((error: unknown) => {
      // A refusal says enough by its status, also when the body is cut or garbled.
      if (response.ok || request.signal.aborted) throw error;
      return '';
    });
    if (next === undefined) return { status, headers: response.headers, body: text };
    headers = redirectHeaders(headers, url, next);
    if (status < 307 && method !== 'HEAD') {
      method = 'GET';
      body = null;
    }
    url = next;
  }
}

function redirectTarget(response: Response, from: URL): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(response.status)) return undefined;
  const location = response.headers.get('location');
  if (!location || !URL.canParse(location, from.href)) return undefined;
  const target = new URL(location, from);
  return /^https?:$/.test(target.protocol) ? target : undefined;
}

function redirectHeaders(headers: Headers, from: URL, to: URL): Headers {
  const next = new Headers(headers);
  next.delete('referer');
  // The address is often the secret itself, so it is told to the same server only.
  if (to.origin === from.origin) next.set('referer', from.href);
  else for (const name of CREDENTIALS) next.delete(name);
  return next;
}

async function readText(response: Response, clock: Pick<Clock, 'setTimeout'>): Promise<string> {
  if (response.body === null) return '';
  const reader = response.body.getReader();
  // Cancelled, the reader says that it is done.
  const timer = clock.setTimeout(() => void reader.cancel().catch(() => undefined), LONGEST_BODY_WAIT);
  const decoder = new TextDecoder();
  let text = '';
  let left = MOST_BODY;
  try {
    while (left > 0) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      text += decoder.decode(value.subarray(0, left), { stream: true });
      left -= value.length;
    }
  } finally {
    timer.cancel();
  }
  await reader.cancel();
  return text;
}

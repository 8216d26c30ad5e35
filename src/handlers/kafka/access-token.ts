import { Buffer } from 'node:buffer';
import type { Clock } from '../../alert/clock.ts';
import { compareBytes } from '../../alert/compare-bytes.ts';
import { DeliveryError } from '../../errors.ts';
import { escapeQuery } from '../shared/join-url.ts';
import { networkError } from '../shared/system-error.ts';

/** How to get an access token by OAuth's client credentials. */
export interface TokenSettings {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: readonly string[];
  /** More parameters of the request, such as an audience. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Milliseconds before its end at which a token is renewed. */
  readonly expiryMargin: number;
  /** Milliseconds that the token server may take. */
  readonly timeout: number;
}

interface Token {
  readonly value: string;
  /** Milliseconds since the Unix epoch. */
  readonly expires: number;
}

/** Gives the access token of the moment, fetched when there is none and renewed before it ends. */
export function accessToken(settings: TokenSettings, clock: Clock): () => Promise<string> {
  let token: Token | undefined;
  let fetching: Promise<Token> | undefined;
  return async () => {
    if (token === undefined || token.expires - settings.expiryMargin <= clock.now()) {
      fetching ??= fetchToken(settings, clock).finally(() => {
        fetching = undefined;
      });
      token = await fetching;
    }
    return token.value;
  };
}

async function fetchToken(settings: TokenSettings, clock: Clock): Promise<Token> {
  const { clientId, clientSecret, scopes, parameters } = settings;
  const form = new Map([['grant_type', 'client_credentials']]);
  if (scopes.length > 0) form.set('scope', scopes.join(' '));
  for (const [name, value] of Object.entries(parameters)) form.set(name, value);
  // OAuth wants them encoded as in a form.
  const credentials = `${escapeQuery(clientId)}:${escapeQuery(clientSecret)}`;
  const basic = `Basic ${Buffer.from(credentials).toString('base64')}`;
  let answer = await post(settings, form, { Authorization: basic });
  if (!answer.ok) {
    // Servers differ in where they look for the client's credentials.
    form.set('client_id', clientId);
    form.set('client_secret', clientSecret);
    answer = await post(settings, form, {});
  }
  const body = parseBody(answer.body);
  if (!answer.ok || typeof body.access_token !== 'string' || body.access_token === '') {
    const why = typeof body.error === 'string' ? `: ${body.error}` : '';
    throw new DeliveryError(`kafka: the token server answered ${answer.status} without a token${why}`, {
      failure: 'auth_error',
      status: answer.status,
    });
  }
  const seconds = Number(body.expires_in);
  return {
    value: body.access_token,
    expires: seconds > 0 ? clock.now() + seconds * 1000 : Number.POSITIVE_INFINITY,
  };
}

async function post(
  { url, timeout }: TokenSettings,
  form: ReadonlyMap<string, string>,
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly ok: boolean; readonly status: number; readonly body: string }> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
      body: [...form]
        .sort(([a], [b]) => compareBytes(a, b))
        .map(([name, value]) => `${escapeQuery(name)}=${escapeQuery(value)}`)
        .join('&'),
      signal: AbortSignal.timeout(timeout),
    });
    return { ok: answer.ok, status: answer.status, body: await answer.text() };
  } catch (error) {
    throw networkError('kafka: the token server', error);
  }
}

function parseBody(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

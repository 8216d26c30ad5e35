import { goJsonString } from '../../alert/go-json.ts';
import type { HandlerHost } from '../../handler/handler.ts';
import { escapePath, escapeQuery } from './join-url.ts';

/**
 * Makes a secret known to the redactor in the ways in which services repeat it; of a URL also the pieces that look
 * like one.
 */
export function noteSecret({ redactor }: Pick<HandlerHost, 'redactor'>, secret: unknown): void {
  if (typeof secret !== 'string') return;
  const inJson = goJsonString(secret).slice(1, -1);
  for (const form of [secret, escapeQuery(secret), escapePath(secret), inJson]) redactor.add(form);
  if (!URL.canParse(secret)) return;
  const { href, pathname, search, searchParams, password } = new URL(secret);
  for (const whole of [href, pathname + search, pathname, password]) redactor.add(whole);
  for (const piece of [...pathname.split('/'), ...searchParams.values()]) {
    // Words such as 'services' would strike out half of every message.
    if (piece.length >= 8 && /[0-9A-Z]/.test(piece)) redactor.add(piece);
  }
}

/** Makes an `Authorization` header known to the redactor, also without the word before the credentials. */
export function noteAuthorization(host: Pick<HandlerHost, 'redactor'>, header: string | null): void {
  noteSecret(host, header ?? '');
  noteSecret(host, /^\S+ +(.+)$/.exec(header ?? '')?.[1]);
}

import type { HandlerHost } from '../../handler/handler.ts';

/** Makes a secret known to the redactor; of a URL also the pieces that look like one, since services repeat them. */
export function noteSecret({ redactor }: Pick<HandlerHost, 'redactor'>, secret: unknown): void {
  if (typeof secret !== 'string') return;
  redactor.add(secret);
  if (!URL.canParse(secret)) return;
  const { href, pathname, search, searchParams, password } = new URL(secret);
  for (const whole of [href, pathname + search, pathname, password]) redactor.add(whole);
  for (const piece of [...pathname.split('/'), ...searchParams.values()]) {
    // Words such as 'services' would strike out half of every message.
    if (piece.length >= 8 && /[0-9A-Z]/.test(piece)) redactor.add(piece);
  }
}

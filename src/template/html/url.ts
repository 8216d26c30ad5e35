import { percentEncoded } from '../functions/escape-text.ts';

const UNRESERVED = /[A-Za-z0-9\-._~]/;
const URL_CHARACTERS = /[A-Za-z0-9\-._~!#$&*+,/:;=?@[\]]/;

/** Whether a URL has no scheme, or one that only leads somewhere: http, https, mailto. */
export function isSafeUrl(url: string): boolean {
  const colon = url.indexOf(':');
  if (colon === -1) return true;
  const scheme = url.slice(0, colon);
  return scheme.includes('/') || /^(?:https?|mailto)$/i.test(scheme);
}

/** Encodes what cannot stand in a URL, and leaves its structure as it is. */
export function normalizeUrl(url: string): string {
  return url
    .split(/(%[\da-fA-F]{2})/)
    .map((piece, i) => (i % 2 === 1 ? piece : percentEncoded(piece, URL_CHARACTERS, true)))
    .join('');
}

/** Encodes a text as one value within a URL. */
export function encodeUrlPart(text: string): string {
  return percentEncoded(text, UNRESERVED, true);
}

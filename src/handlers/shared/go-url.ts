import { escapePath } from './join-url.ts';

/**
 * A URL with its path escaped as Go does it: as it is, when all of its characters may stand in a path, else all
 * that need not stand there escaped. `undefined` when Go takes it for no URL.
 */
export function goUrl(text: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\x00-\x20\x7f]/.test(text.slice(0, 1)) || /[\x00-\x1f\x7f]/.test(text)) return undefined;
  const match = /^(https?:\/\/[^/?#]*)([^?#]*)(\?[^#]*)?(?:#.*)?$/i.exec(text);
  if (!match) return undefined;
  const [, origin = '', path = '', query = ''] = match;
  const escaped = goPath(path);
  const url = `${origin}${escaped}${query}`;
  return escaped !== undefined && URL.canParse(url) ? url : undefined;
}

function goPath(path: string): string | undefined {
  if (/%(?![0-9a-fA-F]{2})/.test(path)) return undefined;
  if (/^[A-Za-z0-9\-_.~!$&'()*+,;=:@[\]%/]*$/.test(path)) return path;
  try {
    return escapePath(decodeURIComponent(path));
  } catch {
    // Bytes that are no UTF-8 stay as they were written.
    return encodeURI(path).replaceAll('%25', '%');
  }
}

/** What {@link joinUrl} puts behind the base. */
export interface JoinUrlOptions {
  /** Replaces the query of the base. */
  readonly query?: Readonly<Record<string, string>>;
}

/**
 * Appends path segments to a URL as Kapacitor's services do: empty segments fall out, `..` and `.` are resolved,
 * a slash inside a segment stays one, and the result is escaped as Go escapes a path. The query of the base stays
 * unless one is given. A base that is no URL comes back as it is: the HTTP client tells of it.
 */
export function joinUrl(base: string, segments: readonly string[], { query }: JoinUrlOptions = {}): string {
  if (!URL.canParse(base)) return base;
  const url = new URL(base);
  const path = cleanPath([decode(url.pathname), ...segments].join('/'));
  const search =
    query === undefined
      ? url.search
      : `?${Object.entries(query)
          .map(([name, value]) => `${escapeQuery(name)}=${escapeQuery(value)}`)
          .join('&')}`;
  const user = url.username === '' ? '' : `${url.username}${url.password && `:${url.password}`}@`;
  return `${url.protocol}//${user}${url.host}${escapePath(path)}${search}`;
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function cleanPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** A path escaped as Go's `net/url` does: `$&+,/:;=@` and `-_.~` stay. */
export function escapePath(path: string): string {
  return encodeURI(path.toWellFormed()).replace(/[?#!'()*]/g, percent);
}

/** A query value escaped as Go's `net/url` does: a space is a plus, and only `-_.~` stay. */
export function escapeQuery(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()*]/g, percent)
    .replaceAll('%20', '+');
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

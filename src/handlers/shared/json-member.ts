/**
 * The text of a member of a JSON body, such as a service's own words in `{"message": "…"}`. The name's letter case
 * does not matter; `undefined` when the body is no JSON object or the member is no text.
 */
export function jsonMember(body: string, name: string): string | undefined {
  const value = jsonObject(body)?.get(name.toLowerCase());
  return typeof value === 'string' ? value : undefined;
}

/** The members of a JSON object by lower-case name; `undefined` when the body is no JSON object. */
export function jsonObject(body: string): ReadonlyMap<string, unknown> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    // An answer that is no JSON has no members; the HTTP client shows it as it is.
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return new Map(Object.entries(value).map(([key, member]) => [key.toLowerCase(), member]));
}

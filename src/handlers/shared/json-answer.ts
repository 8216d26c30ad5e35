/**
 * A text from the JSON object that a service answered with; `undefined` when the body is no JSON object or the
 * member is no text. As in Kapacitor, the letter case of the name does not matter.
 */
export function answerText(body: string, name: string): string | undefined {
  const value = answerValue(body, name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A member of the JSON object that a service answered with. */
export function answerValue(body: string, name: string): unknown {
  const object = parse(body);
  if (typeof object !== 'object' || object === null) return undefined;
  if (Object.hasOwn(object, name)) return (object as Readonly<Record<string, unknown>>)[name];
  return Object.entries(object).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // Many services answer with plain text; that is no fault.
    return undefined;
  }
}

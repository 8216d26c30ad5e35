const ESCAPES: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/** A text as Go's `encoding/json` writes it: as JSON does, and with `<`, `>`, `&`, U+2028 and U+2029 escaped. */
export function goJsonString(text: string): string {
  const json = JSON.stringify(text.toWellFormed());
  return /[<>&\u2028\u2029]/.test(json) ? json.replace(/[<>&\u2028\u2029]/g, (c) => ESCAPES[c] ?? c) : json;
}

/**
 * A number as Go's `encoding/json` writes a float64: as JavaScript does, but `-0` keeps its sign.
 * Go refuses NaN and infinities; the result is then `undefined`.
 */
export function goJsonNumber(value: number): string | undefined {
  if (Object.is(value, -0)) return '-0';
  return Number.isFinite(value) ? String(value) : undefined;
}

import { compareBytes } from './compare-bytes.ts';
import { formatRFC3339 } from './nano-date.ts';

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

/** A piece of JSON that is ready: {@link goJson} puts it in as it is. */
export class RawJson {
  /** The JSON text. */
  readonly json: string;

  constructor(json: string) {
    this.json = json;
  }
}

/** How {@link goJson} writes. */
export interface GoJsonOptions {
  /**
   * Orders the members of every object by name, as Go does with maps.
   * @default false
   */
  readonly sortKeys?: boolean;
}

/**
 * A value as Go's `encoding/json` writes it: texts as {@link goJsonString} does, integers beyond 2^53 with all
 * their digits, times as RFC 3339. Members come in the order of the object; what is `undefined` is left out.
 * NaN and infinities, which JSON cannot hold, become `null`.
 */
export function goJson(value: unknown, options: GoJsonOptions = {}): string {
  if (typeof value === 'string') return goJsonString(value);
  if (typeof value === 'number') return goJsonNumber(value) ?? 'null';
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (value instanceof RawJson) return value.json;
  if (value instanceof Date) return `"${formatRFC3339(value)}"`;
  if (Array.isArray(value)) return `[${value.map((item) => goJson(item, options)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return 'null';
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  if (options.sortKeys) members.sort(([a], [b]) => compareBytes(a, b));
  return `{${members.map(([name, member]) => `${goJsonString(name)}:${goJson(member, options)}`).join(',')}}`;
}

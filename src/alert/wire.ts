import { compareBytes } from './compare-bytes.ts';
import type { AlertEvent, Series } from './event.ts';
import { goJsonNumber, goJsonString } from './go-json.ts';
import { formatRFC3339 } from './nano-date.ts';
import type { FieldValue, Tags } from './point.ts';

/** The whole nanoseconds of an event's duration, as a text of digits. */
export function durationNsText(event: Pick<AlertEvent, 'duration' | 'durationNs'>): string {
  return String(event.durationNs ?? BigInt(Math.round(event.duration * 1e6)));
}

/**
 * The alert data of an event as Kapacitor's handlers send it (log, tcp, exec, post, kafka): one JSON object,
 * its keys in Kapacitor's order, without a newline.
 */
export function alertDataJson(event: AlertEvent): string {
  return (
    `{"id":${goJsonString(event.id)},"message":${goJsonString(event.message)}` +
    `,"details":${goJsonString(event.details)},"time":"${formatRFC3339(event.time)}"` +
    `,"duration":${durationNsText(event)},"level":"${event.level}","data":${resultJson(event)}` +
    `,"previousLevel":"${event.previousLevel}","recoverable":${event.recoverable}}`
  );
}

/** The points behind an event as Kapacitor's `data`: `{"series":[…]}`, or `{"series":null}` when it has none. */
export function resultJson({ series }: Pick<AlertEvent, 'series'>): string {
  return `{"series":${seriesJson(series)}}`;
}

/** Series as Go's JSON; what is empty is left out, `null` stays `null`. */
export function seriesJson(series: readonly Series[] | null): string {
  return series === null ? 'null' : `[${series.map(oneSeriesJson).join(',')}]`;
}

function oneSeriesJson(series: Series): string {
  const parts: string[] = [];
  if (series.name !== '') parts.push(`"name":${goJsonString(series.name)}`);
  if (series.tags !== undefined && Object.keys(series.tags).length > 0)
    parts.push(`"tags":${tagsJson(series.tags)}`);
  if (series.columns.length > 0) parts.push(`"columns":[${series.columns.map(goJsonString).join(',')}]`);
  if (series.values.length > 0) {
    parts.push(`"values":[${series.values.map((row) => `[${row.map(valueJson).join(',')}]`).join(',')}]`);
  }
  return `{${parts.join(',')}}`;
}

/** Tags as a JSON object, sorted by name as Go sorts map keys. */
export function tagsJson(tags: Tags): string {
  const keys = Object.keys(tags).sort(compareBytes);
  return `{${keys.map((key) => `${goJsonString(key)}:${goJsonString(tags[key] ?? '')}`).join(',')}}`;
}

/** A field value as Go's JSON. NaN and infinities, which JSON cannot hold, become `null`. */
export function valueJson(value: FieldValue | Date | null): string {
  if (typeof value === 'string') return goJsonString(value);
  if (typeof value === 'number') return goJsonNumber(value) ?? 'null';
  if (value instanceof Date) return `"${formatRFC3339(value)}"`;
  return String(value);
}

import type { FieldValue, Point } from 'tocsin';

/** A point as one line of JSON. An int64 is written as a text with an `i` behind, as in line protocol. */
export function writePoint(point: Point): string {
  const fields = Object.entries(point.fields).map(([name, value]) => [
    name,
    typeof value === 'bigint' ? `${value}i` : value,
  ]);
  return JSON.stringify({
    name: point.name,
    tags: point.tags,
    fields: Object.fromEntries(fields),
    time: point.time,
  });
}

/** Reads a line that {@link writePoint} wrote. */
export function readPoint(line: string): Point {
  const { name, tags, fields, time } = JSON.parse(line) as Point & { readonly time: string };
  const typed = Object.entries(fields).map(([key, value]): [string, FieldValue] => [
    key,
    typeof value === 'string' && /^\d+i$/.test(value) ? BigInt(value.slice(0, -1)) : value,
  ]);
  return { name, tags: tags ?? {}, fields: Object.fromEntries(typed), time: new Date(time) };
}

import type { AlertEvent, Series } from '../../../../src/alert/event.ts';
import { int64 } from '../../../../src/alert/int64.ts';
import type { Level } from '../../../../src/alert/level.ts';
import { NanoDate } from '../../../../src/alert/nano-date.ts';
import type { Fields, FieldValue, Tags } from '../../../../src/alert/point.ts';

/** A value of the vectors: integers beyond 2^53 are texts. */
type VectorValue = string | number | boolean | null;

/** An event as the wire vectors hold it. */
export interface VectorEvent {
  readonly topic: string;
  readonly id: string;
  readonly message: string;
  readonly details: string;
  readonly time: string;
  readonly durationNs: number | string;
  readonly level: Level;
  readonly previousLevel: Level;
  readonly recoverable: boolean;
  readonly noExternal: boolean;
  readonly name: string;
  readonly taskName: string;
  readonly category: string;
  readonly group: string;
  readonly tags: Tags | null;
  readonly fields: Readonly<Record<string, { readonly type: string; readonly value: VectorValue }>> | null;
  readonly data: { readonly series: readonly VectorSeries[] | null } | null;
}

interface VectorSeries {
  readonly name?: string;
  readonly tags?: Tags | null;
  readonly columns?: readonly string[] | null;
  readonly columnTypes?: readonly string[];
  readonly values?: readonly (readonly VectorValue[])[] | null;
}

function decodeValue(type: string | undefined, value: VectorValue): FieldValue | Date | null {
  if (value === null) return null;
  if (type === 'int') return BigInt(value as string | number);
  if (type === 'float') return Number(value);
  if (type === 'time') return NanoDate.fromRFC3339(String(value));
  return value;
}

function decodeSeries(series: VectorSeries): Series {
  const types = series.columnTypes ?? [];
  return {
    name: series.name ?? '',
    ...(series.tags ? { tags: series.tags } : {}),
    columns: series.columns ?? [],
    values: (series.values ?? []).map((row) => row.map((value, column) => decodeValue(types[column], value))),
  };
}

/** An event of the vectors as a handler receives it. */
export function decodeEvent(event: VectorEvent): AlertEvent {
  const { durationNs, data, fields, tags, time, ...rest } = event;
  return {
    ...rest,
    time: NanoDate.fromRFC3339(time),
    duration: Number(durationNs) / 1e6,
    durationNs: int64(BigInt(durationNs)),
    tags: tags ?? {},
    fields: Object.fromEntries(
      Object.entries(fields ?? {}).map(([name, { type, value }]) => [name, decodeValue(type, value)]),
    ) as Fields,
    series: data?.series ? data.series.map(decodeSeries) : null,
  };
}

/** A copy of a value in which every placeholder (`@DIR@`, `@ADDR@`, …) is replaced, in keys and texts. */
export function fillPlaceholders<T>(value: T, placeholders: Readonly<Record<string, string>>): T {
  const fillText = (text: string): string => text.replace(/@[A-Z]+@/g, (name) => placeholders[name] ?? name);
  const fill = (part: unknown): unknown => {
    if (typeof part === 'string') return fillText(part);
    if (Array.isArray(part)) return part.map(fill);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, item]) => [fillText(key), fill(item)]));
  };
  return fill(value) as T;
}

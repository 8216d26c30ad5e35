import { NanoDate } from '../../../src/alert/nano-date.ts';
import type { FieldValue, Point } from '../../../src/alert/point.ts';

/** A field as the vectors write it. */
export interface VectorField {
  readonly type: 'int' | 'float' | 'string' | 'bool';
  readonly value: string | number | boolean;
}

/** A point as the vectors write it. */
export interface VectorPoint {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, VectorField>>;
  readonly time: string;
}

/** The node properties of an alert rule, and of the nodes before it. */
export interface VectorRule {
  readonly stateChangesOnly?: true | string;
  readonly flapping?: readonly [number, number];
  readonly inhibit?: readonly (readonly [string, ...string[]])[];
  readonly groupBy?: readonly string[];
  readonly groupByMeasurement?: boolean;
  readonly window?: VectorWindow;
  readonly barrier?: string;
  readonly [property: string]: unknown;
}

export interface VectorWindow {
  readonly period?: string;
  readonly every?: string;
  readonly periodCount?: number;
  readonly everyCount?: number;
  readonly align?: boolean;
  readonly fillPeriod?: boolean;
}

export interface VectorError {
  readonly point?: number;
  readonly msg: string;
  readonly level?: string;
}

export interface VectorStep {
  readonly do: string;
  readonly args?: Readonly<Record<string, unknown>>;
  readonly observed?: Readonly<Record<string, unknown>>;
  readonly events?: Readonly<Record<string, readonly unknown[]>>;
  readonly errors?: readonly VectorError[];
}

export interface Vector {
  readonly id: string;
  readonly group: string;
  readonly taskName?: string;
  readonly rule?: VectorRule;
  readonly tick?: string;
  readonly points?: readonly VectorPoint[];
  readonly events?: readonly Readonly<Record<string, unknown>>[];
  readonly outputs?: readonly unknown[];
  readonly errors?: readonly VectorError[];
  readonly defineError?: string;
  readonly taskError?: string;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly steps?: readonly VectorStep[];
}

export function decodePoint(point: VectorPoint): Point {
  const fields = Object.entries(point.fields).map(([name, field]) => [name, decodeField(field)]);
  return {
    name: point.name,
    tags: { ...point.tags },
    fields: Object.fromEntries(fields) as Record<string, FieldValue>,
    time: NanoDate.fromRFC3339(point.time),
  };
}

function decodeField({ type, value }: VectorField): FieldValue {
  if (type === 'int') return BigInt(value);
  return type === 'float' ? Number(value) : value;
}

export function encodeFields(fields: Readonly<Record<string, FieldValue>>): Record<string, VectorField> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, encodeField(value)]));
}

function encodeField(value: FieldValue): VectorField {
  if (typeof value === 'bigint') return { type: 'int', value: String(value) };
  if (typeof value === 'number') return { type: 'float', value };
  return typeof value === 'string' ? { type: 'string', value } : { type: 'bool', value };
}

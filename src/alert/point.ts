/** A value that a field can hold: a `number` is a float64, a `bigint` an int64. */
export type FieldValue = number | bigint | string | boolean;

/** Field values by name. */
export type Fields = Readonly<Record<string, FieldValue>>;

/** Tag values by name. */
export type Tags = Readonly<Record<string, string>>;

/**
 * A measurement: what happened (`fields`) to whom (`tags`) and when.
 *
 * @example
 * ```ts
 * import type { Point } from 'tocsin';
 *
 * const point: Point = { name: 'cpu', tags: { host: 'web-1' }, fields: { idle: 4.2 }, time: new Date() };
 * ```
 */
export interface Point {
  /** The measurement's name, such as `cpu`. */
  readonly name: string;
  /** Who it is about. Left out, the point has no tags. */
  readonly tags?: Tags;
  /** What was measured. */
  readonly fields: Fields;
  /** When. A `NanoDate` keeps nanoseconds. */
  readonly time: Date;
}

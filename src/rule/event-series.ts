import { compareBytes } from '../alert/compare-bytes.ts';
import type { Series } from '../alert/event.ts';
import type { FieldValue, Point } from '../alert/point.ts';
import type { Batch } from './batch.ts';
import { SortedNames } from './sorted-names.ts';

/** Makes the tables of a rule's points. */
export class PointTables {
  readonly #columns = new SortedNames<readonly string[]>((sorted) => ['time', ...sorted]);

  /** A point as a table of one row: the time, then the fields sorted by name. */
  of(point: Point): readonly Series[] {
    const { name, tags, fields, time } = point;
    const columns = this.#columns.of(fields);
    const row: (FieldValue | Date | null)[] = [time];
    for (let i = 1; i < columns.length; i++) row.push(fields[columns[i] ?? ''] ?? null);
    return [tags === undefined ? { name, columns, values: [row] } : { name, tags, columns, values: [row] }];
  }
}

/**
 * A batch as a table. Its columns are the fields of the first point, and those of its tags that the batch does not
 * have, sorted by name; a point that lacks one has `null` there.
 */
export function seriesOfBatch({ name, tags, points }: Batch): readonly Series[] {
  const first = points[0];
  const own = Object.keys(first?.tags ?? {}).filter((tag) => tags === undefined || !Object.hasOwn(tags, tag));
  const names = [...new Set([...Object.keys(first?.fields ?? {}), ...own])].sort(compareBytes);
  const values = points.map((point) => [
    point.time,
    ...names.map((column) => ownValue(point.fields, column) ?? ownValue(point.tags, column) ?? null),
  ]);
  const columns = ['time', ...names];
  return [tags === undefined ? { name, columns, values } : { name, tags, columns, values }];
}

function ownValue<T>(values: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return values !== undefined && Object.hasOwn(values, key) ? values[key] : undefined;
}

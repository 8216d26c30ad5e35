import type { Point } from '../alert/point.ts';
import { InvalidPointError } from '../errors.ts';
import type { Batch } from './batch.ts';
import { show } from './interval.ts';

/**
 * Milliseconds of a point's time.
 *
 * @throws {InvalidPointError} When the point lacks a name, fields or a valid time.
 */
export function checkedTime(point: Point): number {
  const ms = point?.time instanceof Date ? point.time.getTime() : Number.NaN;
  if (
    Number.isNaN(ms) ||
    typeof point.name !== 'string' ||
    point.name === '' ||
    typeof point.fields !== 'object' ||
    point.fields === null ||
    typeof (point.tags ?? point.fields) !== 'object'
  ) {
    throw invalidPoint(point);
  }
  return ms;
}

function invalidPoint(point: unknown): InvalidPointError {
  if (typeof point !== 'object' || point === null)
    return new InvalidPointError(`A point must be an object, got ${show(point)}`);
  const { name, tags, fields, time } = point as Partial<Record<keyof Point, unknown>>;
  if (typeof name !== 'string' || name === '')
    return new InvalidPointError(`A point needs a name, got ${show(name)}`);
  const which = `The point '${name}'`;
  if (typeof fields !== 'object' || fields === null)
    return new InvalidPointError(`${which} needs fields, got ${show(fields)}`);
  if (typeof (tags ?? {}) !== 'object')
    return new InvalidPointError(`${which} has tags that are no object but ${show(tags)}`);
  return new InvalidPointError(`${which} needs a valid Date as its time, got ${show(time)}`);
}

/**
 * The points of a batch, each with the batch's name, and with the batch's tags besides its own.
 *
 * @throws {InvalidPointError} When the batch lacks a name or a list of points, or a point is not usable.
 */
export function pointsOf(batch: Batch): readonly Point[] {
  if (typeof batch !== 'object' || batch === null || !Array.isArray(batch.points)) {
    throw new InvalidPointError(`A batch needs a list of points, got ${show(batch)}`);
  }
  const { name, tags, time } = batch;
  if (time !== undefined && !(time instanceof Date && !Number.isNaN(time.getTime()))) {
    throw new InvalidPointError(`The batch '${name}' needs a valid Date as its time, got ${show(time)}`);
  }
  return batch.points.map((given) => {
    const own =
      given?.tags === undefined ? tags : tags === undefined ? given.tags : { ...tags, ...given.tags };
    const point: Point = { name, ...(own && { tags: own }), fields: given?.fields, time: given?.time };
    checkedTime(point);
    return point;
  });
}

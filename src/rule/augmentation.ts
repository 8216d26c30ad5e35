import type { AlertEvent } from '../alert/event.ts';
import type { Fields, FieldValue, Point, Tags } from '../alert/point.ts';
import { durationNsText } from '../alert/wire.ts';
import type { Batch } from './batch.ts';
import { setOwn } from './group-by.ts';

/** Under which names the outcome is added to the points that a rule passes on. */
export interface AugmentationOptions {
  /** The tag that gets the level. */
  readonly levelTag?: string;
  /** The field that gets the level. */
  readonly levelField?: string;
  /** The tag that gets the id. */
  readonly idTag?: string;
  /** The field that gets the id. */
  readonly idField?: string;
  /** The field that gets the duration, in nanoseconds (a bigint). */
  readonly durationField?: string;
  /** The field that gets the message. */
  readonly messageField?: string;
}

/** Adds an event's outcome to points. */
export interface Augmentation {
  /** The tags with those of the outcome. */
  tags(tags: Tags | undefined, event: AlertEvent): Tags | undefined;
  /** The fields with those of the outcome. */
  fields(fields: Fields, event: AlertEvent): Fields;
}

type Part = readonly [name: string, value: (event: AlertEvent) => FieldValue];

/** Makes what adds the outcome to points; `undefined` when no name is given. Where names clash, the last one wins. */
export function createAugmentation(options: AugmentationOptions): Augmentation | undefined {
  const level = (event: AlertEvent): string => event.level;
  const id = (event: AlertEvent): string => event.id;
  const tags = parts([options.levelTag, level], [options.idTag, id]);
  const fields = parts(
    [options.levelField, level],
    [options.messageField, (event) => event.message],
    [options.idField, id],
    [options.durationField, (event) => BigInt(durationNsText(event))],
  );
  if (tags.length === 0 && fields.length === 0) return undefined;
  return {
    tags: (given, event) => (tags.length === 0 ? given : (added(given, tags, event) as Tags)),
    fields: (given, event) => (fields.length === 0 ? given : added(given, fields, event)),
  };
}

function parts(...candidates: readonly [string | undefined, Part[1]][]): readonly Part[] {
  return candidates.flatMap(([name, value]) =>
    name === undefined || name === '' ? [] : [[name, value] as const],
  );
}

function added(given: Fields | undefined, parts: readonly Part[], event: AlertEvent): Fields {
  const result: Record<string, FieldValue> = { ...given };
  for (const [name, value] of parts) setOwn(result, name, value(event));
  return result;
}

/** A point with the outcome of its event. */
export function augmentPoint(point: Point, event: AlertEvent, augmentation: Augmentation): Point {
  const tags = augmentation.tags(point.tags, event);
  return { ...point, ...(tags && { tags }), fields: augmentation.fields(point.fields, event) };
}

/** A batch with the outcome of its event, in the batch and in each of its points. */
export function augmentBatch(batch: Batch, event: AlertEvent, augmentation: Augmentation): Batch {
  const tags = augmentation.tags(batch.tags, event);
  const points = batch.points.map((point) => {
    const own = point.tags && augmentation.tags(point.tags, event);
    return { ...point, ...(own && { tags: own }), fields: augmentation.fields(point.fields, event) };
  });
  return { ...batch, ...(tags && { tags }), points };
}

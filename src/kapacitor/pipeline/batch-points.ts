import type { Point } from '../../alert/point.ts';
import type { GroupedBatch } from './message.ts';

/** The points of a batch, each with the batch's name and, where it has none of its own, tags. */
export function batchPoints({ name, tags = {}, points }: GroupedBatch): Point[] {
  return points.map((point) => ({
    name,
    tags: point.tags ?? tags,
    fields: point.fields,
    time: point.time,
  }));
}

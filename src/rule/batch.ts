import type { Fields, Tags } from '../alert/point.ts';

/** One point of a {@link Batch}; its name is the batch's. */
export interface BatchPoint {
  /** The point's own tags. */
  readonly tags?: Tags;
  /** What was measured. */
  readonly fields: Fields;
  /** When. */
  readonly time: Date;
}

/** Points that are judged together, such as those of a window of time. */
export interface Batch {
  /** The measurement's name. */
  readonly name: string;
  /** The tags that all points share: those that make the group. */
  readonly tags?: Tags;
  /** The points, in order. A batch without any is ignored. */
  readonly points: readonly BatchPoint[];
  /** The end of the batch: the time of a recovery, and of every event with `all`. @default the last point's */
  readonly time?: Date;
}

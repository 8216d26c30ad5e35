import type { Point } from '../../alert/point.ts';
import type { Batch } from '../../rule/index.ts';
import type { Group } from './group.ts';

/** A point on its way through a pipeline. */
export interface GroupedPoint extends Point {
  readonly group: Group;
}

/** Points that go through a pipeline as one, such as those of a window. */
export interface GroupedBatch extends Batch {
  /** The end of the batch. */
  readonly time: Date;
  readonly group: Group;
}

/** The word that no point of a group from before a time will come any more. */
export interface Barrier {
  readonly group: Group;
  readonly name: string;
  readonly time: Date;
}

import type { GroupedBatch, GroupedPoint } from '../../pipeline/message.ts';

/** What a script says of a window; times in nanoseconds, what is not said 0. */
export interface WindowSettings {
  period: bigint;
  every: bigint;
  align: boolean;
  fillPeriod: boolean;
  periodCount: number;
  everyCount: number;
}

/** What all batches of one window have in common. */
export type WindowHead = Pick<GroupedBatch, 'name' | 'tags' | 'group'>;

/** The window of one group. */
export interface Window {
  /** Takes a point; answers the batch that is due with it. */
  insert(point: GroupedPoint): GroupedBatch | undefined;
  /** Learns that no point from before a time will come; answers the batch that is due by then. */
  close(nanos: bigint): GroupedBatch | undefined;
}

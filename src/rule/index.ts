export type { Batch, BatchPoint } from './batch.ts';
export type { EventSink, KnownState } from './event-sink.ts';
export type { GroupByOption } from './group-by.ts';
export { type Inhibition, InhibitionRegistry, type InhibitOption } from './inhibition-registry.ts';
export type { IntervalOption } from './interval.ts';
export type { EventReason, FlappingOptions, SilenceReason, StateOptions } from './state-rules.ts';
export {
  type Observation,
  StateTracker,
  type StateTrackerOptions,
  type TrackedState,
} from './state-tracker.ts';

export { AlertRule } from './alert-rule.ts';
export type { AlertRuleOptions } from './alert-rule-options.ts';
export type { AugmentationOptions } from './augmentation.ts';
export type { Batch, BatchPoint } from './batch.ts';
export type { EventSink, KnownState } from './event-sink.ts';
export type { GroupByOption, Grouping } from './group-by.ts';
export type { EvictionReason } from './groups.ts';
export { type Inhibition, InhibitionRegistry, type InhibitOption } from './inhibition-registry.ts';
export type { IntervalOption } from './interval.ts';
export type { LevelCondition, LevelConditionOptions } from './level-conditions.ts';
export type {
  AlertRuleEvents,
  GroupEviction,
  RuleFailure,
  RuleOutcome,
  RuleReason,
  RuleStats,
} from './rule-outcome.ts';
export type {
  DetailsContext,
  MessageContext,
  ServerInfo,
  TextContext,
  TextKind,
  TextOptions,
} from './rule-texts.ts';
export type { EventReason, FlappingOptions, SilenceReason, StateOptions } from './state-rules.ts';
export {
  type Observation,
  StateTracker,
  type StateTrackerOptions,
  type TrackedState,
} from './state-tracker.ts';

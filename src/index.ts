export { type Clock, systemClock, type Timer } from './alert/clock.ts';
export type { AlertEvent, AlertEventInput, Series } from './alert/event.ts';
export { formatDuration, parseDuration } from './alert/go-duration.ts';
export type { Int64 } from './alert/int64.ts';
export { isLevel, LEVELS, type Level, levelRank } from './alert/level.ts';
export { NanoDate } from './alert/nano-date.ts';
export type { Fields, FieldValue, Point, Tags } from './alert/point.ts';
export { alertDataJson } from './alert/wire.ts';
export {
  type CloseReport,
  DELIVERY_OUTCOMES,
  type DeadLetter,
  type DeadLetterError,
  type DeadLetterFilter,
  DeadLetters,
  type DeadReason,
  type Delivery,
  type DeliveryDrop,
  type DeliveryOptions,
  type DeliveryOutcome,
  type DeliveryRetry,
  type DropReason,
  type DurationInput,
  FAILURE_REASONS,
  type HandlerStats,
  MemoryStore,
  type OverflowPolicy,
  type PendingRecovery,
  type RecoveryPolicy,
  type Store,
  type StoreChange,
} from './delivery/index.ts';
export * from './errors.ts';
export * from './handler/index.ts';
export {
  type CompiledLambda,
  compileLambda,
  contextual,
  Duration,
  type Explanation,
  type FunctionContext,
  type LambdaFunction,
  type LambdaNode,
  type LambdaOptions,
  type LambdaSignature,
  type LambdaType,
  type LambdaValue,
  mapScope,
  type ParseOptions,
  parseLambda,
  pointScope,
  printExplanation,
  printLambda,
  Regex,
  type Run,
  type ScopeKind,
  type ScopeValue,
  type SourceOrigin,
  signature,
} from './lambda/index.ts';
export {
  compileMatch,
  explainMatch,
  type MatchDialect,
  type MatchExpression,
  type MatchIndex,
  type MatchOptions,
  type MatchPredicate,
  type MatchSource,
} from './match/index.ts';
export * from './rule/index.ts';
export * from './spec/index.ts';
export { type RenderTemplateOptions, renderTemplate } from './template/index.ts';
export * from './topic/index.ts';

export type { EventState } from './event-state.ts';
export { type Glob, parseGlob } from './glob.ts';
export type {
  HandlerName,
  HopLimitReport,
  LevelChange,
  MatchFailure,
  RegistryEvents,
  RegistryWarning,
} from './registry-events.ts';
export type { TopicState } from './topic.ts';
export {
  type HandleOptions,
  type RegistryLimits,
  TopicRegistry,
  type TopicRegistryOptions,
} from './topic-registry.ts';

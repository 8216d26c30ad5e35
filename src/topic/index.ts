export type {
  DirectoryWatcher,
  HandlerFileChange,
  HandlerFileFailure,
  WatchedFile,
  WatchOptions,
} from './directory-watcher.ts';
export type { EventState } from './event-state.ts';
export { type Glob, parseGlob } from './glob.ts';
export type * from './registry-events.ts';
export type * from './registry-options.ts';
export type * from './registry-stats.ts';
export type { TopicState } from './topic.ts';
export { TopicRegistry } from './topic-registry.ts';
export type { EventQuery, TopicQuery } from './topics.ts';

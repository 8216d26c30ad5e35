import type { HandlerStats } from '../delivery/index.ts';
import type { TopicState } from './topic.ts';

/** Figures of one handler on a topic. */
export interface HandlerFigures extends HandlerStats {
  /** The handler's id. */
  readonly id: string;
  /** The handler's kind; `function` for one in code. */
  readonly kind: string;
  /** How many events its match could not decide on. */
  readonly matchErrors: number;
}

/** Figures of one topic. */
export interface TopicFigures extends TopicState {
  /** Its handlers, in the order in which they were defined. */
  readonly handlers: readonly HandlerFigures[];
}

/** Figures of a registry since it was made. */
export interface RegistryStats {
  /** How many events were collected. */
  readonly collected: number;
  /** How many dead letters are kept. */
  readonly deadLetters: number;
  /** Every topic, ordered by name. */
  readonly topics: readonly TopicFigures[];
}

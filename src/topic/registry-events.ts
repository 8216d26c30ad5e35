import type { AlertEvent } from '../alert/event.ts';
import type { Level } from '../alert/level.ts';
import type { TocsinError } from '../errors.ts';

/** Names a handler: its topic and its id there. */
export interface HandlerName {
  /** The topic. */
  readonly topic: string;
  /** The handler's id on it. */
  readonly handler: string;
}

/** The highest level of a topic has changed. */
export interface LevelChange {
  /** The topic. */
  readonly topic: string;
  /** Its highest level now. */
  readonly level: Level;
  /** Its highest level before. */
  readonly previousLevel: Level;
  /** The event that changed it. */
  readonly event: AlertEvent;
}

/** A match could not be decided for an event, so the handler did not get it. */
export interface MatchFailure extends HandlerName {
  /** The event. */
  readonly event: AlertEvent;
  /** Why: a `LambdaEvaluationError`, or what a match function threw. */
  readonly error: unknown;
}

/** Something that an operator should know and that is no error. */
export interface RegistryWarning extends HandlerName {
  /** What. */
  readonly message: string;
}

/** An event was not put into a topic because it had come through too many already. */
export interface HopLimitReport {
  /** The topic that it was meant for. */
  readonly topic: string;
  /** The event that led to it. */
  readonly cause: AlertEvent;
  /** The error that the publishing handler got. */
  readonly error: TocsinError;
}

/** What a `TopicRegistry` emits, and what listeners get. */
export interface RegistryEvents {
  /** An event was collected and its topic's state changed. */
  event: (event: AlertEvent) => void;
  /** The highest level of a topic changed. */
  levelChange: (change: LevelChange) => void;
  /** A match could not be decided. */
  matchError: (failure: MatchFailure) => void;
  /** Topics publish to each other in a cycle. */
  hopLimit: (report: HopLimitReport) => void;
  /** Something that an operator should know and that is no error. */
  warning: (warning: RegistryWarning) => void;
  /** Anything that went wrong and that nobody else is told: what a listener threw, what a `close` threw. */
  error: (error: unknown) => void;
}

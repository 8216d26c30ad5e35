import type { AlertEvent } from '../alert/event.ts';
import type { Level } from '../alert/level.ts';
import type {
  DeadLetter,
  Delivery,
  DeliveryDrop,
  DeliveryRetry,
  PendingRecovery,
} from '../delivery/index.ts';
import type { SourcePosition, StoreError, TocsinError } from '../errors.ts';
import type { HandlerFileChange, HandlerFileFailure } from './directory-watcher.ts';

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
export interface MatchFailure {
  /** The topic. */
  readonly topic: string;
  /** The handler's id. */
  readonly handlerId: string;
  /** The event. */
  readonly event: AlertEvent;
  /** Why: a `LambdaEvaluationError`, or what a match function threw. */
  readonly error: unknown;
}

/** A handler's own `message` or `details` template failed on an event, so the event's own text went out. */
export interface TemplateFailure {
  /** The topic. */
  readonly topic: string;
  /** The handler's id. */
  readonly handlerId: string;
  /** Which template. */
  readonly part: 'message' | 'details';
  /** The event. */
  readonly event: AlertEvent;
  /** Why. */
  readonly error: unknown;
}

/** Something that an operator should know and that is no error. */
export interface RegistryWarning {
  /** The topic of the handler that it is about. */
  readonly topic: string;
  /** The id of the handler that it is about. */
  readonly handlerId: string;
  /** What, with the place in front if it is about a handler file. */
  readonly message: string;
  /** Where in a handler file. */
  readonly position?: SourcePosition;
}

/** An event was not put into a topic, because it had come through too many already. */
export interface HopLimitReport {
  /** The topic that it was meant for. */
  readonly topic: string;
  /** The event that led to it. */
  readonly cause: AlertEvent;
  /** The error that the publishing handler got. */
  readonly error: TocsinError;
}

/** The store began to fail, or works again. */
export interface StoreHealth {
  /** Why it cannot be written; absent when it works again. */
  readonly error?: StoreError;
}

/** What a `TopicRegistry` emits, and what listeners get. */
export interface RegistryEvents {
  /** An event was collected, and its topic's state has changed. */
  event: (event: AlertEvent) => void;
  /** The highest level of a topic changed. */
  levelChange: (change: LevelChange) => void;
  /** A match could not be decided. */
  matchError: (failure: MatchFailure) => void;
  /** A handler's own template failed. */
  templateError: (failure: TemplateFailure) => void;
  /** Topics publish to each other in a cycle. */
  hopLimit: (report: HopLimitReport) => void;
  /** A handler finished with an event. */
  delivered: (delivery: Delivery) => void;
  /** A try failed, another one follows. */
  retry: (retry: DeliveryRetry) => void;
  /** A delivery was given up on. */
  deadLetter: (letter: DeadLetter) => void;
  /** An event left a queue, or never got in, without having been delivered. */
  dropped: (drop: DeliveryDrop) => void;
  /** A recovery could not be delivered, and is kept until the destination answers again. */
  recoveryPending: (recovery: PendingRecovery) => void;
  /** A handler file of a watched directory was applied. */
  handlerFile: (change: HandlerFileChange) => void;
  /** A handler file of a watched directory is broken; the last good version stays. */
  handlerFileError: (failure: HandlerFileFailure) => void;
  /** The store began to fail, or works again. */
  storeHealth: (health: StoreHealth) => void;
  /** Something that an operator should know and that is no error. */
  warning: (warning: RegistryWarning) => void;
  /** Whatever went wrong that nothing else tells of: what a listener threw, what a `close` threw. */
  error: (error: unknown) => void;
}

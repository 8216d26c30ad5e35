import type { Clock } from '../alert/clock.ts';
import type { AlertEvent, AlertEventInput } from '../alert/event.ts';
import type { Redactor } from './redactor.ts';

/** What a handler is told about the delivery that it is part of. */
export interface HandlerContext {
  /** Aborted when the try has taken too long, or the registry is closing. Pass it on to whatever waits. */
  readonly signal: AbortSignal;
  /** The same on every try of one event to one handler: a key by which a service can tell duplicates. */
  readonly deliveryId: string;
  /** Which try this is, from 1. */
  readonly attempt: number;
}

/**
 * Acts on the events of a topic. It returns, or its promise resolves, when the event is delivered; it throws,
 * or its promise rejects, when it is not. Throw a `PermanentDeliveryError` or a `RetryLaterError` to say what
 * should happen next; any other error is tried again.
 */
export interface Handler {
  /** Delivers one event. */
  handle(event: AlertEvent, context: HandlerContext): void | Promise<void>;
  /** Hands on what it holds back, such as an open window. Called by `flush()` and before `close()`. */
  flush?(): void | Promise<void>;
  /** Lets go of what it holds. Called once, after the last delivery. */
  close?(): void | Promise<void>;
}

/** A handler that is just a function, as `registry.handle()` takes it. */
export type HandleFunction = (event: AlertEvent, context: HandlerContext) => unknown;

/** What a handler that holds events back keeps over a restart: texts by name. */
export interface HandlerMemory {
  /**
   * What an earlier run kept, in the order of the names. It is handed over: what must survive once more has to be
   * kept anew.
   */
  restore(): readonly string[];
  /** Keeps a value under a name; it is asked for its text when it is written. */
  put(name: string, value: { encode(): string }): void;
  /** Forgets a value. */
  remove(name: string): void;
}

/** What the registry offers to the handler that is being made. */
export interface HandlerHost {
  /** The topic that the handler is on. */
  readonly topic: string;
  /** The handler's id. */
  readonly id: string;
  /** Where to take time from. */
  readonly clock: Clock;
  /** Whether a `number` prints in templates as a Go float64 does (`1e+06`). */
  readonly strict: boolean;
  /** Takes note of secrets, so that they are struck out of whatever is reported. */
  readonly redactor: Redactor;
  /**
   * Puts an event into another topic, counting hops, so that topics that publish to each other in a cycle
   * come to an end. `cause` is the event that led to it.
   */
  collect(event: AlertEventInput, cause?: AlertEvent): void;
  /** Keeps what must survive a restart. Absent in hosts that have no store. */
  readonly memory?: HandlerMemory;
  /** Tells the operator something that is not an error, such as a service that is going away. */
  warn(message: string): void;
}

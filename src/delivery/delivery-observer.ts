import type { AlertEvent } from '../alert/event.ts';
import type { DeliveryError } from '../errors.ts';
import type { DeadLetter } from './dead-letters.ts';
import type { Delivery } from './delivery.ts';
import type { DropReason } from './reasons.ts';

/** A try failed and another follows. */
export interface DeliveryRetry {
  /** The try that failed. */
  readonly delivery: Delivery;
  /** Why, with secrets struck out. */
  readonly error: DeliveryError;
  /** Milliseconds until the next try. */
  readonly delay: number;
}

/** An event left a queue, or never got in, without having been delivered. */
export interface DeliveryDrop {
  /** The topic that the handler is on. */
  readonly topic: string;
  /** The handler's id. */
  readonly handlerId: string;
  /** The handler's kind. */
  readonly kind: string;
  /** The event. */
  readonly event: AlertEvent;
  /** Why. */
  readonly reason: DropReason;
}

/** A recovery could not be delivered, and is kept until the destination answers again. */
export interface PendingRecovery {
  /** The topic that the handler is on. */
  readonly topic: string;
  /** The handler's id. */
  readonly handlerId: string;
  /** The handler's kind. */
  readonly kind: string;
  /** The recovery. */
  readonly event: AlertEvent;
  /** Why it could not be delivered, with secrets struck out; absent when the queue was full. */
  readonly error?: DeliveryError;
}

/**
 * Is told what becomes of deliveries. Its methods are called in the middle of a drain, so they should be short;
 * one that throws disturbs nothing, what it threw goes to `fault`.
 */
export interface DeliveryObserver {
  /** The handler finished. */
  delivered?(delivery: Delivery): void;
  /** A try failed, another follows. */
  retry?(retry: DeliveryRetry): void;
  /** A delivery was given up on. `letter.fallback` names the handler that took it, if one did. */
  deadLetter?(letter: DeadLetter): void;
  /** An event was dropped. */
  dropped?(drop: DeliveryDrop): void;
  /** A recovery is kept until the destination answers again. */
  recoveryPending?(recovery: PendingRecovery): void;
  /** Something else threw: a listener, a handler's `flush` or `close`. */
  fault?(error: unknown): void;
}

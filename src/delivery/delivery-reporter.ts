import type { AlertEvent } from '../alert/event.ts';
import type { DeliveryError } from '../errors.ts';
import { type DeadLetter, deadLetterError } from './dead-letters.ts';
import type { Delivery, DeliveryTarget } from './delivery.ts';
import type { DeliveryObserver } from './delivery-observer.ts';
import type { DeadReason, DropReason } from './reasons.ts';

/** Counts what becomes of the deliveries to one handler, and tells the observer. What an observer throws disturbs nothing. */
export class DeliveryReporter {
  matched = 0;
  delivered = 0;
  retried = 0;
  failed = 0;
  dropped = 0;
  suppressed = 0;
  readonly #target: DeliveryTarget;
  readonly #observer: DeliveryObserver;

  constructor(target: DeliveryTarget, observer: DeliveryObserver) {
    this.#target = target;
    this.#observer = observer;
  }

  /** The handler finished. */
  success(delivery: Delivery): void {
    this.delivered++;
    try {
      this.#observer.delivered?.(delivery);
    } catch (error) {
      this.fault(error);
    }
  }

  /** A try failed, another follows. */
  retry(delivery: Delivery, error: DeliveryError, delay: number): void {
    this.retried++;
    this.#tell(() => this.#observer.retry?.({ delivery, error, delay }));
  }

  /** A delivery was given up on. */
  death(letter: DeadLetter): void {
    this.failed++;
    this.#tell(() => this.#observer.deadLetter?.(letter));
  }

  /** An event was dropped. */
  drop(event: AlertEvent, reason: DropReason): void {
    if (reason === 'not_told' || reason === 'superseded') this.suppressed++;
    else this.dropped++;
    const { topic, handlerId, kind } = this.#target;
    this.#tell(() => this.#observer.dropped?.({ topic, handlerId, kind, event, reason }));
  }

  /** A recovery is kept until the destination answers again. */
  pending(event: AlertEvent, error: DeliveryError | undefined): void {
    const { topic, handlerId, kind } = this.#target;
    const reason = error === undefined ? {} : { error };
    this.#tell(() => this.#observer.recoveryPending?.({ topic, handlerId, kind, event, ...reason }));
  }

  /** Something threw that has nobody else to tell. */
  fault(error: unknown): void {
    try {
      this.#observer.fault?.(error);
    } catch {
      // The one who would have to be told is the one who failed.
    }
  }

  #tell(news: () => void): void {
    try {
      news();
    } catch (error) {
      this.fault(error);
    }
  }
}

/** The letter of a delivery that was given up on. `fallback` is the id of the handler that takes the event. */
export function deadLetter(
  delivery: Delivery,
  reason: DeadReason,
  error: DeliveryError | undefined,
  diedAt: number,
  fallback: string | undefined,
): DeadLetter {
  const { topic, handlerId, kind, deliveryId, event, attempt, since } = delivery;
  return {
    deliveryId,
    topic,
    handlerId,
    kind,
    event,
    reason,
    ...(error === undefined ? {} : { error: deadLetterError(error) }),
    attempts: error === undefined ? attempt - 1 : attempt,
    queuedAt: new Date(since),
    diedAt: new Date(diedAt),
    ...(fallback === undefined ? {} : { fallback }),
  };
}

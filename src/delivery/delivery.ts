import type { AlertEvent } from '../alert/event.ts';
import type { Handler, HandlerContext } from '../handler/handler.ts';
import { asEvent, decodeStored, encodeStored } from './event-codec.ts';
import type { Storable } from './journal.ts';

/** Where deliveries go: one handler on one topic. */
export interface DeliveryTarget {
  /** The topic that the handler is on. */
  readonly topic: string;
  /** The handler's id. */
  readonly handlerId: string;
  /** The handler's kind. */
  readonly kind: string;
  /** The handler itself. */
  readonly handler: Handler;
}

/** What all deliveries of one handler share. */
export interface DeliveryOrigin {
  /** Where they go. */
  readonly target: DeliveryTarget;
  /** What their ids begin with. */
  readonly idPrefix: string;
}

/** A moment in milliseconds since the Unix epoch. */
export interface Moment {
  /** Which. */
  readonly now: number;
}

/** A try that was stopped before anybody asked for its signal. */
interface Aborted {
  readonly reason: unknown;
}

/** A recovery that is only sent if its firing was delivered. */
export const IF_TOLD = 1;
/** Came here because another handler gave up on it. */
export const VIA_FALLBACK = 2;
/** A recovery that could not be delivered, and is tried when the destination answers again. */
export const OWED = 4;

/**
 * One try of one event on its way to one handler. The handler gets it as its context; listeners get it as what was
 * delivered.
 */
export class Delivery implements HandlerContext, Storable {
  /** The event. */
  readonly event: AlertEvent;
  /** Which try this is, from 1. */
  readonly attempt: number;
  /** @internal What is special about it: `IF_TOLD`, `VIA_FALLBACK`, `OWED`. */
  readonly flags: number;
  readonly #origin: DeliveryOrigin;
  readonly #id: string | number;
  /** Shared by all that were queued together: there are many deliveries, and they should be small. */
  readonly #queued: Moment;
  #abort: AbortController | Aborted | undefined;

  /** @internal */
  constructor(
    origin: DeliveryOrigin,
    event: AlertEvent,
    id: string | number,
    queued: Moment,
    attempt: number,
    flags: number,
  ) {
    this.event = event;
    this.attempt = attempt;
    this.flags = flags;
    this.#origin = origin;
    this.#id = id;
    this.#queued = queued;
    this.#abort = undefined;
  }

  /**
   * @internal Reads what `encode` wrote.
   *
   * @throws {StoreError} When the text is damaged.
   */
  static decode(origin: DeliveryOrigin, id: string, text: string): Delivery {
    const { event, since, flags } = decodeStored(text) as Partial<Delivery>;
    return new Delivery(origin, asEvent(event), id, { now: Number(since) }, 1, Number(flags));
  }

  /** @internal */
  static abort(delivery: Delivery, reason: unknown): void {
    if (delivery.#abort instanceof AbortController) delivery.#abort.abort(reason);
    else delivery.#abort = { reason };
  }

  /** When the event was queued, in milliseconds since the Unix epoch. */
  get since(): number {
    return this.#queued.now;
  }

  /** The topic that the handler is on. */
  get topic(): string {
    return this.#origin.target.topic;
  }

  /** The handler's id. */
  get handlerId(): string {
    return this.#origin.target.handlerId;
  }

  /** The handler's kind. */
  get kind(): string {
    return this.#origin.target.kind;
  }

  /** The same on every try and after a restart; no other event to no other handler has it. */
  get deliveryId(): string {
    return typeof this.#id === 'string' ? this.#id : this.#origin.idPrefix + sequenceText(this.#id);
  }

  /** Aborted when the try has taken too long, or the handler is closing. */
  get signal(): AbortSignal {
    // Made when first asked for: most handlers that finish at once never ask.
    if (this.#abort instanceof AbortController) return this.#abort.signal;
    const controller = new AbortController();
    if (this.#abort !== undefined) controller.abort(this.#abort.reason);
    this.#abort = controller;
    return controller.signal;
  }

  /** @internal The same delivery, to be tried again. */
  again(attempt: number, flags: number = this.flags): Delivery {
    return new Delivery(this.#origin, this.event, this.#id, this.#queued, attempt, flags);
  }

  /** @internal The same delivery by another handler of the same name. */
  to(origin: DeliveryOrigin): Delivery {
    return new Delivery(origin, this.event, this.deliveryId, this.#queued, 1, this.flags);
  }

  /** @internal */
  encode(): string {
    const { since, flags, event } = this;
    return encodeStored({ since, flags, event });
  }

  /** The parts that a log line needs. */
  toJSON(): Record<string, unknown> {
    const { topic, handlerId, kind, deliveryId, attempt, event } = this;
    return { topic, handlerId, kind, deliveryId, attempt, event: { id: event.id, level: event.level } };
  }
}

/** A sequence number as text of a fixed length, so that ids sort as they were made. */
export function sequenceText(sequence: number): string {
  return sequence.toString(36).padStart(9, '0');
}

/**
 * What the ids of a run begin with: they sort after those of the run before, and no two handlers share them.
 *
 * @param last The last id of the run before, as far as it is known.
 */
export function newIdPrefix(now: number, random: () => number, last: string | undefined): string {
  const lastStart = last === undefined ? 0 : Number.parseInt(last.slice(0, 9), 36) || 0;
  const start = Math.max(Math.floor(now), lastStart + 1);
  const salt = Math.floor(random() * 36 ** 10);
  return start.toString(36).padStart(9, '0') + salt.toString(36).padStart(10, '0');
}

import type { AlertEvent } from '../alert/event.ts';
import type { DeliveryError, FailureReason } from '../errors.ts';
import { sequenceText } from './delivery.ts';
import { asEvent, decodeStored, encodeStored } from './event-codec.ts';
import { Journal } from './journal.ts';
import type { DeadReason } from './reasons.ts';

/** What is kept of an error: nothing that could hold a secret. */
export interface DeadLetterError {
  /** The name of its class. */
  readonly name: string;
  /** Its stable code. */
  readonly code: string;
  /** What went wrong, with secrets struck out. */
  readonly message: string;
  /** Which kind of failure. */
  readonly failure: FailureReason;
  /** The HTTP status, where there was one. */
  readonly status?: number;
  /** A piece of the answer, with secrets struck out. */
  readonly body?: string;
}

/** A delivery that was given up on. */
export interface DeadLetter {
  /** The delivery's id: the same that its tries had, and that a replay will have. */
  readonly deliveryId: string;
  /** The topic that the handler is on. */
  readonly topic: string;
  /** The handler's id. */
  readonly handlerId: string;
  /** The handler's kind. */
  readonly kind: string;
  /** The event. */
  readonly event: AlertEvent;
  /** Why it was given up. */
  readonly reason: DeadReason;
  /** The last error; absent if it grew too old before it was tried. */
  readonly error?: DeadLetterError;
  /** How many tries were made. */
  readonly attempts: number;
  /** When the event was queued. */
  readonly queuedAt: Date;
  /** When it was given up. */
  readonly diedAt: Date;
  /** The fallback handler that took the event. Such a letter is reported, but not kept. */
  readonly fallback?: string;
}

/** Which dead letters are meant; what is left out does not matter. */
export interface DeadLetterFilter {
  /** The topic. */
  readonly topic?: string;
  /** The handler's id. */
  readonly handlerId?: string;
  /** Why it was given up. */
  readonly reason?: DeadReason;
}

/** Takes a dead letter back into the queue of its handler; false when it cannot. */
export type Replayer = (letter: DeadLetter) => boolean;

/** What {@link DeadLetters} can be told. */
export interface DeadLettersOptions {
  /** How many are kept; beyond, the oldest goes. Default 10,000. */
  readonly limit?: number;
  /** Where they are kept over a restart. */
  readonly journal?: Journal;
  /** Told of what could not be read back. */
  readonly fault?: (error: unknown) => void;
}

const DEFAULT_LIMIT = 10_000;
const GROUP = Journal.group('dead');

/**
 * The deliveries that were given up on, each with its error: listed, tried again or discarded. The list is bounded;
 * what falls out of it is counted.
 *
 * @example
 * ```ts
 * import { TopicRegistry } from 'tocsin';
 *
 * const alerts = new TopicRegistry();
 * for (const { event, error } of alerts.deadLetters.list({ handlerId: 'slack' })) {
 *   console.log(event.message, error?.message);
 * }
 * alerts.deadLetters.replayAll({ handlerId: 'slack' });
 * ```
 */
export class DeadLetters {
  readonly #limit: number;
  readonly #journal: Journal | undefined;
  readonly #letters = new Map<string, { readonly name: string; readonly letter: DeadLetter }>();
  readonly #replayers = new Map<string, Replayer>();
  #sequence = 0;
  #dropped = 0;

  constructor(options: DeadLettersOptions = {}) {
    this.#limit = options.limit ?? DEFAULT_LIMIT;
    if (!Number.isInteger(this.#limit) || this.#limit < 0) {
      throw new RangeError(`deadLetterLimit must be a whole number from 0 on, got ${String(options.limit)}`);
    }
    this.#journal = options.journal;
    for (const [name, text] of this.#journal?.take(GROUP) ?? []) {
      this.#sequence = Math.max(this.#sequence, Number.parseInt(name, 36) + 1 || 0);
      try {
        const letter = asLetter(decodeStored(text));
        this.#letters.set(letter.deliveryId, { name, letter });
      } catch (error) {
        this.#journal?.remove(GROUP, name);
        options.fault?.(error);
      }
    }
  }

  /** How many are kept. */
  get size(): number {
    return this.#letters.size;
  }

  /** How many fell out because the list was full. */
  get dropped(): number {
    return this.#dropped;
  }

  /** The dead letters, the oldest first. */
  list(filter: DeadLetterFilter = {}): readonly DeadLetter[] {
    const found: DeadLetter[] = [];
    for (const { letter } of this.#letters.values()) if (fits(letter, filter)) found.push(letter);
    return found;
  }

  /** The dead letter of a delivery. */
  get(deliveryId: string): DeadLetter | undefined {
    return this.#letters.get(deliveryId)?.letter;
  }

  /**
   * Queues a delivery again, under its old id, as if it had not been tried yet. False when there is no such letter,
   * its handler is not there, or the handler's queue is full; it is kept then.
   */
  replay(deliveryId: string): boolean {
    const letter = this.#letters.get(deliveryId)?.letter;
    if (letter === undefined) return false;
    const replayed = this.#replayers.get(handlerKey(letter))?.(letter) ?? false;
    if (replayed) this.discard(deliveryId);
    return replayed;
  }

  /** Queues deliveries again, the oldest first, and says how many. */
  replayAll(filter: DeadLetterFilter = {}): number {
    let count = 0;
    for (const { deliveryId } of this.list(filter)) if (this.replay(deliveryId)) count++;
    return count;
  }

  /** Forgets one. False when there is none of that id. */
  discard(deliveryId: string): boolean {
    const entry = this.#letters.get(deliveryId);
    if (entry === undefined) return false;
    this.#letters.delete(deliveryId);
    this.#journal?.remove(GROUP, entry.name);
    return true;
  }

  /** Forgets several, and says how many. */
  discardAll(filter: DeadLetterFilter = {}): number {
    const letters = this.list(filter);
    for (const { deliveryId } of letters) this.discard(deliveryId);
    return letters.length;
  }

  /** @internal Keeps a letter. */
  add(letter: DeadLetter): void {
    this.discard(letter.deliveryId);
    const name = sequenceText(this.#sequence++);
    this.#letters.set(letter.deliveryId, { name, letter });
    this.#journal?.put(GROUP, name, { encode: () => encodeStored(letter) }, true);
    for (const oldest of this.#letters.keys()) {
      if (this.#letters.size <= this.#limit) break;
      this.discard(oldest);
      this.#dropped++;
    }
  }

  /** @internal Says who takes the letters of a handler back. */
  attach(topic: string, handlerId: string, replayer: Replayer): void {
    this.#replayers.set(handlerKey({ topic, handlerId }), replayer);
  }

  /** @internal Says that a handler takes none back any more. */
  detach(topic: string, handlerId: string, replayer: Replayer): void {
    const key = handlerKey({ topic, handlerId });
    if (this.#replayers.get(key) === replayer) this.#replayers.delete(key);
  }
}

/** What a dead letter keeps of an error. */
export function deadLetterError(error: DeliveryError): DeadLetterError {
  const { name, code, message, failure, status, body } = error;
  return {
    name,
    code,
    message,
    failure,
    ...(status === undefined ? {} : { status }),
    ...(body === undefined ? {} : { body }),
  };
}

function handlerKey({ topic, handlerId }: { readonly topic: string; readonly handlerId: string }): string {
  return `${handlerId} ${topic}`;
}

function fits(letter: DeadLetter, { topic, handlerId, reason }: DeadLetterFilter): boolean {
  return (
    (topic === undefined || letter.topic === topic) &&
    (handlerId === undefined || letter.handlerId === handlerId) &&
    (reason === undefined || letter.reason === reason)
  );
}

function asLetter(value: unknown): DeadLetter {
  const letter = value as DeadLetter;
  asEvent(letter?.event);
  return letter;
}

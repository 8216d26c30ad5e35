import type { AlertEvent } from '../alert/event.ts';
import type { Int64 } from '../alert/int64.ts';
import type { Level } from '../alert/level.ts';
import { isLevel } from '../alert/level.ts';
import { NanoDate, nanosOf } from '../alert/nano-date.ts';
import { decodeStored, encodeStored, type Storable } from '../delivery/index.ts';
import { StoreError } from '../errors.ts';

/** What a topic knows of one event id: its latest state. */
export interface EventState {
  /** The event id. */
  readonly id: string;
  /** How bad it is now. */
  readonly level: Level;
  /** The latest message. */
  readonly message: string;
  /** The latest details. */
  readonly details: string;
  /** When the latest event happened. */
  readonly time: Date;
  /** Milliseconds since the alert left OK. */
  readonly duration: number;
  /** The same in nanoseconds, where the event had them. */
  readonly durationNs?: Int64;
}

/**
 * The stored form of an {@link EventState}. There can be a million of these, so time is kept as numbers instead of
 * an object, and the record is written over instead of being replaced.
 */
export class EventRecord implements Storable {
  id: string;
  level: Level;
  message: string;
  details: string;
  #milliseconds: number;
  #nanoseconds: number;
  #duration: number;
  #durationNs: Int64 | undefined;

  constructor(event: RecordedEvent) {
    this.id = event.id;
    this.level = event.level;
    this.message = event.message;
    this.details = event.details;
    this.#milliseconds = event.time.getTime();
    this.#nanoseconds = nanosOf(event.time);
    this.#duration = event.duration;
    this.#durationNs = event.durationNs;
  }

  /**
   * Reads what {@link encode} wrote.
   *
   * @throws {StoreError} When the text is damaged.
   */
  static decode(id: string, text: string): EventRecord {
    const { level, message, details, time, duration, durationNs } = decodeStored(text) as Partial<EventState>;
    if (!isLevel(level) || !(time instanceof Date) || typeof duration !== 'number') {
      throw new StoreError('A stored entry is no event state', { text: text.slice(0, 200) });
    }
    const texts = { message: message ?? '', details: details ?? '' };
    const exact = durationNs === undefined ? {} : { durationNs };
    return new EventRecord({ id, level, ...texts, time, duration, ...exact });
  }

  /** Its text in a store. */
  encode(): string {
    const { id: _id, ...state } = this.snapshot();
    return encodeStored(state);
  }

  /** Takes over the state of a later event of the same id. */
  update(event: RecordedEvent): void {
    this.level = event.level;
    this.message = event.message;
    this.details = event.details;
    this.#milliseconds = event.time.getTime();
    this.#nanoseconds = nanosOf(event.time);
    this.#duration = event.duration;
    this.#durationNs = event.durationNs;
  }

  /** The state as it is now, on its own. */
  snapshot(): EventState {
    const time =
      this.#nanoseconds === 0
        ? new Date(this.#milliseconds)
        : new NanoDate(this.#milliseconds, this.#nanoseconds);
    const { id, level, message, details } = this;
    const state = { id, level, message, details, time, duration: this.#duration };
    return this.#durationNs === undefined ? state : { ...state, durationNs: this.#durationNs };
  }
}

/** What a record needs of an event. */
export type RecordedEvent = Pick<AlertEvent, 'id' | 'level' | 'message' | 'details' | 'time' | 'duration'> &
  Partial<Pick<AlertEvent, 'durationNs'>>;

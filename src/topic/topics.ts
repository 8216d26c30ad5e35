import { compareBytes } from '../alert/compare-bytes.ts';
import type { AlertEvent, AlertEventInput } from '../alert/event.ts';
import { type Level, levelRank } from '../alert/level.ts';
import { Journal } from '../delivery/index.ts';
import { completeEvent } from './complete-event.ts';
import { EventRecord, type EventState } from './event-state.ts';
import { parseGlob } from './glob.ts';
import type { HandlerBinding } from './handler-binding.ts';
import { parseLevel } from './parse-level.ts';
import { Topic, type TopicState } from './topic.ts';

/** Which topics are meant. */
export interface TopicQuery {
  /** A pattern that the name must fit, such as `cpu-*`; see `parseGlob`. */
  readonly pattern?: string;
  /** The least level. Letter case does not matter and its beginning is enough: `warn`. */
  readonly minLevel?: Level | (string & {});
}

/** Which event states are meant. */
export interface EventQuery {
  /** The least level. Letter case does not matter and its beginning is enough: `warn`. */
  readonly minLevel?: Level | (string & {});
}

/** What {@link Topics} are made of. */
export interface TopicsParts {
  readonly now: () => number;
  readonly journal: Journal | undefined;
  /** How many event ids a topic may know. */
  readonly limit: number | undefined;
  /** Told of a topic whose handlers have changed, when an event comes. */
  readonly rerouted: (topic: Topic) => void;
  /** Told of what could not be read back. */
  readonly fault: (error: unknown) => void;
}

const STATE = 'state';

/** The topics of a registry by name. */
export class Topics {
  readonly #topics = new Map<string, Topic>();
  readonly #now: () => number;
  readonly #journal: Journal | undefined;
  readonly #limit: number | undefined;
  readonly #rerouted: (topic: Topic) => void;
  #collected = 0;
  /** The topic that was asked for last: most events come to the same topic as the one before. */
  #latest: Topic | undefined;

  constructor({ now, journal, limit, rerouted, fault }: TopicsParts) {
    this.#now = now;
    this.#journal = journal;
    this.#limit = limit;
    this.#rerouted = rerouted;
    for (const group of journal?.untaken(STATE) ?? []) this.#restore(group, fault);
  }

  /** How many events were collected. */
  get collected(): number {
    return this.#collected;
  }

  /** All topics, also those that are not listed, in no order. */
  all(): Iterable<Topic> {
    return this.#topics.values();
  }

  /** The topic of a name, listed or not. */
  get(id: string): Topic | undefined {
    if (this.#latest?.id !== id) this.#latest = this.#topics.get(id);
    return this.#latest;
  }

  /** The topic of a name; it is made if need be, and listed from now on. */
  open(id: string): Topic {
    let topic = this.#topics.get(id);
    if (topic === undefined) {
      topic = new Topic(id, Journal.group(STATE, id), this.#limit, this.#rerouted);
      this.#topics.set(id, topic);
    }
    topic.listed = true;
    return topic;
  }

  /**
   * Completes an event and puts it into its topic's state.
   *
   * @throws {InvalidEventError} When level, time or duration cannot be used; nothing has changed then.
   */
  take(topic: Topic | undefined, input: AlertEventInput): AlertEvent {
    const record = topic?.states.find(input.id);
    const event = completeEvent(input, record, this.#now);
    const owner = topic?.listed ? topic : this.open(input.topic);
    const stored = owner.states.put(event, record);
    owner.collected++;
    this.#collected++;
    if (this.#journal !== undefined) this.#write(owner, stored, record === undefined);
    return event;
  }

  /** Puts a state into a topic without an event. */
  set(topicId: string, state: EventState): void {
    const { states, group } = this.open(topicId);
    const record = states.find(state.id);
    const stored = states.put(state, record);
    if (this.#journal !== undefined) this.#write({ group }, stored, record === undefined);
  }

  /** What an event would look like on its topic. */
  preview(input: AlertEventInput): AlertEvent {
    return completeEvent(input, this.#topics.get(input.topic)?.states.find(input.id), this.#now);
  }

  /** The state of a topic, `undefined` when it is not listed. */
  state(id: string): TopicState | undefined {
    const topic = this.#topics.get(id);
    return topic?.listed ? topic.snapshot() : undefined;
  }

  /** The states of the topics that are meant, ordered by name. */
  list({ pattern = '', minLevel = 'OK' }: TopicQuery): TopicState[] {
    const fits = pattern === '' ? () => true : parseGlob(pattern);
    const least = levelRank(parseLevel(minLevel));
    return [...this.#topics.values()]
      .filter((topic) => topic.listed && levelRank(topic.states.level) >= least && fits(topic.id))
      .map((topic) => topic.snapshot())
      .sort((a, b) => compareBytes(a.id, b.id));
  }

  /** The states of a topic's ids that are meant, ordered by id. */
  listEvents(id: string, { minLevel = 'OK' }: EventQuery): EventState[] {
    const level = parseLevel(minLevel);
    return this.#topics.get(id)?.states.list(level) ?? [];
  }

  /** Forgets all of a topic but its handlers, and takes it off the listings. */
  delete(id: string): boolean {
    const topic = this.#topics.get(id);
    if (!topic?.listed) return false;
    if (this.#journal !== undefined) {
      for (const known of topic.states.ids()) this.#journal.remove(topic.group, known);
    }
    topic.clear();
    if (topic.size === 0) {
      this.#topics.delete(id);
      this.#latest = undefined;
    }
    return true;
  }

  /** Every handler on every topic. */
  bindings(): HandlerBinding[] {
    return [...this.#topics.values()].flatMap((topic) => topic.bindings);
  }

  #write(topic: Pick<Topic, 'group'>, record: EventRecord, fresh: boolean): void {
    // An id that is OK is as good as unknown after a restart, so the store holds only what is not.
    if (record.level === 'OK') this.#journal?.remove(topic.group, record.id);
    else this.#journal?.put(topic.group, record.id, record, fresh);
  }

  #restore(group: string, fault: (error: unknown) => void): void {
    const topic = this.open(decodeURIComponent(group.slice(STATE.length + 1)));
    for (const [id, text] of this.#journal?.take(group) ?? []) {
      try {
        topic.states.add(EventRecord.decode(id, text));
      } catch (error) {
        this.#journal?.remove(group, id);
        fault(error);
      }
    }
  }
}

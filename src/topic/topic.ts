import type { Level } from '../alert/level.ts';
import { EventStates } from './event-states.ts';
import type { HandlerBinding } from './handler-binding.ts';

/** What a topic looks like from outside. */
export interface TopicState {
  /** The topic's name. */
  readonly id: string;
  /** The highest level of all its event ids; `OK` when there is none. */
  readonly level: Level;
  /** How many events it has collected since the registry was made. */
  readonly collected: number;
  /** How many event ids are at each level. */
  readonly events: Readonly<Record<Level, number>>;
}

/** A named stream of events: the latest state of every event id, and the handlers that act on it. */
export class Topic {
  readonly id: string;
  /** Where its states are in the journal. */
  readonly group: string;
  states: EventStates = new EventStates();
  collected = 0;
  /**
   * Whether it shows in listings. A topic that was deleted does not, though its handlers stay, for they are bound to
   * the name.
   */
  listed = true;
  /** In the order in which they were defined. Replaced, never changed, so that a run over it is not disturbed. */
  #bindings: readonly HandlerBinding[] = [];

  constructor(id: string, group: string) {
    this.id = id;
    this.group = group;
  }

  get bindings(): readonly HandlerBinding[] {
    return this.#bindings;
  }

  /** The handler of an id. */
  find(id: string): HandlerBinding | undefined {
    return this.#bindings.find((binding) => binding.id === id);
  }

  /** Puts a handler at the end. */
  add(binding: HandlerBinding): void {
    this.#bindings = [...this.#bindings, binding];
  }

  /** Puts a handler in the place of another. */
  replace(old: HandlerBinding, binding: HandlerBinding): void {
    this.#bindings = this.#bindings.map((each) => (each === old ? binding : each));
  }

  /** Takes a handler away. */
  remove(binding: HandlerBinding): void {
    this.#bindings = this.#bindings.filter((each) => each !== binding);
  }

  /** Forgets everything but the handlers, and leaves the listings. */
  clear(): void {
    this.states = new EventStates();
    this.collected = 0;
    this.listed = false;
  }

  /** What it looks like now. */
  snapshot(): TopicState {
    const { id, collected, states } = this;
    return { id, level: states.level, collected, events: states.counts() };
  }
}

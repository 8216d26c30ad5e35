import type { Level } from '../alert/level.ts';
import { EventStates } from './event-states.ts';
import type { HandlerBinding } from './handler-binding.ts';
import { Routes } from './routes.ts';

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
  readonly #limit: number | undefined;
  readonly #rerouted: ((topic: Topic) => void) | undefined;
  states: EventStates;
  collected = 0;
  /**
   * Whether it shows in listings. A topic that was deleted does not, though its handlers stay, for they are bound to
   * the name.
   */
  listed = true;
  #bindings = new Map<string, HandlerBinding>();
  #routes: Routes | undefined;

  /**
   * @param limit How many event ids it may know.
   * @param rerouted Told when its handlers have changed and an event comes.
   */
  constructor(id: string, group: string, limit?: number, rerouted?: (topic: Topic) => void) {
    this.id = id;
    this.group = group;
    this.#limit = limit;
    this.#rerouted = rerouted;
    this.states = new EventStates(limit);
  }

  /** How many handlers it has. */
  get size(): number {
    return this.#bindings.size;
  }

  /** Its handlers, in the order in which they were defined. */
  get bindings(): readonly HandlerBinding[] {
    return [...this.#bindings.values()];
  }

  /** Who gets which events. Not changed by what happens to handlers, but replaced. */
  get routes(): Routes {
    return this.#routes ?? this.#reroute();
  }

  /** Brings the figures of its handlers up to date. */
  settle(): void {
    this.#routes?.settle();
  }

  /** The handler of an id. */
  find(id: string): HandlerBinding | undefined {
    return this.#bindings.get(id);
  }

  /** Puts a handler at the end. */
  add(binding: HandlerBinding): void {
    this.#bindings.set(binding.id, binding);
    this.#forgetRoutes();
  }

  /** Puts a handler in the place of another. */
  replace(old: HandlerBinding, binding: HandlerBinding): void {
    const bindings = this.bindings.map((each) => (each === old ? binding : each));
    this.#bindings = new Map(bindings.map((each) => [each.id, each]));
    this.#forgetRoutes();
  }

  /** Takes a handler away. */
  remove(binding: HandlerBinding): void {
    this.#bindings.delete(binding.id);
    this.#forgetRoutes();
  }

  /** Forgets everything but the handlers, and leaves the listings. */
  clear(): void {
    this.states = new EventStates(this.#limit);
    this.collected = 0;
    this.listed = false;
  }

  #forgetRoutes(): void {
    this.#routes?.retire();
    this.#routes = undefined;
  }

  #reroute(): Routes {
    const routes = new Routes(this.bindings);
    this.#routes = routes;
    this.#rerouted?.(this);
    return routes;
  }

  /** What it looks like now. */
  snapshot(): TopicState {
    const { id, collected, states } = this;
    return { id, level: states.level, collected, events: states.counts() };
  }
}

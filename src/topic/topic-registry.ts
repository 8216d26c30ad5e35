import { type Clock, systemClock } from '../alert/clock.ts';
import type { AlertEvent, AlertEventInput } from '../alert/event.ts';
import { type Level, levelRank } from '../alert/level.ts';
import { compareBytes } from '../alert/wire.ts';
import { DeliveryError, HandlerLookupError, KindConfigurationError, RegistryClosedError } from '../errors.ts';
import type { HandleFunction, Handler } from '../handler/handler.ts';
import type { AnyHandlerKind } from '../handler/handler-kind.ts';
import { Redactor } from '../handler/redactor.ts';
import { completeEvent, invalid } from './complete-event.ts';
import type { EventState } from './event-state.ts';
import { parseGlob } from './glob.ts';
import { HandlerBinding, SerialOutlet } from './handler-binding.ts';
import { parseLevel } from './parse-level.ts';
import type { RegistryEvents } from './registry-events.ts';
import { SafeEmitter } from './safe-emitter.ts';
import { Topic, type TopicState } from './topic.ts';

/** How a {@link TopicRegistry} is set up. */
export interface TopicRegistryOptions {
  /** The handler kinds that specs may name. More can be added with `use`. */
  readonly kinds?: readonly AnyHandlerKind[];
  /** Where to take time from. Default: the clock on the wall. */
  readonly clock?: Clock;
  /** Whether a `number` prints in templates, and compares in matches, as a Go float64 does. Default false. */
  readonly strict?: boolean;
  /** Bounds. */
  readonly limits?: RegistryLimits;
}

/** Bounds of a {@link TopicRegistry}. */
export interface RegistryLimits {
  /** Through how many topics an event may be published on, before it is taken for a cycle. Default 16. */
  readonly hops?: number;
}

/** What {@link TopicRegistry.handle} may be told. */
export interface HandleOptions {
  /** The handler's id on the topic. Left out, it is given one. */
  readonly id?: string;
  /** Which events it gets. Left out, all. */
  readonly match?: (event: AlertEvent) => boolean;
  /** Whether it leaves the process: then it is spared events flagged `noExternal`. Default true. */
  readonly external?: boolean;
}

const DEFAULT_HOPS = 16;

/**
 * Brings alert events to the handlers that should act on them: it keeps the state of every topic, and hands each
 * event to the handlers on its topic whose match fits.
 *
 * @example
 * ```ts
 * import { TopicRegistry } from 'tocsin';
 *
 * const alerts = new TopicRegistry();
 * alerts.handle('cpu', (event) => console.log(event.message), { match: (event) => event.level !== 'OK' });
 * alerts.collect({ topic: 'cpu', id: 'web-1', level: 'CRITICAL', message: 'web-1 is busy' });
 * await alerts.close();
 * ```
 */
export class TopicRegistry extends SafeEmitter<RegistryEvents> {
  readonly #clock: Clock;
  readonly #now: () => number;
  readonly #redactor = new Redactor();
  readonly #maxHops: number;
  readonly #kinds = new Map<string, AnyHandlerKind>();
  readonly #topics = new Map<string, Topic>();
  readonly #hops = new WeakMap<AlertEvent, number>();
  #closed = false;

  constructor(options: TopicRegistryOptions = {}) {
    super();
    const clock = options.clock ?? systemClock;
    this.#clock = clock;
    this.#now = () => clock.now();
    this.#maxHops = options.limits?.hops ?? DEFAULT_HOPS;
    for (const kind of options.kinds ?? []) this.use(kind);
  }

  /**
   * Adds a handler kind, so that specs may name it.
   *
   * @throws {KindConfigurationError} When there is a kind of that name already.
   */
  use(kind: AnyHandlerKind): this {
    const name = kind.kind.toLowerCase();
    if (this.#kinds.has(name)) {
      throw new KindConfigurationError(kind.kind, 'a kind of this name is registered already');
    }
    this.#kinds.set(name, kind);
    return this;
  }

  /**
   * Puts a handler on a topic: a function, or an object with a `handle` method.
   *
   * @throws {HandlerLookupError} When the topic has a handler of that id.
   */
  handle(topic: string, handler: HandleFunction | Handler, options: HandleOptions = {}): string {
    const owner = this.#topicOf(topic);
    let { id } = options;
    for (let n = owner.bindings.length + 1; id === undefined; n++) {
      if (owner.find(`handler-${n}`) === undefined) id = `handler-${n}`;
    }
    if (owner.find(id) !== undefined) {
      throw new HandlerLookupError('DUPLICATE_HANDLER', `topic '${topic}' has a handler '${id}' already`);
    }
    const { match } = options;
    const object: Handler =
      typeof handler === 'function'
        ? { handle: async (event, context) => void (await handler(event, context)) }
        : handler;
    owner.add(
      new HandlerBinding({
        topic,
        id,
        kind: 'function',
        external: options.external ?? true,
        match: match && { matches: match },
        outlet: new SerialOutlet(`${topic}/${id}`, object, (error) => this.emit('error', error)),
      }),
    );
    return id;
  }

  /** Takes a handler off its topic, and closes it when its queue is drained. Says whether there was one. */
  async remove(topic: string, id: string): Promise<boolean> {
    const owner = this.#topics.get(topic);
    const binding = owner?.find(id);
    if (owner === undefined || binding === undefined) return false;
    owner.remove(binding);
    await binding.outlet.close();
    return true;
  }

  /**
   * Takes an event: its topic's state changes, and every handler on the topic whose match fits gets it, each through
   * its own queue. It waits for none of them, and what they throw never comes back here.
   *
   * The `previousLevel` of the event is what the topic knew of its id. For an id that is new to the topic it is what
   * the caller gave, or `OK`.
   *
   * @returns The event as handlers see it.
   * @throws {InvalidEventError} When topic, id, level, time or duration cannot be used.
   * @throws {RegistryClosedError} After `close()`.
   */
  collect(event: AlertEventInput): AlertEvent {
    if (this.#closed) throw new RegistryClosedError('collect()');
    return this.#collect(event, 0);
  }

  /** The state of a topic, `undefined` when it is not known. */
  topic(id: string): TopicState | undefined {
    const topic = this.#topics.get(id);
    return topic?.listed ? topic.snapshot() : undefined;
  }

  /**
   * The topics whose name fits a pattern (`cpu-*`, see `parseGlob`) and whose level is at least `minLevel`, ordered
   * by name. Letter case of the level does not matter and its beginning is enough.
   *
   * @throws {InvalidQueryError} When the pattern is malformed or the level unknown.
   */
  topics(query: { readonly pattern?: string; readonly minLevel?: Level | string } = {}): TopicState[] {
    const fits = query.pattern === undefined || query.pattern === '' ? () => true : parseGlob(query.pattern);
    const least = levelRank(parseLevel(query.minLevel ?? 'OK'));
    return [...this.#topics.values()]
      .filter((topic) => topic.listed && levelRank(topic.states.level) >= least && fits(topic.id))
      .map((topic) => topic.snapshot())
      .sort((a, b) => compareBytes(a.id, b.id));
  }

  /** What a topic knows of an event id, `undefined` when it knows nothing. */
  eventState(topic: string, id: string): EventState | undefined {
    return this.#topics.get(topic)?.states.get(id);
  }

  /**
   * The states of a topic's event ids at `minLevel` or above, ordered by id. Empty when the topic is not known.
   *
   * @throws {InvalidQueryError} When the level is unknown.
   */
  eventStates(topic: string, query: { readonly minLevel?: Level | string } = {}): EventState[] {
    return this.#topics.get(topic)?.states.list(parseLevel(query.minLevel ?? 'OK')) ?? [];
  }

  /**
   * Forgets a topic: its event states and its count. Handlers are bound to the name and stay; they get the events
   * that the topic collects from then on. Says whether there was such a topic.
   */
  deleteTopic(id: string): boolean {
    const topic = this.#topics.get(id);
    if (!topic?.listed) return false;
    topic.clear();
    if (topic.bindings.length === 0) this.#topics.delete(id);
    return true;
  }

  /** Resolves when every event that was collected so far is delivered or given up, and open windows are handed on. */
  async flush(): Promise<void> {
    for (let round = 0; round <= this.#maxHops; round++) {
      const before = this.#total();
      await Promise.all(this.#bindings().map((binding) => binding.outlet.flush()));
      if (this.#total() === before) return;
    }
  }

  /** Takes no more events, drains what is under way, and closes handlers and kinds. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.flush();
    await Promise.all(this.#bindings().map((binding) => binding.outlet.close()));
    for (const kind of this.#kinds.values()) {
      try {
        await kind.close?.();
      } catch (error) {
        this.emit('error', error);
      }
    }
  }

  /** The same as `close()`, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  protected override listenerFailed(error: unknown, event: PropertyKey): void {
    if (event !== 'error') this.emit('error', error);
  }

  #topicOf(id: string): Topic {
    let topic = this.#topics.get(id);
    if (topic === undefined) {
      topic = new Topic(id);
      this.#topics.set(id, topic);
    }
    topic.listed = true;
    return topic;
  }

  #collect(input: AlertEventInput, hops: number): AlertEvent {
    if (typeof input.topic !== 'string' || input.topic === '' || typeof input.id !== 'string')
      throw invalid(input);
    const topic = this.#topics.get(input.topic);
    const record = topic?.states.find(input.id);
    const event = completeEvent(input, record?.level ?? input.previousLevel ?? 'OK', this.#now);
    if (hops > 0) this.#hops.set(event, hops);
    const owner = topic?.listed ? topic : this.#topicOf(input.topic);
    const before = owner.states.level;
    owner.states.put(event, record);
    owner.collected++;
    for (const binding of owner.bindings) this.#offer(binding, event);
    if (this.listenerCount('event') > 0) this.emit('event', event);
    const level = owner.states.level;
    if (level !== before) this.emit('levelChange', { topic: owner.id, level, previousLevel: before, event });
    return event;
  }

  #offer(binding: HandlerBinding, event: AlertEvent): void {
    if (event.noExternal && binding.external) return;
    if (binding.match !== undefined) {
      try {
        if (!binding.match.matches(event)) return;
      } catch (error) {
        binding.matchErrors++;
        this.emit('matchError', { topic: binding.topic, handler: binding.id, event, error });
        return;
      }
    }
    binding.matched++;
    binding.outlet.offer(event, true);
  }

  #publish(input: AlertEventInput, cause: AlertEvent | undefined): void {
    const hops = cause === undefined ? 0 : (this.#hops.get(cause) ?? 0) + 1;
    if (cause !== undefined && hops > this.#maxHops) {
      const error = new DeliveryError(
        `event '${cause.id}' went through ${this.#maxHops} topics and was not put into '${input.topic}'`,
        {
          failure: 'config_error',
          retryable: false,
          cure: 'Look for topics that publish to each other in a cycle, or cut it with: match: changed()',
        },
        'HOP_LIMIT',
      );
      this.emit('hopLimit', { topic: input.topic, cause, error });
      throw error;
    }
    this.#collect(input, hops);
  }

  #bindings(): HandlerBinding[] {
    return [...this.#topics.values()].flatMap((topic) => topic.bindings);
  }

  #total(): number {
    let total = 0;
    for (const topic of this.#topics.values()) total += topic.collected;
    return total;
  }
}

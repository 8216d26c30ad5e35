import type { AlertEvent } from '../alert/event.ts';
import type { Level } from '../alert/level.ts';
import { RuleOptionsError } from '../errors.ts';
import type { HandleFunction, Handler } from '../handler/handler.ts';
import type { EventMemory } from './event-memory.ts';
import type { EventSink, KnownState } from './event-sink.ts';

/**
 * Where the events of a rule go: to its topic, and to the topic of the handlers that are the rule's own. Until it
 * publishes to somebody who knows the states of topics, it remembers them itself.
 */
export class EventOutlet {
  readonly #topic: string;
  readonly #ownTopic: string;
  /** Undefined when the rule has no topic of its own. */
  readonly #handlers: readonly (HandleFunction | Handler)[] | undefined;
  readonly #memory: EventMemory;
  #sink: EventSink | undefined;
  #handlerIds: readonly string[] = [];

  constructor(
    topic: string,
    ownTopic: string,
    handlers: readonly (HandleFunction | Handler)[] | undefined,
    memory: EventMemory,
  ) {
    this.#topic = topic;
    this.#ownTopic = ownTopic;
    this.#handlers = handlers;
    this.#memory = memory;
  }

  /** @throws {RuleOptionsError} When there is nowhere to publish to, or it publishes already. */
  open(sink: EventSink): void {
    if (this.#sink !== undefined) {
      throw new RuleOptionsError('The rule publishes already', { cure: 'Close it first.' });
    }
    if (typeof (Object(sink) as Partial<EventSink>).collect !== 'function')
      throw new RuleOptionsError('A rule publishes to a registry, or to an object with a function collect');
    const handlers = this.#handlers ?? [];
    if (this.#topic === '' && this.#handlers === undefined) {
      throw new RuleOptionsError('A rule that publishes needs a topic, or handlers of its own');
    }
    if (handlers.length > 0 && sink.handle === undefined) {
      throw new RuleOptionsError('A rule with handlers of its own must publish to a registry');
    }
    this.#handlerIds = handlers.map((handler) => String(sink.handle?.(this.#ownTopic, handler)));
    this.#sink = sink;
  }

  /** Takes the rule's own handlers off. */
  async close(): Promise<void> {
    const sink = this.#sink;
    const ids = this.#handlerIds;
    this.#sink = undefined;
    this.#handlerIds = [];
    await Promise.all(ids.map((id) => sink?.remove?.(this.#ownTopic, id)));
  }

  /**
   * What is known of an alert. The rule's own topic is believed first; where it knows nothing it learns from the
   * shared one, and where they disagree the shared one is put right.
   */
  known(id: string): KnownState | undefined {
    const sink = this.#sink;
    if (sink?.eventState === undefined) return this.#memory.state(id);
    const hasOwn = this.#handlers !== undefined;
    const own = hasOwn ? sink.eventState(this.#ownTopic, id) : undefined;
    const shared = this.#topic === '' ? undefined : sink.eventState(this.#topic, id);
    if (shared !== undefined && shared.level !== (own?.level ?? 'OK')) {
      if (own !== undefined) sink.setEventState?.(this.#topic, id, own);
      else if (hasOwn) sink.setEventState?.(this.#ownTopic, id, shared);
    }
    return own ?? shared;
  }

  /** The level last told of an alert; `OK` when that is for the sink to fill in. */
  previousLevel(id: string): Level {
    return this.#sink?.eventState === undefined ? this.#memory.levelOf(id) : 'OK';
  }

  /** Forgets what it remembers of alerts itself. */
  reset(): void {
    this.#memory.clear();
  }

  /** Sends an event, and returns it as it went out. */
  send(event: AlertEvent): AlertEvent {
    const sink = this.#sink;
    if (sink?.eventState === undefined) this.#memory.tell(event.id, event.level, event.time);
    if (sink === undefined) return event;
    const own = this.#handlers !== undefined ? sink.collect({ ...event, topic: this.#ownTopic }) : undefined;
    const shared = this.#topic === '' ? undefined : sink.collect(event);
    return shared ?? own ?? event;
  }
}

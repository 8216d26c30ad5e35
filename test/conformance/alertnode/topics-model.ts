import { compareBytes } from '../../../src/alert/compare-bytes.ts';
import type { AlertEvent } from '../../../src/alert/event.ts';
import { formatDuration } from '../../../src/alert/go-duration.ts';
import { LEVELS, type Level, levelRank } from '../../../src/alert/level.ts';
import { formatRFC3339 } from '../../../src/alert/nano-date.ts';
import { durationNsText } from '../../../src/alert/wire.ts';
import type { EventSink, KnownState } from '../../../src/rule/index.ts';

type Handle = (event: AlertEvent) => void;

/** A state is the event that led to it. */
type State = AlertEvent & KnownState;

interface TopicModel {
  collected: number;
  readonly states: Map<string, State>;
  readonly handlers: Map<string, Handle>;
}

/** A model of Kapacitor's alert service: topics, what of them is stored, and their handlers, called at once. */
export class TopicsModel implements EventSink {
  readonly #persists: boolean;
  readonly #stored = new Map<string, Map<string, State>>();
  #live = new Map<string, TopicModel>();

  constructor(persists: boolean) {
    this.#persists = persists;
  }

  collect(given: AlertEvent): AlertEvent {
    const topic = this.#topic(given.topic);
    const previousLevel = topic.states.get(given.id)?.level ?? given.previousLevel;
    const event = { ...given, previousLevel };
    this.setEventState(event.topic, event.id, event);
    topic.collected++;
    for (const handle of topic.handlers.values()) handle(event);
    return event;
  }

  eventState(topic: string, id: string): State | undefined {
    return this.#live.get(topic)?.states.get(id);
  }

  setEventState(topic: string, id: string, state: KnownState): void {
    this.#topic(topic).states.set(id, state as State);
    if (!this.#persists) return;
    const stored = this.#stored.get(topic) ?? new Map<string, State>();
    stored.set(id, state as State);
    this.#stored.set(topic, stored);
  }

  handle(topic: string, handler: unknown, id?: string): string {
    const { handlers } = this.#topic(topic);
    const name = id ?? `handler-${handlers.size + 1}`;
    handlers.set(name, handler as Handle);
    return name;
  }

  async remove(topic: string, id: string): Promise<boolean> {
    return this.#live.get(topic)?.handlers.delete(id) ?? false;
  }

  /** A topic is closed when the task that it belongs to stops; what is stored of it stays. */
  close(topic: string): void {
    this.#live.delete(topic);
  }

  delete(topic: string): void {
    this.#live.delete(topic);
    this.#stored.delete(topic);
  }

  /** After a restart there is what was stored; nobody has collected anything yet. */
  restart(): void {
    this.#live = new Map();
    for (const topic of this.#stored.keys()) this.#topic(topic);
  }

  list(minLevel: Level = 'OK'): unknown[] {
    return [...this.#live.keys()]
      .sort(compareBytes)
      .map((id) => this.state(id))
      .filter(({ level }) => levelRank(level) >= levelRank(minLevel));
  }

  has(id: string): boolean {
    return this.#live.has(id);
  }

  state(id: string): { id: string; level: Level; collected: number } {
    const topic = this.#live.get(id);
    const ranks = [...(topic?.states.values() ?? [])].map(({ level }) => levelRank(level));
    return { id, level: LEVELS[Math.max(0, ...ranks)] ?? 'OK', collected: topic?.collected ?? 0 };
  }

  events(id: string, minLevel: Level = 'OK'): unknown[] {
    const states = this.#live.get(id)?.states ?? new Map<string, State>();
    return [...states.entries()]
      .filter(([, { level }]) => levelRank(level) >= levelRank(minLevel))
      .sort(([a], [b]) => compareBytes(a, b))
      .map(([event, state]) => ({
        id: event,
        state: {
          message: state.message,
          details: state.details,
          time: formatRFC3339(state.time),
          duration: formatDuration(BigInt(durationNsText(state))),
          level: state.level,
        },
      }));
  }

  #topic(id: string): TopicModel {
    let topic = this.#live.get(id);
    if (topic === undefined) {
      topic = { collected: 0, states: new Map(this.#stored.get(id)), handlers: new Map() };
      this.#live.set(id, topic);
    }
    return topic;
  }
}

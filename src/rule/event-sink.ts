import type { AlertEvent } from '../alert/event.ts';
import type { Level } from '../alert/level.ts';
import type { HandleFunction, Handler } from '../handler/handler.ts';

/** What a topic knows of an alert. */
export interface KnownState {
  /** Its level. */
  readonly level: Level;
  /** When its latest event happened. */
  readonly time: Date;
}

/**
 * Where a rule sends its events: a `TopicRegistry`, or anything with a `collect`.
 *
 * @example
 * ```ts
 * import { type AlertEvent, AlertRule } from 'tocsin';
 *
 * const told: AlertEvent[] = [];
 * const rule = new AlertRule({ topic: 'cpu', crit: '"idle" < 10' });
 * rule.publishTo({ collect: (event) => void told.push(event) });
 * rule.observe({ name: 'cpu', fields: { idle: 3 }, time: new Date() });
 * told.length; // 1
 * ```
 */
export interface EventSink {
  /**
   * Takes an event. One that keeps the states of its topics fills in the event's previous level, and returns the
   * event as it went out.
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: a function that returns nothing is a sink as well.
  collect(event: AlertEvent): AlertEvent | void;
  /**
   * What a topic knows of an alert. A rule starts a new group from that; without it, the rule itself remembers
   * which alerts it told.
   */
  eventState?(topic: string, id: string): KnownState | undefined;
  /**
   * Lets a topic know the state that another topic has of an alert, without an event: what a rule does when its own
   * topic and the shared one disagree.
   */
  setEventState?(topic: string, id: string, state: KnownState): void;
  /** Puts a handler on a topic, and returns its id. Needed by rules with handlers of their own. */
  handle?(topic: string, handler: HandleFunction | Handler): string;
  /** Takes a handler off. */
  remove?(topic: string, id: string): Promise<boolean>;
}

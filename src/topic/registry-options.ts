import type { Clock } from '../alert/clock.ts';
import type { AlertEvent } from '../alert/event.ts';
import type { DeliveryOptions, Store } from '../delivery/index.ts';
import type { AnyHandlerKind } from '../handler/handler-kind.ts';
import type { Explanation } from '../lambda/index.ts';
import type { MatchDialect, MatchSource } from '../match/index.ts';

/** How a `TopicRegistry` is set up. */
export interface TopicRegistryOptions {
  /** The handler kinds that specs may name. More can be added with `use`. */
  readonly kinds?: readonly AnyHandlerKind[];
  /** How events are brought to handlers, where a handler says nothing else. */
  readonly delivery?: DeliveryOptions;
  /** Whether a `number` is a float64 in templates and matches, exactly as in Go. Default false. */
  readonly strict?: boolean;
  /** Match dialects of the host's own, by the key that chooses them. */
  readonly dialects?: Readonly<Record<string, MatchDialect>>;
  /** Bounds. */
  readonly limits?: RegistryLimits;
  /** Where to take time from. Default: the clock on the wall. */
  readonly clock?: Clock;
  /** Numbers from 0 to 1, for the jitter of retries. Default `Math.random`. */
  readonly random?: () => number;
}

/** What `TopicRegistry.open` is told: options, and where to keep what must survive a restart. */
export interface OpenOptions extends TopicRegistryOptions {
  /** Keeps event states, queued deliveries, dead letters, and what handlers were told. */
  readonly store: Store;
}

/** Bounds of a `TopicRegistry`. */
export interface RegistryLimits {
  /** Through how many topics an event may be published on before that is taken for a cycle. Default 16. */
  readonly hops?: number;
  /**
   * How many event ids a topic remembers. Beyond, the id that has been OK for longest is forgotten, which for all but
   * listings is the same as being OK; an id that is not OK never is. Default: no limit.
   */
  readonly ids?: number;
  /** How many dead letters are kept. Default 10,000. */
  readonly deadLetters?: number;
}

/** What `TopicRegistry.handle` may be told. */
export interface HandleOptions {
  /** The handler's id on the topic. Left out, it is given one. */
  readonly id?: string;
  /** Which events it gets: a match expression, a function, or an object that names another dialect. Left out, all. */
  readonly match?: MatchSource;
  /** A template that replaces the message of events, for this handler only. */
  readonly message?: string;
  /** A template that replaces the details of events, for this handler only. */
  readonly details?: string;
  /** How events are brought to it. */
  readonly delivery?: DeliveryOptions;
  /** Whether it leaves the process: then it is spared events flagged `noExternal`. Default true. */
  readonly external?: boolean;
}

/** What `define` and its relatives may be told. */
export interface DefineOptions {
  /** Takes the place of a handler of the same id, instead of being refused. Default false. */
  readonly replace?: boolean;
}

/** What closing may be told. */
export interface CloseOptions {
  /** How many milliseconds to wait for what is under way. Default 10,000. */
  readonly timeout?: number;
}

/** One handler's answer to "would it get this event?" */
export interface HandlerExplanation {
  /** The handler's id. */
  readonly handler: string;
  /** The handler's kind; `function` for one in code. */
  readonly kind: string;
  /** Whether it would get the event. */
  readonly matched: boolean;
  /**
   * Why: `matched`; `no_match`; `match_error` when its match cannot be decided; `no_external` for an event that is kept from handlers that
   * leave the process.
   */
  readonly reason: 'matched' | 'no_match' | 'match_error' | 'no_external';
  /** How its match comes to that, part by part; absent when it has none. `printExplanation` shows it as text. */
  readonly match?: Explanation;
}

/** What would become of an event. */
export interface EventExplanation {
  /** The event as handlers would see it. */
  readonly event: AlertEvent;
  /** The handlers on its topic. */
  readonly handlers: readonly HandlerExplanation[];
}

import type { HandlerDelivery } from '../delivery/index.ts';
import type { MatchExpression } from '../match/index.ts';
import type { HandlerSpec } from '../spec/handler-spec.ts';
import type { NamedFallback } from './missing-fallbacks.ts';

/** What a {@link HandlerBinding} is made of. */
export interface BindingParts {
  readonly external: boolean;
  readonly match: MatchExpression | undefined;
  readonly delivery: HandlerDelivery;
  readonly spec?: HandlerSpec;
  readonly publishesTo?: readonly string[];
  readonly fallback: NamedFallback | undefined;
}

/** A handler on a topic: its match, and the way to it. */
export class HandlerBinding {
  readonly topic: string;
  readonly id: string;
  /** Whether it leaves the process, so that it is spared events flagged `noExternal`. */
  readonly external: boolean;
  /** Which events it gets; all of them if there is none. */
  readonly match: MatchExpression | undefined;
  /** The way to it. */
  readonly delivery: HandlerDelivery;
  /** What it was defined by, options as they were given; absent for a handler in code. */
  readonly spec: HandlerSpec | undefined;
  /** The topics that it puts events into, as far as its kind says. */
  readonly publishesTo: readonly string[];
  /** The handler that takes what it gives up on, if one is named. */
  readonly fallback: NamedFallback | undefined;
  /** How many events its match could not decide on. */
  matchErrors = 0;

  constructor({ external, match, delivery, spec, publishesTo = [], fallback }: BindingParts) {
    this.topic = delivery.target.topic;
    this.id = delivery.target.handlerId;
    this.external = external;
    this.match = match;
    this.delivery = delivery;
    this.spec = spec;
    this.publishesTo = publishesTo;
    this.fallback = fallback;
  }
}

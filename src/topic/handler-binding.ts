import type { AlertEvent } from '../alert/event.ts';
import type { Handler } from '../handler/handler.ts';

/** Decides whether an event is for a handler. */
export interface Match {
  /** Whether the event is for it. What it throws is reported, and the handler does not get the event. */
  matches(event: AlertEvent): boolean;
}

/** How the registry hands events to a handler. */
export interface Outlet {
  /** Takes an event, without waiting for anything. */
  offer(event: AlertEvent, matched: boolean): void;
  /** Resolves when everything that was offered so far is done. */
  flush(): Promise<void>;
  /** Drains, then closes the handler. */
  close(): Promise<void>;
}

/** What a {@link HandlerBinding} is made of. */
export interface BindingParts {
  readonly topic: string;
  readonly id: string;
  readonly kind: string;
  readonly external: boolean;
  readonly match: Match | undefined;
  readonly outlet: Outlet;
}

/** A handler on a topic: its match, and the way to it. */
export class HandlerBinding {
  readonly topic: string;
  readonly id: string;
  readonly kind: string;
  readonly external: boolean;
  readonly match: Match | undefined;
  readonly outlet: Outlet;
  matched = 0;
  matchErrors = 0;

  constructor(parts: BindingParts) {
    this.topic = parts.topic;
    this.id = parts.id;
    this.kind = parts.kind;
    this.external = parts.external;
    this.match = parts.match;
    this.outlet = parts.outlet;
  }
}

/** One call after the other. */
export class SerialOutlet implements Outlet {
  #last: Promise<void> = Promise.resolve();
  #count = 0;

  constructor(
    readonly name: string,
    readonly handler: Handler,
    readonly failed: (error: unknown) => void,
  ) {}

  offer(event: AlertEvent, matched: boolean): void {
    if (!matched) return;
    const context = {
      signal: new AbortController().signal,
      deliveryId: `${this.name}-${++this.#count}`,
      attempt: 1,
    };
    this.#last = this.#last.then(() => this.handler.handle(event, context)).catch(this.failed);
  }

  async flush(): Promise<void> {
    await this.#last;
    await this.handler.flush?.();
  }

  async close(): Promise<void> {
    await this.flush();
    await this.handler.close?.();
  }
}

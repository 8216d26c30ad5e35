import { EventEmitter } from 'eventemitter3';

type Listener = (...args: unknown[]) => unknown;

/**
 * An event emitter whose listeners cannot disturb anything: when one throws, or its promise rejects, the others are
 * still called, and {@link listenerFailed} is told.
 */
export abstract class SafeEmitter<Events extends EventEmitter.ValidEventTypes> extends EventEmitter<Events> {
  // One guard per event and listener, so that `off` finds what `on` has added.
  readonly #guards = new Map<PropertyKey, WeakMap<Listener, Listener>>();
  readonly #originals = new WeakMap<Listener, Listener>();

  override on<T extends EventEmitter.EventNames<Events>>(
    event: T,
    listener: EventEmitter.EventListener<Events, T>,
    context?: unknown,
  ): this {
    return super.on(event, this.#guard(event, listener), context);
  }

  /** The same as `on`. */
  override addListener<T extends EventEmitter.EventNames<Events>>(
    event: T,
    listener: EventEmitter.EventListener<Events, T>,
    context?: unknown,
  ): this {
    return this.on(event, listener, context);
  }

  override once<T extends EventEmitter.EventNames<Events>>(
    event: T,
    listener: EventEmitter.EventListener<Events, T>,
    context?: unknown,
  ): this {
    return super.once(event, this.#guard(event, listener), context);
  }

  /** Takes a listener off, or without one all of an event. */
  override off<T extends EventEmitter.EventNames<Events>>(
    event: T,
    listener?: EventEmitter.EventListener<Events, T>,
    context?: unknown,
    once?: boolean,
  ): this {
    // The inherited `off` takes a missing listener as "all of them", which is right only if none was given.
    const guard = listener === undefined ? undefined : this.#guard(event, listener);
    return super.off(event, guard, context, once);
  }

  override removeListener<T extends EventEmitter.EventNames<Events>>(
    event: T,
    listener?: EventEmitter.EventListener<Events, T>,
    context?: unknown,
    once?: boolean,
  ): this {
    return this.off(event, listener, context, once);
  }

  override listeners<T extends EventEmitter.EventNames<Events>>(
    event: T,
  ): EventEmitter.EventListener<Events, T>[] {
    return super
      .listeners(event)
      .map((guard) => (this.#originals.get(guard as Listener) ?? guard) as typeof guard);
  }

  /** Told what a listener threw or rejected with. */
  protected abstract listenerFailed(error: unknown, event: PropertyKey): void;

  #guard<T extends EventEmitter.EventNames<Events>>(
    event: T,
    listener: EventEmitter.EventListener<Events, T>,
  ): EventEmitter.EventListener<Events, T> {
    const original = listener as Listener;
    // The inherited emitter takes a `once` listener off by the guard itself.
    if (this.#originals.has(original)) return listener;
    let guards = this.#guards.get(event);
    if (guards === undefined) {
      guards = new WeakMap();
      this.#guards.set(event, guards);
    }
    let guard = guards.get(original);
    if (guard === undefined) {
      const failed = (error: unknown): void => this.listenerFailed(error, event);
      guard = function (this: unknown, ...args: unknown[]): void {
        try {
          const result = original.apply(this, args);
          if (result instanceof Promise) result.catch(failed);
        } catch (error) {
          failed(error);
        }
      };
      guards.set(original, guard);
      this.#originals.set(guard, original);
    }
    return guard as EventEmitter.EventListener<Events, T>;
  }
}

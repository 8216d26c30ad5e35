import type { Clock, Timer } from '../alert/clock.ts';
import { DeliveryError, DeliveryTimeoutError } from '../errors.ts';
import type { Handler } from '../handler/handler.ts';
import type { Redactor } from '../handler/redactor.ts';
import { backoffDelay } from './backoff.ts';
import { classifyFailure, mayHaveArrived } from './classify.ts';
import { Delivery, OWED } from './delivery.ts';
import type { ResolvedDeliveryOptions } from './delivery-options.ts';
import { RateLimiter } from './rate-limit.ts';
import type { DeadReason } from './reasons.ts';
import { nextTurn } from './run-queue.ts';

/** What a {@link TryRunner} needs. */
export interface TryEnvironment {
  /** Where to take time from. */
  readonly clock: Clock;
  /** Knows the secrets that must not be reported. */
  readonly redactor: Redactor;
  /** Numbers from 0 to 1, for jitter. */
  readonly random: () => number;
}

/** Is told how tries end. */
export interface TryOutcomes {
  /** The handler finished. */
  succeeded(delivery: Delivery): void;
  /** A try failed, another follows. */
  retried(delivery: Delivery, error: DeliveryError, delay: number): void;
  /**
   * There will be no other try.
   *
   * @param arrived Whether the destination may have got the event although every try failed.
   */
  gaveUp(delivery: Delivery, reason: DeadReason, error: DeliveryError, arrived: boolean): void;
  /** A place has become free, or a wait is over. */
  ready(): void;
}

/** A delivery that is being tried, or waits for its next try. */
interface Active {
  delivery: Delivery;
  /** Where it is in the list of all; -1 when it has ended. */
  index: number;
  timer: Timer | undefined;
  waiting: boolean;
  /** Whether a try that counts as failed may have reached the destination. */
  arrived: boolean;
}

/** A day. Who asks to be left alone for longer is asked again all the same. */
const LONGEST_WISH = 86_400_000;

/** Tries deliveries: calls the handler, keeps to its time, and tries again what failed and can heal. */
export class TryRunner {
  readonly #handler: Handler;
  readonly #options: ResolvedDeliveryOptions;
  readonly #clock: Clock;
  readonly #redactor: Redactor;
  readonly #random: () => number;
  readonly #outcomes: TryOutcomes;
  readonly #limiter: RateLimiter | undefined;
  // A list, in no order: a Set that is mostly empty is made anew with every other delivery.
  readonly #active: Active[] = [];
  /** The delivery whose handler has been called and has not returned yet. */
  #calling: Delivery | undefined;
  /** Whether {@link #watch} is going to be called. */
  #watching = false;
  /** When the destination may be asked again, because it said so. */
  #notBefore = 0;
  #gate: Timer | undefined;
  /** Failures that a backoff begins with, because the delivery before failed to its end. */
  #streak = 0;
  #lastError: { readonly error: DeliveryError; readonly at: Date } | undefined;

  constructor(
    handler: Handler,
    options: ResolvedDeliveryOptions,
    environment: TryEnvironment,
    outcomes: TryOutcomes,
  ) {
    this.#handler = handler;
    this.#options = options;
    this.#clock = environment.clock;
    this.#redactor = environment.redactor;
    this.#random = environment.random;
    this.#outcomes = outcomes;
    this.#limiter = options.rateLimit && new RateLimiter(options.rateLimit);
  }

  /** How many are being tried or wait for another try. */
  get active(): number {
    return this.#active.length + (this.#calling === undefined ? 0 : 1);
  }

  /** The last failure. */
  get lastError(): { readonly error: DeliveryError; readonly at: Date } | undefined {
    return this.#lastError;
  }

  /** Those that are being tried or wait for another try. */
  *deliveries(): IterableIterator<Delivery> {
    if (this.#calling !== undefined) yield this.#calling;
    for (const { delivery } of this.#active) yield delivery;
  }

  /** Whether another try may begin. If not, `ready` is called when it may. */
  mayStart(): boolean {
    if (this.#active.length >= this.#options.concurrency) return false;
    const delay = this.#gateDelay();
    if (delay === 0) return true;
    this.#gate ??= this.#clock.setTimeout(() => {
      this.#gate = undefined;
      this.#outcomes.ready();
    }, delay);
    return false;
  }

  /** Tries a delivery. */
  start(delivery: Delivery): void {
    this.#try(delivery, undefined);
  }

  /** Stops everything. The signals of tries under way are aborted, and what they answer is not heeded any more. */
  stop(): readonly Delivery[] {
    this.#gate?.cancel();
    const stopped = this.#active.splice(0);
    for (const active of stopped) active.index = -1;
    const error = new DeliveryError('The handler was closed', { failure: 'aborted' });
    for (const { delivery, timer, waiting } of stopped) {
      timer?.cancel();
      if (!waiting) Delivery.abort(delivery, error);
    }
    return stopped.map(({ delivery }) => delivery);
  }

  #gateDelay(): number {
    if (this.#limiter === undefined && this.#notBefore === 0) return 0;
    const now = this.#clock.now();
    if (now >= this.#notBefore) this.#notBefore = 0;
    return Math.ceil(Math.max(0, this.#notBefore - now, this.#limiter?.delay(now) ?? 0));
  }

  #try(delivery: Delivery, active: Active | undefined): void {
    this.#limiter?.take(this.#clock.now());
    let result: unknown;
    let later = false;
    this.#calling = delivery;
    try {
      result = this.#handler.handle(delivery.event, delivery);
      later = isThenable(result);
    } catch (error) {
      this.#calling = undefined;
      this.#failed(delivery, active, error);
      return;
    }
    this.#calling = undefined;
    if (later) this.#follow(delivery, active, Promise.resolve(result));
    else this.#succeeded(delivery, active);
  }

  #follow(delivery: Delivery, known: Active | undefined, result: Promise<unknown>): void {
    const active: Active = known ?? newActive(delivery);
    active.delivery = delivery;
    active.waiting = false;
    active.timer = undefined;
    this.#enter(active);
    if (!this.#watching) {
      this.#watching = true;
      nextTurn(this.#watch);
    }
    result.then(
      () => {
        if (active.index < 0) return;
        // A try that was taken for lost and succeeded after all counts, while the next one has not begun.
        if (active.delivery !== delivery && !active.waiting) return;
        active.timer?.cancel();
        this.#succeeded(active.delivery, active);
        this.#outcomes.ready();
      },
      (error: unknown) => {
        if (active.index < 0 || active.delivery !== delivery) return;
        active.timer?.cancel();
        this.#failed(delivery, active, error);
        this.#outcomes.ready();
      },
    );
  }

  /** Sets the timers of the tries that have not ended in the turn in which they began. Most have, and need none. */
  readonly #watch = (): void => {
    this.#watching = false;
    for (const active of this.#active) {
      if (active.waiting || active.timer !== undefined) continue;
      const { delivery } = active;
      active.timer = this.#clock.setTimeout(() => this.#timedOut(delivery, active), this.#options.timeout);
    }
  };

  #timedOut(delivery: Delivery, active: Active): void {
    const error = new DeliveryTimeoutError(this.#options.timeout);
    this.#failed(delivery, active, error);
    Delivery.abort(delivery, error);
    this.#outcomes.ready();
  }

  #succeeded(delivery: Delivery, active: Active | undefined): void {
    if (active !== undefined) this.#leave(active);
    this.#streak = 0;
    this.#outcomes.succeeded(delivery);
  }

  #failed(delivery: Delivery, known: Active | undefined, thrown: unknown): void {
    const error = classifyFailure(thrown, this.#redactor);
    const now = this.#clock.now();
    const active: Active = known ?? newActive(delivery);
    active.arrived ||= mayHaveArrived(error);
    this.#leave(active);
    this.#lastError = { error, at: new Date(now) };
    const retryAfter = Math.min(error.retryAfter ?? 0, this.#options.maxAge, LONGEST_WISH);
    if (retryAfter > 0) this.#notBefore = Math.max(this.#notBefore, now + retryAfter);

    const delay = Math.max(this.#backoff(delivery.attempt), retryAfter);
    const reason = this.#reasonToEnd(delivery, error, now + delay);
    if (reason !== undefined) {
      if (reason === 'failed_exhausted') this.#streak += delivery.attempt;
      this.#outcomes.gaveUp(delivery, reason, error, active.arrived);
      return;
    }
    active.delivery = delivery.again(delivery.attempt + 1);
    active.waiting = true;
    this.#enter(active);
    this.#wait(active, delay);
    this.#outcomes.retried(delivery, error, delay);
  }

  #enter(active: Active): void {
    active.index = this.#active.push(active) - 1;
  }

  #leave(active: Active): void {
    if (active.index < 0) return;
    const last = this.#active.pop();
    if (last !== undefined && last !== active) {
      this.#active[active.index] = last;
      last.index = active.index;
    }
    active.index = -1;
  }

  #backoff(attempt: number): number {
    return backoffDelay(this.#options.backoff, attempt + this.#streak, this.#random);
  }

  #reasonToEnd(delivery: Delivery, error: DeliveryError, nextTry: number): DeadReason | undefined {
    const { maxTries, maxAge } = this.#options;
    if (!error.retryable) return 'failed_permanent';
    // A recovery that is owed is tried again when the destination has answered to something else.
    if (delivery.attempt >= maxTries || (delivery.flags & OWED) !== 0) return 'failed_exhausted';
    return nextTry - delivery.since > maxAge ? 'expired' : undefined;
  }

  #wait(active: Active, delay: number): void {
    active.timer = this.#clock.setTimeout(() => {
      const gate = this.#gateDelay();
      if (gate > 0) {
        this.#wait(active, gate);
        return;
      }
      // A try that ends at once must find its place free.
      this.#leave(active);
      this.#try(active.delivery, active);
      this.#outcomes.ready();
    }, delay);
  }
}

function newActive(delivery: Delivery): Active {
  return { delivery, index: -1, timer: undefined, waiting: false, arrived: false };
}

function isThenable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

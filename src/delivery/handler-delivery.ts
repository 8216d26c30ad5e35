import type { Clock, Timer } from '../alert/clock.ts';
import type { AlertEvent } from '../alert/event.ts';
import { DeliveryError, DeliveryTimeoutError } from '../errors.ts';
import type { Handler } from '../handler/handler.ts';
import type { Redactor } from '../handler/redactor.ts';
import { backoffDelay } from './backoff.ts';
import { classifyFailure, mayHaveArrived } from './classify.ts';
import { type DeadLetter, DeadLetters } from './dead-letters.ts';
import {
  Delivery,
  type DeliveryOrigin,
  type DeliveryTarget,
  IF_TOLD,
  OWED,
  VIA_FALLBACK,
} from './delivery.ts';
import type { DeliveryObserver } from './delivery-observer.ts';
import type { ResolvedDeliveryOptions } from './delivery-options.ts';
import { DeliveryQueue } from './delivery-queue.ts';
import type { CloseReport, HandlerStats } from './delivery-stats.ts';
import { Journal } from './journal.ts';
import { RateLimiter } from './rate-limit.ts';
import type { DeadReason, DropReason } from './reasons.ts';
import { RecoveryLedger } from './recovery-ledger.ts';
import { type Runnable, RunQueue } from './run-queue.ts';

/** What a {@link HandlerDelivery} gets from the registry that it is part of. */
export interface DeliveryEnvironment {
  /** Where to take time from. */
  readonly clock: Clock;
  /** Knows the secrets that must not be reported. */
  readonly redactor: Redactor;
  /** Is told what becomes of deliveries. */
  readonly observer: DeliveryObserver;
  /** Where given-up deliveries go. Default: a list of its own. */
  readonly deadLetters?: DeadLetters;
  /** Where to write down what must survive a restart. */
  readonly journal?: Journal;
  /** Numbers from 0 to 1, for jitter and ids. Default `Math.random`. */
  readonly random?: () => number;
  /** Finds another handler of the same topic, for `fallback`. */
  readonly handler?: (handlerId: string) => HandlerDelivery | undefined;
  /** The delivery of the handler that this one replaces: its ledger is taken over, its end is waited for. */
  readonly previous?: HandlerDelivery;
}

/** A delivery that is being tried, or waits for its next try. */
interface Active {
  delivery: Delivery;
  timer: Timer | undefined;
  waiting: boolean;
  /** Whether a try that counts as failed may have reached the destination. */
  mayHaveArrived: boolean;
}

interface LastError {
  readonly error: DeliveryError;
  readonly at: number;
}

const CLOSE_TIMEOUT = 10_000;
const LEAST_CLOSE_TIME = 1_000;
/** How many events behind busy ids are looked past, for one of another id, when `concurrency` is more than 1. */
const LOOKAHEAD = 256;

/**
 * Brings events to one handler: a queue, tries, and a ledger of what the handler was told. One per handler.
 */
export class HandlerDelivery implements Runnable {
  /** Where its deliveries go. */
  readonly target: DeliveryTarget;
  /** How they are brought there. */
  readonly options: ResolvedDeliveryOptions;
  /** Where those go that were given up on. */
  readonly deadLetters: DeadLetters;
  readonly #handler: Handler;
  readonly #clock: Clock;
  readonly #redactor: Redactor;
  readonly #observer: DeliveryObserver;
  readonly #journal: Journal | undefined;
  readonly #random: () => number;
  readonly #findHandler: (handlerId: string) => HandlerDelivery | undefined;
  readonly #group: string;
  readonly #origin: DeliveryOrigin;
  readonly #runs: RunQueue;
  readonly #queue: DeliveryQueue;
  readonly #ledger: RecoveryLedger;
  readonly #limiter: RateLimiter | undefined;
  readonly #fallback: HandlerDelivery | undefined;
  readonly #active = new Set<Active>();
  /** How many firings of an id wait or are under way; kept only where it is asked for. */
  #open: Map<string, number> | undefined;
  /** With `concurrency` above 1: the ids under way, each with those that wait behind it. */
  readonly #busy: Map<string, Delivery[]> | undefined;
  #blocked = 0;
  #ready: Delivery[] = [];
  #scheduled = false;
  #held = false;
  #stopped = false;
  #healthy = true;
  #notBefore = 0;
  #gate: Timer | undefined;
  #probe: Timer | undefined;
  /** Failures to count in the backoff from the start, because the delivery before failed to the end. */
  #streak = 0;
  #sequence = 0;
  #idleWaiters: (() => void)[] = [];
  #closing: Promise<CloseReport> | undefined;
  #matched = 0;
  #delivered = 0;
  #retried = 0;
  #failed = 0;
  #dropped = 0;
  #suppressed = 0;
  #lastError: LastError | undefined;

  constructor(target: DeliveryTarget, options: ResolvedDeliveryOptions, environment: DeliveryEnvironment) {
    this.target = target;
    this.options = options;
    this.#handler = target.handler;
    this.#clock = environment.clock;
    this.#redactor = environment.redactor;
    this.#observer = environment.observer;
    this.#journal = environment.journal;
    this.#random = environment.random ?? Math.random;
    this.#findHandler = environment.handler ?? (() => undefined);
    this.deadLetters = environment.deadLetters ?? new DeadLetters();
    this.#group = Journal.group('delivery', target.topic, target.handlerId);
    this.#runs = RunQueue.of(this.#clock);
    const { previous } = environment;
    this.#ledger = previous
      ? previous.#ledger
      : new RecoveryLedger(target.topic, target.handlerId, this.#journal);
    this.#limiter = options.rateLimit && new RateLimiter(options.rateLimit);
    this.#busy = options.concurrency > 1 ? new Map() : undefined;
    this.#open = options.recoveries === 'match' ? undefined : new Map();
    this.#queue = new DeliveryQueue(
      options.queueLimit,
      options.overflow,
      (id) => this.#told(id) || this.#isUnderWay(id),
      (delivery, reason) => this.#displaced(delivery, reason),
    );
    const restored = this.#journal?.take(this.#group) ?? new Map<string, string>();
    this.#origin = { target, idPrefix: this.#newIdPrefix([...restored.keys()].at(-1)) };
    if (options.fallback !== undefined && typeof options.fallback !== 'string') {
      const handlerId = `${target.handlerId}~fallback`;
      this.#fallback = new HandlerDelivery(
        { topic: target.topic, handlerId, kind: 'fallback', handler: options.fallback },
        { ...options, recoveries: 'always', fallback: undefined, rateLimit: undefined },
        environment,
      );
    }
    for (const [id, text] of restored) this.#restore(id, text);
    this.deadLetters.attach(target.topic, target.handlerId, this.#replay);
    if (previous !== undefined && !previous.#stopped) {
      this.#held = true;
      void previous.close().then(() => {
        this.#held = false;
        this.#wake();
      });
    }
    this.#wake();
  }

  /**
   * Whether it must be offered every recovery of its topic, also those that its match would not let in: what the
   * handler was told decides then.
   */
  get asksForRecoveries(): boolean {
    return this.options.recoveries !== 'match' || this.#fallback !== undefined || this.#ledger.hasFallbacks;
  }

  /** The last level of an id that was delivered; `undefined` when that was OK, or nothing. */
  told(id: string): string | undefined {
    return this.#ledger.told(id);
  }

  /**
   * Queues an event, if it is wanted. Never throws and never waits.
   *
   * @param matched Whether the handler's match lets it in.
   */
  offer(event: AlertEvent, matched: boolean): void {
    if (event.level === 'OK') {
      this.#offerRecovery(event, matched);
    } else if (matched) {
      this.#matched++;
      this.#enqueue(event, 0);
    }
  }

  /** Resolves when nothing waits and nothing is under way, and the handler has handed on what it held back. */
  async flush(): Promise<void> {
    await this.#drained();
    await this.#call('flush', this.options.timeout);
    await this.#fallback?.flush();
  }

  /**
   * Delivers what is queued, as far as that goes within `timeout` (milliseconds, default 10 s), then closes the handler.
   * What is left is kept for the next start if there is a journal; otherwise it is dropped.
   *
   * @param options.forget Whether the handler is gone for good, so that nothing is kept.
   */
  close(options: { readonly timeout?: number; readonly forget?: boolean } = {}): Promise<CloseReport> {
    this.#closing ??= this.#close(options.timeout ?? CLOSE_TIMEOUT, options.forget ?? false);
    return this.#closing;
  }

  /** Figures since it was made. */
  stats(): HandlerStats {
    const now = this.#clock.now();
    const oldest = this.#oldest();
    const { error, at } = this.#lastError ?? {};
    return {
      matched: this.#matched,
      delivered: this.#delivered,
      retried: this.#retried,
      failed: this.#failed,
      dropped: this.#dropped,
      suppressed: this.#suppressed,
      queued: this.#queued,
      active: this.#active.size,
      pendingRecoveries: this.#ledger.owed,
      firing: this.#ledger.size,
      oldestAge: oldest === undefined ? 0 : now - oldest,
      ...(error === undefined || at === undefined ? {} : { lastError: { error, at: new Date(at) } }),
    };
  }

  /** @internal Does up to `budget` deliveries that end at once. */
  run(budget: number): boolean {
    while (budget-- > 0) {
      if (!this.#startNext()) {
        this.#scheduled = false;
        this.#checkIdle();
        return false;
      }
    }
    return true;
  }

  get #queued(): number {
    return this.#queue.length + this.#blocked + this.#ready.length;
  }

  #offerRecovery(event: AlertEvent, matched: boolean): void {
    const { recoveries } = this.options;
    if (matched) this.#matched++;
    if (this.#fallback !== undefined) this.#fallback.offer(event, false);
    if (recoveries === 'match' || (recoveries === 'always' && matched)) {
      if (matched || this.#ledger.toldAsFallback(event.id)) this.#enqueue(event, 0);
    } else if (this.#told(event.id) || this.#open?.has(event.id)) {
      this.#enqueue(event, IF_TOLD);
    } else if (matched) {
      this.#drop(event, 'not_told');
    }
  }

  #enqueue(event: AlertEvent, flags: number): void {
    const delivery = new Delivery(this.#origin, event, this.#sequence++, this.#runs.now, 1, flags);
    this.#push(delivery);
  }

  #push(delivery: Delivery): boolean {
    const { event } = delivery;
    if (this.#stopped) {
      // Written down for the next start, if that is possible.
      if (this.#journal === undefined) this.#drop(event, 'dropped_shutdown');
      else this.#journal.put(this.#group, delivery.deliveryId, delivery, true);
      return false;
    }
    if (this.#queue.full && this.#open === undefined) this.#countOpen();
    if (!this.#queue.add(delivery)) {
      this.#displaced(delivery, 'dropped_overflow');
      return false;
    }
    if (this.#ledger.owed > 0) this.#supersedeOwed(event);
    if (this.#open !== undefined && event.level !== 'OK') this.#countOne(event.id);
    this.#journal?.put(this.#group, delivery.deliveryId, delivery, true);
    this.#wake();
    return true;
  }

  #wake(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#runs.add(this);
  }

  #startNext(): boolean {
    if (this.#held || this.#stopped || this.#active.size >= this.options.concurrency) return false;
    if (this.#queued === 0 && !this.#ledger.hasDue) return false;
    if (this.#mustWait()) return false;
    const delivery = this.#take();
    if (delivery === undefined) return false;
    this.#try(delivery, undefined);
    return true;
  }

  /** Whether a rate limit or the destination's own wish forbids a try; then it goes on by itself later. */
  #mustWait(): boolean {
    const delay = this.#gateDelay();
    if (delay <= 0) return false;
    this.#gate ??= this.#clock.setTimeout(() => {
      this.#gate = undefined;
      this.#wake();
    }, Math.ceil(delay));
    return true;
  }

  #gateDelay(): number {
    if (this.#limiter === undefined && this.#notBefore === 0) return 0;
    const now = this.#clock.now();
    return Math.max(this.#notBefore - now, this.#limiter?.delay(now) ?? 0);
  }

  #take(): Delivery | undefined {
    for (;;) {
      const delivery = this.#takeOwed() ?? this.#ready.shift() ?? this.#takeQueued();
      if (delivery === undefined) return undefined;
      const { event, flags } = delivery;
      if ((flags & (IF_TOLD | OWED)) !== 0 && !this.#told(event.id)) {
        this.#settle(delivery);
        this.#drop(event, 'not_told');
      } else if ((flags & OWED) === 0 && this.#runs.now - delivery.since > this.options.maxAge) {
        this.#giveUp(delivery, 'expired', undefined, false);
      } else {
        if (this.#busy !== undefined && !this.#busy.has(event.id)) this.#busy.set(event.id, []);
        return delivery;
      }
    }
  }

  #takeOwed(): Delivery | undefined {
    while (this.#ledger.hasDue) {
      const recovery = this.#ledger.takeDue();
      if (recovery === undefined) return undefined;
      const { id } = recovery.event;
      // Its firing has not had its turn yet, or another event of it is under way.
      if ((this.#open?.has(id) && !this.#told(id)) || this.#busy?.has(id)) this.#ledger.owe(recovery);
      else return recovery;
    }
    return undefined;
  }

  #takeQueued(): Delivery | undefined {
    while (this.#blocked < LOOKAHEAD) {
      const delivery = this.#queue.shift();
      const behind = delivery && this.#busy?.get(delivery.event.id);
      if (delivery === undefined || behind === undefined) return delivery;
      behind.push(delivery);
      this.#blocked++;
    }
    return undefined;
  }

  #try(delivery: Delivery, active: Active | undefined): void {
    this.#limiter?.take(this.#clock.now());
    let result: unknown;
    try {
      result = this.#handler.handle(delivery.event, delivery);
    } catch (error) {
      this.#failedTry(delivery, active, error);
      return;
    }
    if (isPromise(result)) this.#follow(delivery, active, result);
    else this.#succeeded(delivery, active);
  }

  #follow(delivery: Delivery, known: Active | undefined, result: PromiseLike<unknown>): void {
    const active: Active = known ?? { delivery, timer: undefined, waiting: false, mayHaveArrived: false };
    const { timeout } = this.options;
    active.delivery = delivery;
    active.waiting = false;
    this.#active.add(active);
    active.timer = this.#clock.setTimeout(() => {
      const error = new DeliveryTimeoutError(timeout);
      this.#failedTry(delivery, active, error);
      Delivery.abort(delivery, error);
    }, timeout);
    result.then(
      () => {
        const current = active.delivery === delivery && this.#active.has(active);
        // A try that was given up for lost and succeeded after all, while the next one has not begun.
        const late = !current && active.waiting && this.#active.has(active);
        if (!current && !late) return;
        active.timer?.cancel();
        this.#succeeded(active.delivery, active);
        this.#wake();
      },
      (error: unknown) => {
        if (active.delivery !== delivery || !this.#active.has(active)) return;
        active.timer?.cancel();
        this.#failedTry(delivery, active, error);
        this.#wake();
      },
    );
  }

  #succeeded(delivery: Delivery, active: Active | undefined): void {
    const { event, flags } = delivery;
    if (active !== undefined) this.#active.delete(active);
    this.#delivered++;
    this.#streak = 0;
    this.#settle(delivery);
    this.#ledger.delivered(event, (flags & VIA_FALLBACK) !== 0);
    if (this.#ledger.owed > 0) {
      if (!this.#healthy) this.#ledger.makeDue();
      else if (event.level !== 'OK') this.#ledger.makeDue(event.id);
    }
    this.#healthy = true;
    try {
      this.#observer.delivered?.(delivery);
    } catch (error) {
      this.#fault(error);
    }
  }

  #failedTry(delivery: Delivery, known: Active | undefined, thrown: unknown): void {
    const error = classifyFailure(thrown, this.#redactor);
    const now = this.#clock.now();
    const arrived = mayHaveArrived(error) || (known?.mayHaveArrived ?? false);
    this.#lastError = { error, at: now };
    if (known !== undefined) this.#active.delete(known);
    if (error.retryAfter !== undefined) this.#notBefore = Math.max(this.#notBefore, now + error.retryAfter);
    if (!error.retryable) {
      this.#giveUp(delivery, 'failed_permanent', error, arrived);
      return;
    }
    const owed = (delivery.flags & OWED) !== 0;
    if (!owed) this.#healthy = false;
    if (owed || delivery.attempt >= this.options.maxTries) {
      this.#giveUp(delivery, 'failed_exhausted', error, arrived);
      return;
    }
    const jittered = backoffDelay(this.options.backoff, delivery.attempt + this.#streak, this.#random);
    const delay = Math.max(jittered, error.retryAfter ?? 0);
    if (now + delay - delivery.since > this.options.maxAge) {
      this.#giveUp(delivery, 'expired', error, arrived);
      return;
    }
    this.#retried++;
    const active: Active = known ?? { delivery, timer: undefined, waiting: true, mayHaveArrived: false };
    active.delivery = delivery.again(delivery.attempt + 1);
    active.waiting = true;
    active.mayHaveArrived = arrived;
    this.#active.add(active);
    this.#waitToRetry(active, delay);
    this.#tell('retry', { delivery, error, delay });
  }

  #waitToRetry(active: Active, delay: number): void {
    active.timer = this.#clock.setTimeout(() => {
      const gate = this.#gateDelay();
      if (gate > 0) {
        this.#waitToRetry(active, Math.ceil(gate));
        return;
      }
      // Left while the handler runs, so that a try that ends at once finds its place free.
      this.#active.delete(active);
      active.waiting = false;
      this.#try(active.delivery, active);
      this.#wake();
    }, delay);
  }

  /** Ends a delivery that is not going to be tried again. */
  #giveUp(delivery: Delivery, reason: DeadReason, error: DeliveryError | undefined, arrived: boolean): void {
    const { event, flags } = delivery;
    this.#streak = reason === 'failed_exhausted' ? this.#streak + delivery.attempt : this.#streak;
    if (event.level === 'OK' && reason !== 'failed_permanent' && this.#told(event.id)) {
      this.#settle(delivery, true);
      this.#owe(delivery, error);
      return;
    }
    this.#settle(delivery);
    if (event.level !== 'OK' && arrived) this.#ledger.delivered(event, (flags & VIA_FALLBACK) !== 0);
    this.#failed++;
    const fallback = (flags & VIA_FALLBACK) === 0 ? this.#fallbackDelivery() : undefined;
    const letter = this.#letter(delivery, reason, error, fallback);
    if (fallback === undefined) this.deadLetters.add(letter);
    else fallback.#enqueue(event, VIA_FALLBACK);
    this.#tell('deadLetter', letter);
  }

  #letter(
    delivery: Delivery,
    reason: DeadReason,
    error: DeliveryError | undefined,
    fallback: HandlerDelivery | undefined,
  ): DeadLetter {
    const { topic, handlerId, kind, deliveryId, event } = delivery;
    return {
      deliveryId,
      topic,
      handlerId,
      kind,
      event,
      reason,
      ...(error === undefined ? {} : { error: letterError(error) }),
      attempts: error === undefined ? delivery.attempt - 1 : delivery.attempt,
      queuedAt: new Date(delivery.since),
      diedAt: new Date(this.#clock.now()),
      ...(fallback === undefined ? {} : { fallback: fallback.target.handlerId }),
    };
  }

  #fallbackDelivery(): HandlerDelivery | undefined {
    const { fallback } = this.options;
    const found = typeof fallback === 'string' ? this.#findHandler(fallback) : this.#fallback;
    return found === this ? undefined : found;
  }

  /** Keeps a recovery that could not be delivered, and looks after it. */
  #owe(delivery: Delivery, error: DeliveryError | undefined): void {
    const again = (delivery.flags & OWED) !== 0;
    const recovery = again ? delivery : delivery.again(1, OWED);
    this.#ledger.owe(recovery);
    this.#ledger.postpone();
    this.#journal?.put(this.#group, recovery.deliveryId, recovery);
    this.#probe ??= this.#clock.setTimeout(() => {
      this.#probe = undefined;
      this.#ledger.makeDue();
      this.#wake();
    }, this.options.backoff.longest);
    if (again) return;
    const { topic, handlerId, kind, event } = delivery;
    this.#tell('recoveryPending', {
      topic,
      handlerId,
      kind,
      event,
      ...(error === undefined ? {} : { error }),
    });
  }

  /** Takes a delivery off every list but the ledger's. */
  #settle(delivery: Delivery, kept = false): void {
    const { id, level } = delivery.event;
    if (!kept) this.#journal?.remove(this.#group, delivery.deliveryId);
    if (this.#open !== undefined && level !== 'OK') this.#uncountOne(id);
    const behind = this.#busy?.get(id);
    if (behind === undefined) return;
    const next = behind.shift();
    if (next === undefined) this.#busy?.delete(id);
    else {
      this.#blocked--;
      this.#ready.push(next);
    }
  }

  /** The queue had no room for it, or something newer took its place. */
  #displaced(delivery: Delivery, reason: DropReason): void {
    const { event } = delivery;
    const known = this.#told(event.id) || this.#open?.has(event.id) || this.#isUnderWay(event.id);
    if (this.#open !== undefined && event.level !== 'OK') this.#uncountOne(event.id);
    if (reason === 'dropped_overflow' && event.level === 'OK' && known) {
      this.#supersedeOwed(event);
      this.#owe(delivery, undefined);
    } else {
      this.#journal?.remove(this.#group, delivery.deliveryId);
      this.#drop(event, reason);
    }
  }

  #supersedeOwed(event: AlertEvent): void {
    const owed = this.#ledger.takeOwed(event.id);
    if (owed === undefined) return;
    this.#journal?.remove(this.#group, owed.deliveryId);
    this.#drop(owed.event, 'superseded');
  }

  #drop(event: AlertEvent, reason: DropReason): void {
    if (reason === 'not_told' || reason === 'superseded') this.#suppressed++;
    else this.#dropped++;
    const { topic, handlerId, kind } = this.target;
    this.#tell('dropped', { topic, handlerId, kind, event, reason });
  }

  #told(id: string): boolean {
    return this.#ledger.told(id) !== undefined;
  }

  #isUnderWay(id: string): boolean {
    for (const { delivery } of this.#active) {
      if (delivery.event.id === id && delivery.event.level !== 'OK') return true;
    }
    return false;
  }

  /** Begins to count open firings, for a queue that overflows. */
  #countOpen(): void {
    this.#open = new Map();
    for (const { event } of this.#queue) if (event.level !== 'OK') this.#countOne(event.id);
    for (const { event } of this.#ready) if (event.level !== 'OK') this.#countOne(event.id);
    for (const { delivery } of this.#active) {
      if (delivery.event.level !== 'OK') this.#countOne(delivery.event.id);
    }
    for (const behind of this.#busy?.values() ?? []) {
      for (const { event } of behind) if (event.level !== 'OK') this.#countOne(event.id);
    }
  }

  #countOne(id: string): void {
    this.#open?.set(id, (this.#open.get(id) ?? 0) + 1);
  }

  #uncountOne(id: string): void {
    const count = this.#open?.get(id);
    if (count === undefined) return;
    if (count > 1) this.#open?.set(id, count - 1);
    else this.#open?.delete(id);
  }

  #restore(id: string, text: string): void {
    let delivery: Delivery;
    try {
      delivery = Delivery.decode(this.#origin, id, text);
    } catch (error) {
      this.#journal?.remove(this.#group, id);
      this.#fault(error);
      return;
    }
    if ((delivery.flags & OWED) !== 0) this.#ledger.owe(delivery);
    else {
      this.#queue.push(delivery);
      if (this.#open !== undefined && delivery.event.level !== 'OK') this.#countOne(delivery.event.id);
    }
    this.#ledger.makeDue();
  }

  readonly #replay = (letter: DeadLetter): boolean => {
    if (this.#stopped || this.#queue.full) return false;
    return this.#push(new Delivery(this.#origin, letter.event, letter.deliveryId, this.#clock.now(), 1, 0));
  };

  /** Ids of this run sort after those of the run before, and no two handlers share them. */
  #newIdPrefix(last: string | undefined): string {
    const lastStart = last === undefined ? 0 : Number.parseInt(last.slice(0, 9), 36) || 0;
    const start = Math.max(Math.floor(this.#clock.now()), lastStart + 1);
    const salt = Math.floor(this.#random() * 36 ** 10);
    return start.toString(36).padStart(9, '0') + salt.toString(36).padStart(10, '0');
  }

  #oldest(): number | undefined {
    let oldest = this.#ready[0]?.since ?? this.#queue.oldest?.since;
    for (const { delivery } of this.#active) oldest = Math.min(oldest ?? delivery.since, delivery.since);
    return oldest;
  }

  #isIdle(): boolean {
    return (
      this.#stopped || (this.#queued === 0 && this.#active.size === 0 && !this.#scheduled && !this.#held)
    );
  }

  #checkIdle(): void {
    if (this.#active.size === 0 && this.#queued === 0 && this.#open !== undefined) this.#forgetOpen();
    if (this.#idleWaiters.length === 0 || !this.#isIdle()) return;
    const waiters = this.#idleWaiters;
    this.#idleWaiters = [];
    for (const resolve of waiters) resolve();
  }

  #forgetOpen(): void {
    if (this.options.recoveries === 'match') this.#open = undefined;
  }

  async #drained(): Promise<void> {
    if (this.#isIdle()) return;
    const release = keepProcessAlive();
    await new Promise<void>((resolve) => this.#idleWaiters.push(resolve));
    release();
  }

  async #close(timeout: number, forget: boolean): Promise<CloseReport> {
    const deliveredBefore = this.#delivered;
    const deadline = this.#clock.now() + timeout;
    const release = keepProcessAlive();
    const drained = await this.#within(this.#drained(), timeout);
    if (drained) await this.#call('flush', deadline - this.#clock.now());
    const left = this.#stop(forget);
    const fallback = await this.#fallback?.close({
      timeout: Math.max(0, deadline - this.#clock.now()),
      forget,
    });
    await this.#call('close', Math.max(LEAST_CLOSE_TIME, deadline - this.#clock.now()));
    release();
    return {
      delivered: this.#delivered - deliveredBefore + (fallback?.delivered ?? 0),
      kept: left.kept + (fallback?.kept ?? 0),
      dropped: left.dropped + (fallback?.dropped ?? 0),
    };
  }

  #stop(forget: boolean): { readonly kept: number; readonly dropped: number } {
    const { topic, handlerId } = this.target;
    this.#stopped = true;
    this.#gate?.cancel();
    this.#probe?.cancel();
    this.deadLetters.detach(topic, handlerId, this.#replay);
    const left = [...this.#ledger.owedRecoveries()];
    for (const { delivery, timer, waiting } of this.#active) {
      timer?.cancel();
      left.push(delivery);
      if (!waiting) {
        Delivery.abort(delivery, new DeliveryError('The handler was closed', { failure: 'aborted' }));
      }
    }
    left.push(...this.#ready, ...this.#queue);
    for (const behind of this.#busy?.values() ?? []) left.push(...behind);
    this.#active.clear();
    this.#checkIdle();
    if (this.#journal !== undefined && !forget) return { kept: left.length, dropped: 0 };
    for (const { event, deliveryId } of left) {
      this.#journal?.remove(this.#group, deliveryId);
      this.#drop(event, 'dropped_shutdown');
    }
    if (forget) this.#ledger.forget();
    return { kept: 0, dropped: left.length };
  }

  /** Calls a part of the handler that may be missing, may throw and may hang. */
  async #call(part: 'flush' | 'close', timeout: number): Promise<void> {
    if (this.#handler[part] === undefined) return;
    try {
      const done = await this.#within(Promise.resolve(this.#handler[part]()), timeout);
      if (!done) {
        const { topic, handlerId } = this.target;
        throw new DeliveryError(
          `${part}() of the handler ${topic}/${handlerId} did not end within ${timeout} ms`,
          {
            failure: 'timeout',
          },
        );
      }
    } catch (error) {
      this.#fault(error);
    }
  }

  /** Whether a promise was fulfilled in that time. */
  async #within(promise: Promise<void>, milliseconds: number): Promise<boolean> {
    let timer: Timer | undefined;
    const timedOut = new Promise<boolean>((resolve) => {
      timer = this.#clock.setTimeout(() => resolve(false), Math.max(0, milliseconds));
    });
    try {
      return await Promise.race([promise.then(() => true), timedOut]);
    } finally {
      timer?.cancel();
    }
  }

  #tell<Name extends 'retry' | 'deadLetter' | 'dropped' | 'recoveryPending'>(
    name: Name,
    news: Parameters<NonNullable<DeliveryObserver[Name]>>[0],
  ): void {
    try {
      (this.#observer[name] as ((news: unknown) => void) | undefined)?.call(this.#observer, news);
    } catch (error) {
      this.#fault(error);
    }
  }

  #fault(error: unknown): void {
    try {
      this.#observer.fault?.(error);
    } catch {
      // The one who would have to be told is the one who failed.
    }
  }
}

function letterError(error: DeliveryError): NonNullable<DeadLetter['error']> {
  const { name, code, message, failure, status, body } = error;
  return {
    name,
    code,
    message,
    failure,
    ...(status === undefined ? {} : { status }),
    ...(body === undefined ? {} : { body }),
  };
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

// The timers of the clock let a process end; somebody who waits here wants it to go on.
function keepProcessAlive(): () => void {
  const handle = setInterval(() => {}, 2 ** 30);
  return () => clearInterval(handle);
}

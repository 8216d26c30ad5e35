import type { Clock } from '../alert/clock.ts';
import type { AlertEvent } from '../alert/event.ts';
import type { Level } from '../alert/level.ts';
import type { DeliveryError } from '../errors.ts';
import { type DeadLetter, DeadLetters } from './dead-letters.ts';
import {
  Delivery,
  type DeliveryOrigin,
  type DeliveryTarget,
  IF_TOLD,
  type Moment,
  newIdPrefix,
  OWED,
  VIA_FALLBACK,
} from './delivery.ts';
import type { DeliveryEnvironment } from './delivery-environment.ts';
import { DeliveryLine } from './delivery-line.ts';
import type { ResolvedDeliveryOptions } from './delivery-options.ts';
import { DeliveryReporter, deadLetter } from './delivery-reporter.ts';
import { type CloseReport, type HandlerStats, sumCloseReports } from './delivery-stats.ts';
import { Journal } from './journal.ts';
import { OwedRecoveries } from './owed-recoveries.ts';
import type { DeadReason, DropReason } from './reasons.ts';
import { RecoveryLedger } from './recovery-ledger.ts';
import { type Runnable, RunQueue } from './run-queue.ts';
import { TryRunner } from './try-runner.ts';
import { callPart, within } from './waiting.ts';

const CLOSE_TIMEOUT = 10_000;
const LEAST_CLOSE_TIME = 1_000;

/** A recovery, and whether a fallback was given a firing from before it. */
interface Overtaking {
  readonly recovery: AlertEvent;
  given: boolean;
}

/** Brings the events of one topic to one handler: a queue, tries, and a ledger of what the handler was told. */
export class HandlerDelivery implements Runnable {
  /** Where its deliveries go. */
  readonly target: DeliveryTarget;
  /** How they are brought there. */
  readonly options: ResolvedDeliveryOptions;
  /** Where those go that were given up on. */
  readonly deadLetters: DeadLetters;
  readonly #environment: DeliveryEnvironment;
  readonly #clock: Clock;
  readonly #reporter: DeliveryReporter;
  readonly #journal: Journal | undefined;
  readonly #group: string;
  readonly #origin: DeliveryOrigin;
  readonly #runs: RunQueue;
  readonly #line: DeliveryLine;
  readonly #tries: TryRunner;
  readonly #ledger: RecoveryLedger;
  readonly #owed: OwedRecoveries;
  /** The handler in code that takes what is given up here. */
  readonly #fallback: HandlerDelivery | undefined;
  /**
   * By id, recoveries that came while a firing waits here or is under way. If a fallback is given that firing, it gets
   * the recovery after it.
   */
  readonly #overtaking = new Map<string, Overtaking>();
  /** Recoveries that were queued because of what the handler was told. */
  readonly #asked = new WeakSet<AlertEvent>();
  #successor: HandlerDelivery | undefined;
  #sequence = 0;
  #scheduled = false;
  #held = false;
  #stopped = false;
  /** Whether the last try did not fail. */
  #healthy = true;
  #idleWaiters: (() => void)[] = [];
  #closing: Promise<CloseReport> | undefined;

  constructor(target: DeliveryTarget, options: ResolvedDeliveryOptions, environment: DeliveryEnvironment) {
    const { topic, handlerId } = target;
    const { clock, journal, previous, random = Math.random } = environment;
    this.target = target;
    this.options = options;
    this.deadLetters = environment.deadLetters ?? new DeadLetters();
    this.#environment = environment;
    this.#clock = clock;
    this.#reporter = new DeliveryReporter(target, environment.observer);
    this.#journal = journal;
    this.#group = Journal.group('delivery', topic, handlerId);
    this.#runs = RunQueue.of(clock);
    this.#ledger = previous === undefined ? new RecoveryLedger(topic, handlerId, journal) : previous.#ledger;
    this.#owed = new OwedRecoveries(clock, options.backoff.longest, () => this.#wake());
    this.#line = new DeliveryLine({
      limit: options.queueLimit,
      overflow: options.overflow,
      concurrency: options.concurrency,
      counting: options.recoveries !== 'match' || options.fallback !== undefined,
      make: (event, queued) => this.#make(event, queued, 0),
      told: (id) => this.#told(id),
      underWay: () => this.#tries.deliveries(),
      displaced: (delivery, reason) => this.#displaced(delivery, reason),
    });
    const { redactor } = environment;
    this.#tries = new TryRunner(
      target.handler,
      options,
      { clock, redactor, random },
      {
        succeeded: (delivery) => this.#succeeded(delivery),
        retried: (delivery, error, delay) => this.#retry(delivery, error, delay),
        gaveUp: (delivery, reason, error, arrived) => this.#giveUp(delivery, reason, error, arrived),
        ready: () => this.#wake(),
      },
    );
    const restored = journal?.take(this.#group) ?? new Map<string, string>();
    const last = [...restored.keys()].at(-1);
    this.#origin = { target, idPrefix: newIdPrefix(clock.now(), random, last) };
    this.#fallback = this.#makeFallback();
    this.#restore(restored);
    this.deadLetters.attach(topic, handlerId, this.#replay);
    if (previous !== undefined) this.#follow(previous);
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
  told(id: string): Level | undefined {
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
      this.#reporter.matched++;
      this.#noteOrder(event);
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
   * Delivers what is queued, as far as that goes within `timeout` (milliseconds, default 10 s), then closes the
   * handler. What is left is kept for the next start if there is a journal; otherwise it is dropped.
   *
   * @param options.forget Whether the handler is gone for good, so that nothing is kept.
   */
  close(options: { readonly timeout?: number; readonly forget?: boolean } = {}): Promise<CloseReport> {
    this.#closing ??= this.#close(options.timeout ?? CLOSE_TIMEOUT, options.forget ?? false);
    return this.#closing;
  }

  /** How many events were delivered, the fallback in code included. */
  get delivered(): number {
    return this.#reporter.delivered + (this.#fallback?.delivered ?? 0);
  }

  /** How many events were given up on, the fallback in code included. */
  get failed(): number {
    return this.#reporter.failed + (this.#fallback?.failed ?? 0);
  }

  /** Figures since it was made. */
  stats(): HandlerStats {
    const { matched, delivered, retried, failed, dropped, suppressed } = this.#reporter;
    const { lastError } = this.#tries;
    return {
      matched,
      delivered,
      retried,
      failed,
      dropped,
      suppressed,
      queued: this.#line.length,
      active: this.#tries.active,
      pendingRecoveries: this.#owed.size,
      firing: this.#ledger.size,
      oldestAge: this.#oldestAge(),
      ...(lastError === undefined ? {} : { lastError }),
    };
  }

  /** @internal Does up to `budget` deliveries that end at once, and says whether more can be done. */
  run(budget: number): boolean {
    for (; budget > 0; budget--) {
      const delivery = this.#next();
      if (delivery === undefined) {
        this.#scheduled = false;
        this.#checkIdle();
        return false;
      }
      this.#tries.start(delivery);
    }
    return true;
  }

  #offerRecovery(event: AlertEvent, matched: boolean): void {
    const { recoveries } = this.options;
    if (matched) this.#reporter.matched++;
    this.#fallback?.offer(event, false);
    this.#noteOrder(event);
    if (matched && recoveries !== 'if-told') this.#enqueue(event, 0);
    else if (this.#asksFor(event.id)) this.#enqueue(event, IF_TOLD);
    else if (matched) this.#reporter.drop(event, 'not_told');
  }

  /** Takes note of a recovery that a firing of its id could follow to the fallback. */
  #noteOrder(event: AlertEvent, given = false): void {
    if (this.options.fallback === undefined) return;
    const { id, level } = event;
    if (level !== 'OK') this.#overtaking.delete(id);
    else if (this.#line.hasFiring(id)) this.#overtaking.set(id, { recovery: event, given });
  }

  /** Gives the fallback the recovery of the firings that it got here, once the last of them is gone. */
  #settleOrder({ id, level }: AlertEvent): void {
    if (this.#overtaking.size === 0 || level === 'OK' || this.#line.hasFiring(id)) return;
    const overtaking = this.#overtaking.get(id);
    this.#overtaking.delete(id);
    if (overtaking?.given) this.#fallbackFor(overtaking.recovery)?.offer(overtaking.recovery, false);
  }

  /** Whether a recovery is wanted although the match does not let it in, or does not decide. */
  #asksFor(id: string): boolean {
    if (this.options.recoveries === 'match') return this.#ledger.isFallbackFor(id);
    return this.#told(id) || this.#line.hasFiring(id);
  }

  /** Takes an event that another handler gave up on. */
  #takeOver(event: AlertEvent): void {
    // It may have got the recovery already, because it has taken the firing.
    if (event.level === 'OK' && this.#asked.has(event)) return;
    if (event.level !== 'OK') this.#ledger.noteFallback(event.id);
    this.#enqueue(event, VIA_FALLBACK);
  }

  #enqueue(event: AlertEvent, flags: number): void {
    if (flags === IF_TOLD) this.#asked.add(event);
    const { moment } = this.#runs;
    if (flags !== 0 || this.#journal !== undefined || this.#stopped || this.#line.full) {
      this.#add(this.#make(event, moment, flags));
      return;
    }
    this.#line.addEvent(event, moment);
    if (this.#owed.size > 0) this.#supersedeOwed(event.id);
    this.#wake();
  }

  #make(event: AlertEvent, queued: Moment, flags: number): Delivery {
    return new Delivery(this.#origin, event, this.#sequence++, queued, 1, flags);
  }

  #add(delivery: Delivery): boolean {
    const { event } = delivery;
    if (this.#stopped) {
      const successor = this.#successor;
      // A fallback in code is replaced together with its handler, and may be idle and gone before that has given up.
      if (successor !== undefined) return successor.#add(delivery.to(successor.#origin));
      if (this.#journal === undefined) this.#reporter.drop(event, 'dropped_shutdown');
      else this.#journal.put(this.#group, delivery.deliveryId, delivery, true);
      return false;
    }
    if (!this.#line.add(delivery)) {
      this.#refused(delivery);
      return false;
    }
    if (this.#owed.size > 0) this.#supersedeOwed(event.id);
    this.#journal?.put(this.#group, delivery.deliveryId, delivery, true);
    this.#wake();
    return true;
  }

  #wake(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#runs.add(this);
  }

  /** The next delivery to try, if one may be tried now. */
  #next(): Delivery | undefined {
    while (!this.#held && !this.#stopped && (this.#line.length > 0 || this.#owed.hasDue)) {
      if (!this.#tries.mayStart()) return undefined;
      const delivery = this.#takeOwed() ?? this.#line.take();
      if (delivery === undefined) return undefined;
      const { event, flags, since } = delivery;
      if ((flags & (IF_TOLD | OWED)) !== 0 && !this.#told(event.id)) {
        this.#end(delivery);
        this.#ledger.forgetFallback(event.id);
        this.#reporter.drop(event, 'not_told');
      } else if ((flags & OWED) === 0 && this.#runs.moment.now - since > this.options.maxAge) {
        this.#giveUp(delivery, 'expired', undefined, false);
      } else {
        return delivery;
      }
    }
    return undefined;
  }

  #takeOwed(): Delivery | undefined {
    while (this.#owed.hasDue) {
      const recovery = this.#owed.takeDue();
      if (recovery === undefined) return undefined;
      // What waits of its id is older than it: what is newer has taken its place.
      if (!this.#line.has(recovery.event.id) && this.#line.claim(recovery)) return recovery;
      this.#owed.add(recovery);
    }
    return undefined;
  }

  #succeeded(delivery: Delivery): void {
    const { event } = delivery;
    this.#end(delivery);
    this.#ledger.delivered(event);
    this.#settleOrder(event);
    if (this.#owed.size > 0) this.#owed.makeDue(this.#healthy ? event.id : undefined);
    this.#healthy = true;
    this.#reporter.success(delivery);
  }

  #retry(delivery: Delivery, error: DeliveryError, delay: number): void {
    this.#healthy = false;
    this.#reporter.retry(delivery, error, delay);
  }

  /** Ends a delivery that is not going to be tried again. */
  #giveUp(delivery: Delivery, reason: DeadReason, error: DeliveryError | undefined, arrived: boolean): void {
    const { event, flags } = delivery;
    if (reason === 'failed_exhausted' && (flags & OWED) === 0) this.#healthy = false;
    if (event.level === 'OK' && reason !== 'failed_permanent' && this.#told(event.id)) {
      this.#line.done(delivery);
      if (this.#line.has(event.id)) this.#supersede(delivery);
      else this.#owe(delivery, error);
      return;
    }
    this.#end(delivery);
    const viaFallback = (flags & VIA_FALLBACK) !== 0;
    if (event.level !== 'OK' && arrived) this.#ledger.delivered(event);
    const fallback = viaFallback ? undefined : this.#fallbackFor(event);
    const letter = deadLetter(delivery, reason, error, this.#clock.now(), fallback?.target.handlerId);
    if (fallback === undefined) this.deadLetters.add(letter);
    else {
      fallback.#takeOver(event);
      const overtaking = this.#overtaking.get(event.id);
      if (overtaking !== undefined && event.level !== 'OK') overtaking.given = true;
    }
    this.#settleOrder(event);
    this.#reporter.death(letter);
  }

  /** Keeps a recovery that could not be delivered, until the destination answers again. */
  #owe(delivery: Delivery, error: DeliveryError | undefined): void {
    const again = (delivery.flags & OWED) !== 0;
    const recovery = again ? delivery : delivery.again(1, OWED);
    this.#supersedeOwed(recovery.event.id);
    this.#owed.add(recovery);
    this.#owed.postpone();
    if (again) return;
    this.#journal?.put(this.#group, recovery.deliveryId, recovery);
    this.#reporter.pending(delivery.event, error);
  }

  /** Takes a delivery off the line and off the disk. */
  #end(delivery: Delivery): void {
    this.#line.done(delivery);
    this.#journal?.remove(this.#group, delivery.deliveryId);
  }

  /** The queue has no room for it. */
  #refused(delivery: Delivery): void {
    const { id, level } = delivery.event;
    if (level === 'OK' && (this.#told(id) || this.#line.hasFiring(id))) this.#owe(delivery, undefined);
    else this.#reporter.drop(delivery.event, 'dropped_overflow');
  }

  /** It was in the queue, and had to go for something newer. */
  #displaced(delivery: Delivery, reason: DropReason): void {
    const { id, level } = delivery.event;
    const last = level === 'OK' && reason === 'dropped_overflow' && !this.#line.hasQueued(id);
    if (last && (this.#told(id) || this.#line.hasFiring(id))) {
      this.#owe(delivery, undefined);
    } else {
      this.#journal?.remove(this.#group, delivery.deliveryId);
      this.#settleOrder(delivery.event);
      this.#reporter.drop(delivery.event, reason);
    }
  }

  #supersedeOwed(id: string): void {
    const owed = this.#owed.take(id);
    if (owed !== undefined) this.#supersede(owed);
  }

  #supersede({ event, deliveryId }: Delivery): void {
    this.#journal?.remove(this.#group, deliveryId);
    this.#reporter.drop(event, 'superseded');
  }

  #told(id: string): boolean {
    return this.#ledger.told(id) !== undefined;
  }

  #makeFallback(): HandlerDelivery | undefined {
    const { options } = this;
    const { topic, handlerId } = this.target;
    if (options.fallback === undefined || typeof options.fallback === 'string') return undefined;
    const { previous, ...environment } = this.#environment;
    const before = previous === undefined ? undefined : previous.#fallback;
    return new HandlerDelivery(
      { topic, handlerId: `${handlerId}~fallback`, kind: 'fallback', handler: options.fallback },
      { ...options, recoveries: 'always', fallback: undefined, rateLimit: undefined },
      before === undefined ? environment : { ...environment, previous: before },
    );
  }

  #fallbackFor(event: AlertEvent): HandlerDelivery | undefined {
    const { fallback } = this.options;
    if (typeof fallback !== 'string') return this.#fallback;
    const found = this.#environment.handler?.(fallback, event);
    return found === this ? undefined : found;
  }

  #restore(entries: ReadonlyMap<string, string>): void {
    for (const [id, text] of entries) {
      try {
        const delivery = Delivery.decode(this.#origin, id, text);
        const { flags, event } = delivery;
        if ((flags & VIA_FALLBACK) !== 0 && event.level !== 'OK') this.#ledger.noteFallback(event.id);
        // What the fallback was given before the restart is not known here.
        this.#noteOrder(event, true);
        if ((flags & OWED) === 0) this.#line.push(delivery);
        else this.#owed.add(delivery);
      } catch (error) {
        this.#journal?.remove(this.#group, id);
        this.#reporter.fault(error);
      }
    }
    this.#owed.makeDue();
  }

  /** Begins when the delivery before has ended, with what that one leaves. */
  #follow(previous: HandlerDelivery): void {
    this.#held = true;
    previous.#successor = this;
    void previous.close().then(() => {
      this.#held = false;
      this.#wake();
    });
  }

  readonly #replay = ({ event, deliveryId }: DeadLetter): boolean => {
    if (this.#stopped || this.#line.full) return false;
    return this.#add(new Delivery(this.#origin, event, deliveryId, this.#runs.moment, 1, 0));
  };

  #oldestAge(): number {
    let oldest = this.#line.since ?? Number.POSITIVE_INFINITY;
    for (const { since } of this.#tries.deliveries()) oldest = Math.min(oldest, since);
    return Math.max(0, this.#clock.now() - oldest);
  }

  #isIdle(): boolean {
    if (this.#stopped) return true;
    return this.#line.length === 0 && this.#tries.active === 0 && !this.#scheduled && !this.#held;
  }

  #checkIdle(): void {
    if (!this.#isIdle()) return;
    this.#line.rest();
    const waiters = this.#idleWaiters;
    this.#idleWaiters = [];
    for (const resolve of waiters) resolve();
  }

  async #drained(): Promise<void> {
    if (this.#isIdle()) return;
    await new Promise<void>((resolve) => {
      this.#idleWaiters.push(resolve);
    });
  }

  async #close(timeout: number, forget: boolean): Promise<CloseReport> {
    const { delivered, failed } = this.#reporter;
    const deadline = this.#clock.now() + timeout;
    const left = (): number => Math.max(0, deadline - this.#clock.now());
    if (await within(this.#clock, this.#drained(), timeout)) await this.#call('flush', left());
    const rest = this.#stop(forget);
    const fallback = await this.#fallback?.close({ timeout: left(), forget });
    await this.#call('close', Math.max(LEAST_CLOSE_TIME, left()));
    const own = {
      ...rest,
      delivered: this.#reporter.delivered - delivered,
      failed: this.#reporter.failed - failed,
    };
    return sumCloseReports(fallback === undefined ? [own] : [own, fallback]);
  }

  #stop(forget: boolean): { readonly kept: number; readonly dropped: number } {
    const { topic, handlerId } = this.target;
    this.#stopped = true;
    this.deadLetters.detach(topic, handlerId, this.#replay);
    const owed = this.#owed.stop();
    const queued = [...this.#tries.stop(), ...this.#line];
    this.#checkIdle();
    if (this.#successor !== undefined) {
      this.#successor.#inherit(queued, owed, this.#overtaking);
      return { kept: queued.length + owed.length, dropped: 0 };
    }
    const rest = [...owed, ...queued];
    if (this.#journal !== undefined && !forget) return { kept: rest.length, dropped: 0 };
    for (const { event, deliveryId } of rest) {
      this.#journal?.remove(this.#group, deliveryId);
      this.#reporter.drop(event, 'dropped_shutdown');
    }
    if (forget) this.#ledger.forget();
    return { kept: 0, dropped: rest.length };
  }

  #inherit(
    queued: readonly Delivery[],
    owed: readonly Delivery[],
    overtaking: ReadonlyMap<string, Overtaking>,
  ): void {
    const newer = [...this.#line];
    this.#line.unshift(queued.map((delivery) => delivery.to(this.#origin)));
    for (const [id, each] of overtaking) this.#overtaking.set(id, each);
    for (const { event } of newer) this.#noteOrder(event);
    for (const recovery of owed) {
      if (this.#line.has(recovery.event.id)) this.#supersede(recovery);
      else this.#owed.add(recovery.to(this.#origin));
    }
    this.#owed.makeDue();
  }

  async #call(part: 'flush' | 'close', timeout: number): Promise<void> {
    try {
      await callPart(this.target, part, this.#clock, timeout);
    } catch (error) {
      this.#reporter.fault(error);
    }
  }
}

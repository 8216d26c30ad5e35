import type { AlertEvent } from '../alert/event.ts';
import type { Delivery, Moment } from './delivery.ts';
import type { OverflowPolicy } from './delivery-options.ts';
import { DeliveryQueue } from './delivery-queue.ts';
import type { DropReason } from './reasons.ts';

/** How a {@link DeliveryLine} is set up. */
export interface DeliveryLineOptions {
  /** How many may wait. */
  readonly limit: number;
  /** What to do when more come. */
  readonly overflow: OverflowPolicy;
  /** How many may be under way at the same time. */
  readonly concurrency: number;
  /** Whether `hasFiring` is asked for all along, not just when something goes wrong. */
  readonly counting: boolean;
  /** Makes the delivery of an event. */
  readonly make: (event: AlertEvent, queued: Moment) => Delivery;
  /** Whether the handler was told that an id fires. */
  readonly told: (id: string) => boolean;
  /** Those that are being tried, or wait for another try. */
  readonly underWay: () => Iterable<Delivery>;
  /** Called with what had to go for a newer event. */
  readonly displaced: (delivery: Delivery, reason: DropReason) => void;
}

/** How many events of an id wait or are under way. */
interface Count {
  all: number;
  firings: number;
}

/** How many events behind busy ids are looked past, for one of another id. */
const LOOKAHEAD = 256;

/** The events that wait for a handler, in order, and never two events of one id under way at a time. */
export class DeliveryLine {
  readonly #options: DeliveryLineOptions;
  readonly #queue: DeliveryQueue;
  /** The ids under way, each with those that wait behind it. With one at a time there is nothing to keep. */
  readonly #busy: Map<string, Delivery[]> | undefined;
  /** Those whose id has become free. They are older than what is in the queue. */
  readonly #free: Delivery[] = [];
  #behind = 0;
  /** How many events of an id wait or are under way; kept only where it matters. */
  #counts: Map<string, Count> | undefined;

  constructor(options: DeliveryLineOptions) {
    this.#options = options;
    this.#busy = options.concurrency > 1 ? new Map() : undefined;
    this.#counts = options.counting ? new Map() : undefined;
    this.#queue = new DeliveryQueue(
      options.limit,
      options.overflow,
      options.make,
      (id) => options.told(id) || this.#isUnderWay(id),
      (delivery, reason) => {
        this.#subtract(delivery.event);
        options.displaced(delivery, reason);
      },
    );
  }

  /** How many wait. */
  get length(): number {
    return this.#queue.length + this.#free.length + this.#behind;
  }

  /** Whether the next event meets the overflow policy. */
  get full(): boolean {
    return this.#queue.full;
  }

  /** When the one that has waited longest was queued; `undefined` when none waits. */
  get since(): number | undefined {
    return this.#free[0]?.since ?? this.#queue.since;
  }

  /** Adds one at the end, if there is room or the policy makes some; false when it is refused. */
  add(delivery: Delivery): boolean {
    if (this.#queue.full && this.#counts === undefined) this.#countAll();
    if (!this.#queue.add(delivery)) return false;
    this.#add(delivery.event);
    return true;
  }

  /** Adds an event at the end, whose delivery is made when its turn comes. There must be room. */
  addEvent(event: AlertEvent, queued: Moment): void {
    this.#queue.addEvent(event, queued);
    this.#add(event);
  }

  /** Adds one at the end, whatever the limit. */
  push(delivery: Delivery): void {
    this.#queue.push(delivery);
    this.#add(delivery.event);
  }

  /** Puts some before all others. */
  unshift(deliveries: readonly Delivery[]): void {
    const waiting = [...this.#queue];
    while (this.#queue.shift() !== undefined);
    for (const delivery of deliveries) this.push(delivery);
    for (const delivery of waiting) this.#queue.push(delivery);
  }

  /** Takes the next one whose id is not under way. It, and no other of its id, is under way until `done`. */
  take(): Delivery | undefined {
    const delivery = this.#free.length > 0 ? this.#free.shift() : this.#takeQueued();
    if (delivery !== undefined && this.#busy !== undefined) {
      const { id } = delivery.event;
      if (!this.#busy.has(id)) this.#busy.set(id, []);
    }
    return delivery;
  }

  /** Says that a delivery that did not wait here is under way; false when another of its id is. */
  claim(delivery: Delivery): boolean {
    if (this.#busy?.has(delivery.event.id)) return false;
    this.#busy?.set(delivery.event.id, []);
    this.#add(delivery.event);
    return true;
  }

  /** Says that a delivery is under way no more. */
  done({ event }: Delivery): void {
    this.#subtract(event);
    const { id } = event;
    const behind = this.#busy?.get(id);
    if (behind === undefined) return;
    const next = behind.shift();
    if (next === undefined) this.#busy?.delete(id);
    else {
      this.#behind--;
      this.#free.push(next);
    }
  }

  /** Whether an event of the id waits or is under way. */
  has(id: string): boolean {
    return this.#count(id) !== undefined;
  }

  /** Whether a firing of the id waits or is under way. */
  hasFiring(id: string): boolean {
    return (this.#count(id)?.firings ?? 0) > 0;
  }

  /** Whether an event of the id waits in the queue: after all of its id that are under way or next. */
  hasQueued(id: string): boolean {
    let queued = this.#count(id)?.all ?? 0;
    queued -= this.#busy?.get(id)?.length ?? 0;
    for (const { event } of this.#free) if (event.id === id) queued--;
    for (const { event } of this.#options.underWay()) if (event.id === id) queued--;
    return queued > 0;
  }

  /** Says that nothing waits and nothing is under way. */
  rest(): void {
    if (!this.#options.counting) this.#counts = undefined;
  }

  /** All that wait. */
  *[Symbol.iterator](): IterableIterator<Delivery> {
    yield* this.#free;
    for (const behind of this.#busy?.values() ?? []) yield* behind;
    yield* this.#queue;
  }

  #takeQueued(): Delivery | undefined {
    while (this.#behind < LOOKAHEAD) {
      const delivery = this.#queue.shift();
      const behind = delivery && this.#busy?.get(delivery.event.id);
      if (delivery === undefined || behind === undefined) return delivery;
      behind.push(delivery);
      this.#behind++;
    }
    return undefined;
  }

  #isUnderWay(id: string): boolean {
    for (const { event } of this.#options.underWay()) if (event.id === id) return true;
    return false;
  }

  #count(id: string): Count | undefined {
    if (this.#counts === undefined) this.#countAll();
    return this.#counts?.get(id);
  }

  #countAll(): void {
    this.#counts = new Map();
    for (const { event } of this.#free) this.#add(event);
    for (const behind of this.#busy?.values() ?? []) for (const { event } of behind) this.#add(event);
    for (const event of this.#queue.events()) this.#add(event);
    for (const { event } of this.#options.underWay()) this.#add(event);
  }

  #add(event: AlertEvent): void {
    if (this.#counts === undefined) return;
    const firing = event.level === 'OK' ? 0 : 1;
    const count = this.#counts.get(event.id);
    if (count === undefined) this.#counts.set(event.id, { all: 1, firings: firing });
    else {
      count.all++;
      count.firings += firing;
    }
  }

  #subtract(event: AlertEvent): void {
    const count = this.#counts?.get(event.id);
    if (count === undefined) return;
    count.all--;
    if (event.level !== 'OK') count.firings--;
    if (count.all === 0) this.#counts?.delete(event.id);
  }
}

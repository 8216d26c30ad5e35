import type { AlertEvent } from '../alert/event.ts';
import { Delivery, type Moment } from './delivery.ts';
import type { OverflowPolicy } from './delivery-options.ts';
import type { DropReason } from './reasons.ts';

/** Where the newest firing and the newest recovery of an id stand; -1 for nowhere. */
interface Places {
  firing: number;
  recovery: number;
}

type Slot = Delivery | AlertEvent | undefined;

const SMALLEST = 16;

/**
 * The events that wait for one handler: first in, first out, bounded. A ring of slots; `coalesce` leaves empty slots
 * behind, which are closed when the ring is full. A plain event waits as itself, and becomes a delivery when it is
 * asked for: that takes a fifth of the memory, and what is used at once and let go again is cheap.
 */
export class DeliveryQueue {
  readonly #limit: number;
  readonly #policy: OverflowPolicy;
  readonly #make: (event: AlertEvent, queued: Moment) => Delivery;
  readonly #told: (id: string) => boolean;
  readonly #displaced: (delivery: Delivery, reason: DropReason) => void;
  #slots: Slot[] = new Array(SMALLEST).fill(undefined);
  /** When the event of a slot was queued. A delivery knows that itself. */
  #moments: (Moment | undefined)[] = new Array(SMALLEST).fill(undefined);
  /** Absolute places: they only grow, and the slot of a place is the rest of its division by the ring's size. */
  #head = 0;
  #tail = 0;
  #length = 0;
  /** Of every id that waits, under `coalesce`, from the first overflow until the queue has been empty. */
  #places: Map<string, Places> | undefined;

  /**
   * @param make Makes the delivery of an event that was queued as itself.
   * @param told Whether the handler was told that an id fires.
   * @param displaced Called with what had to go for a newer event.
   */
  constructor(
    limit: number,
    policy: OverflowPolicy,
    make: (event: AlertEvent, queued: Moment) => Delivery,
    told: (id: string) => boolean,
    displaced: (delivery: Delivery, reason: DropReason) => void,
  ) {
    this.#limit = limit;
    this.#policy = policy;
    this.#make = make;
    this.#told = told;
    this.#displaced = displaced;
  }

  /** How many wait. */
  get length(): number {
    return this.#length;
  }

  /** Whether the next event will meet the overflow policy. */
  get full(): boolean {
    return this.#length >= this.#limit;
  }

  /** When the one that has waited longest was queued; `undefined` when none waits. */
  get since(): number | undefined {
    if (this.#length === 0) return undefined;
    const slot = this.#skipEmpty() & (this.#slots.length - 1);
    const item = this.#slots[slot];
    return item instanceof Delivery ? item.since : this.#moments[slot]?.now;
  }

  /** Adds one at the end if there is room, or if the policy makes some; false when it is refused. */
  add(delivery: Delivery): boolean {
    const { event } = delivery;
    if (this.#places !== undefined) this.#coalesce(event, this.#places);
    if (this.#length >= this.#limit && !this.#makeRoom(event)) return false;
    this.#put(delivery, undefined, event);
    return true;
  }

  /** Adds an event at the end. There must be room. */
  addEvent(event: AlertEvent, queued: Moment): void {
    if (this.#places !== undefined) this.#coalesce(event, this.#places);
    this.#put(event, queued, event);
  }

  /** Adds one at the end, whatever the limit. */
  push(delivery: Delivery): void {
    this.#put(delivery, undefined, delivery.event);
  }

  /** Takes the first. */
  shift(): Delivery | undefined {
    if (this.#length === 0) return undefined;
    const place = this.#skipEmpty();
    const delivery = this.#deliveryAt(place);
    this.#slots[place & (this.#slots.length - 1)] = undefined;
    this.#head = place + 1;
    this.#length--;
    if (this.#places !== undefined && delivery !== undefined) {
      if (this.#length === 0) this.#places = undefined;
      else forget(this.#places, delivery.event, place);
    }
    return delivery;
  }

  /** The events of all that wait, in order. */
  *events(): IterableIterator<AlertEvent> {
    for (let place = this.#head; place < this.#tail; place++) {
      const event = this.#eventAt(place);
      if (event !== undefined) yield event;
    }
  }

  /** All that wait, in order. */
  *[Symbol.iterator](): IterableIterator<Delivery> {
    for (let place = this.#head; place < this.#tail; place++) {
      const delivery = this.#deliveryAt(place);
      if (delivery === undefined) continue;
      // It is the same one that will be taken.
      this.#slots[place & (this.#slots.length - 1)] = delivery;
      yield delivery;
    }
  }

  #put(item: Delivery | AlertEvent, queued: Moment | undefined, event: AlertEvent): void {
    if (this.#tail - this.#head === this.#slots.length) this.#relocate();
    if (this.#places !== undefined) note(this.#places, event, this.#tail);
    const slot = this.#tail & (this.#slots.length - 1);
    this.#slots[slot] = item;
    this.#moments[slot] = queued;
    this.#tail++;
    this.#length++;
  }

  #deliveryAt(place: number): Delivery | undefined {
    const slot = place & (this.#slots.length - 1);
    const item = this.#slots[slot];
    if (item === undefined || item instanceof Delivery) return item;
    return this.#make(item, this.#moments[slot] as Moment);
  }

  #eventAt(place: number): AlertEvent | undefined {
    const item = this.#slots[place & (this.#slots.length - 1)];
    return item instanceof Delivery ? item.event : item;
  }

  #makeRoom(newest: AlertEvent): boolean {
    if (this.#policy === 'reject') return false;
    if (this.#policy === 'coalesce' && this.#places === undefined) {
      this.#startCoalescing(newest);
      if (this.#length < this.#limit) return true;
    }
    while (this.#length >= this.#limit) {
      const oldest = this.shift();
      if (oldest === undefined) return false;
      this.#displaced(oldest, 'dropped_overflow');
    }
    return true;
  }

  #startCoalescing(newest: AlertEvent): void {
    const places = new Map<string, Places>();
    this.#places = places;
    for (let place = this.#head; place < this.#tail; place++) {
      const event = this.#eventAt(place);
      if (event === undefined) continue;
      this.#coalesce(event, places);
      note(places, event, place);
    }
    this.#coalesce(newest, places);
  }

  /** Lets go of what a newer event of the same id makes superfluous. */
  #coalesce(event: AlertEvent, places: ReadonlyMap<string, Places>): void {
    const older = places.get(event.id);
    if (older === undefined) return;
    const { firing, recovery } = older;
    if (firing >= 0) {
      this.#supersede(firing);
      older.firing = -1;
    }
    // A recovery that the handler waits for stays, also when the alert fires anew.
    if (recovery >= 0 && (event.level === 'OK' || !this.#told(event.id))) {
      this.#supersede(recovery);
      older.recovery = -1;
    }
  }

  #supersede(place: number): void {
    const slot = place & (this.#slots.length - 1);
    const delivery = this.#deliveryAt(place);
    if (delivery === undefined) return;
    this.#slots[slot] = undefined;
    this.#length--;
    this.#displaced(delivery, 'superseded');
  }

  #skipEmpty(): number {
    let place = this.#head;
    while (this.#slots[place & (this.#slots.length - 1)] === undefined) place++;
    this.#head = place;
    return place;
  }

  /** Moves everything into a ring that has room, without empty slots. */
  #relocate(): void {
    let size = SMALLEST;
    while (size < this.#length * 2) size *= 2;
    const slots: Slot[] = new Array(size).fill(undefined);
    const moments: (Moment | undefined)[] = new Array(size).fill(undefined);
    const places = this.#places === undefined ? undefined : new Map<string, Places>();
    let tail = 0;
    for (let place = this.#head; place < this.#tail; place++) {
      const event = this.#eventAt(place);
      if (event === undefined) continue;
      if (places !== undefined) note(places, event, tail);
      const slot = place & (this.#slots.length - 1);
      moments[tail] = this.#moments[slot];
      slots[tail++] = this.#slots[slot];
    }
    this.#slots = slots;
    this.#moments = moments;
    this.#places = places;
    this.#head = 0;
    this.#tail = tail;
  }
}

function note(places: Map<string, Places>, event: AlertEvent, place: number): void {
  const known = places.get(event.id);
  const recovery = event.level === 'OK';
  if (known === undefined) {
    places.set(event.id, { firing: recovery ? -1 : place, recovery: recovery ? place : -1 });
  } else if (recovery) known.recovery = place;
  else known.firing = place;
}

function forget(places: Map<string, Places>, event: AlertEvent, place: number): void {
  const known = places.get(event.id);
  if (known === undefined) return;
  if (known.firing === place) known.firing = -1;
  if (known.recovery === place) known.recovery = -1;
  if (known.firing === -1 && known.recovery === -1) places.delete(event.id);
}

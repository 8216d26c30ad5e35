import type { Delivery } from './delivery.ts';
import type { OverflowPolicy } from './delivery-options.ts';
import type { DropReason } from './reasons.ts';

/** Where the newest firing and the newest recovery of an id stand; -1 for nowhere. */
interface Places {
  firing: number;
  recovery: number;
}

const SMALLEST = 16;

/**
 * The events that wait for one handler: first in, first out, bounded. A ring of slots; `coalesce` leaves empty slots
 * behind, which are closed when the ring is full.
 */
export class DeliveryQueue {
  readonly #limit: number;
  readonly #policy: OverflowPolicy;
  readonly #told: (id: string) => boolean;
  readonly #displaced: (delivery: Delivery, reason: DropReason) => void;
  #slots: (Delivery | undefined)[] = new Array<Delivery | undefined>(SMALLEST).fill(undefined);
  /** Absolute places: they only grow, and the slot of a place is the rest of its division by the ring's size. */
  #head = 0;
  #tail = 0;
  #length = 0;
  /** Of every id that waits, under `coalesce`, from the first overflow until the queue has been empty. */
  #places: Map<string, Places> | undefined;

  /**
   * @param told Whether the handler was told that an id fires.
   * @param displaced Called with what had to go for a newer event.
   */
  constructor(
    limit: number,
    policy: OverflowPolicy,
    told: (id: string) => boolean,
    displaced: (delivery: Delivery, reason: DropReason) => void,
  ) {
    this.#limit = limit;
    this.#policy = policy;
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

  /** The one that has waited longest. */
  get oldest(): Delivery | undefined {
    return this.#length === 0 ? undefined : this.#slots[this.#skipEmpty() & (this.#slots.length - 1)];
  }

  /** Adds one at the end if there is room, or if the policy makes some; false when it is refused. */
  add(delivery: Delivery): boolean {
    if (this.#places !== undefined) this.#coalesce(delivery, this.#places);
    if (this.#length >= this.#limit && !this.#makeRoom(delivery)) return false;
    this.push(delivery);
    return true;
  }

  /** Adds one at the end, whatever the limit. */
  push(delivery: Delivery): void {
    if (this.#tail - this.#head === this.#slots.length) this.#relocate();
    if (this.#places !== undefined) note(this.#places, delivery, this.#tail);
    this.#slots[this.#tail & (this.#slots.length - 1)] = delivery;
    this.#tail++;
    this.#length++;
  }

  /** Takes the first. */
  shift(): Delivery | undefined {
    if (this.#length === 0) return undefined;
    const place = this.#skipEmpty();
    const slot = place & (this.#slots.length - 1);
    const delivery = this.#slots[slot];
    this.#slots[slot] = undefined;
    this.#head = place + 1;
    this.#length--;
    if (this.#places !== undefined && delivery !== undefined) {
      if (this.#length === 0) this.#places = undefined;
      else forget(this.#places, delivery, place);
    }
    return delivery;
  }

  /** All that wait, in order. */
  *[Symbol.iterator](): IterableIterator<Delivery> {
    for (let place = this.#head; place < this.#tail; place++) {
      const delivery = this.#slots[place & (this.#slots.length - 1)];
      if (delivery !== undefined) yield delivery;
    }
  }

  #makeRoom(delivery: Delivery): boolean {
    if (this.#policy === 'reject') return false;
    if (this.#policy === 'coalesce' && this.#places === undefined) {
      this.#startCoalescing(delivery);
      if (this.#length < this.#limit) return true;
    }
    while (this.#length >= this.#limit) {
      const oldest = this.shift();
      if (oldest === undefined) return false;
      this.#displaced(oldest, 'dropped_overflow');
    }
    return true;
  }

  #startCoalescing(newest: Delivery): void {
    const places = new Map<string, Places>();
    this.#places = places;
    for (let place = this.#head; place < this.#tail; place++) {
      const delivery = this.#slots[place & (this.#slots.length - 1)];
      if (delivery === undefined) continue;
      this.#coalesce(delivery, places);
      note(places, delivery, place);
    }
    this.#coalesce(newest, places);
  }

  /** Lets go of what a newer event of the same id makes superfluous. */
  #coalesce({ event }: Delivery, places: ReadonlyMap<string, Places>): void {
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
    const delivery = this.#slots[slot];
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
    const slots = new Array<Delivery | undefined>(size).fill(undefined);
    const places = this.#places === undefined ? undefined : new Map<string, Places>();
    let tail = 0;
    for (const delivery of this) {
      if (places !== undefined) note(places, delivery, tail);
      slots[tail++] = delivery;
    }
    this.#slots = slots;
    this.#places = places;
    this.#head = 0;
    this.#tail = tail;
  }
}

function note(places: Map<string, Places>, { event }: Delivery, place: number): void {
  const known = places.get(event.id);
  const recovery = event.level === 'OK';
  if (known === undefined) {
    places.set(event.id, { firing: recovery ? -1 : place, recovery: recovery ? place : -1 });
  } else if (recovery) known.recovery = place;
  else known.firing = place;
}

function forget(places: Map<string, Places>, { event }: Delivery, place: number): void {
  const known = places.get(event.id);
  if (known === undefined) return;
  if (known.firing === place) known.firing = -1;
  if (known.recovery === place) known.recovery = -1;
  if (known.firing === -1 && known.recovery === -1) places.delete(event.id);
}

import type { Clock, Timer } from '../alert/clock.ts';
import type { Delivery } from './delivery.ts';

/**
 * The recoveries that a handler waits for and that could not be delivered yet, one of an id. They are due when the
 * destination is thought to answer; if nothing shows that, from time to time.
 */
export class OwedRecoveries {
  readonly #clock: Clock;
  readonly #interval: number;
  readonly #wake: () => void;
  #due = new Map<string, Delivery>();
  #later = new Map<string, Delivery>();
  #timer: Timer | undefined;

  /**
   * @param interval After how many milliseconds to try them if nothing else happens.
   * @param wake Called when some have become due that way.
   */
  constructor(clock: Clock, interval: number, wake: () => void) {
    this.#clock = clock;
    this.#interval = interval;
    this.#wake = wake;
  }

  /** How many there are. */
  get size(): number {
    return this.#due.size + this.#later.size;
  }

  /** Whether one may be tried now. */
  get hasDue(): boolean {
    return this.#due.size > 0;
  }

  /** Keeps one for later. */
  add(recovery: Delivery): void {
    this.#due.delete(recovery.event.id);
    this.#later.set(recovery.event.id, recovery);
    // In the background: a process that has nothing else to do need not wait for a destination that may be gone.
    this.#timer ??= this.#clock.setTimeout(() => this.#timeToTry(), this.#interval, { background: true });
  }

  /** Says that they may be tried: all, or that of one id. */
  makeDue(id?: string): void {
    if (id === undefined) {
      for (const [each, recovery] of this.#later) this.#due.set(each, recovery);
      this.#later.clear();
      return;
    }
    const recovery = this.#later.get(id);
    if (recovery === undefined) return;
    this.#later.delete(id);
    this.#due.set(id, recovery);
  }

  /** Puts off what is due: the destination does not answer. */
  postpone(): void {
    if (this.#due.size === 0) return;
    for (const [id, recovery] of this.#later) this.#due.set(id, recovery);
    [this.#due, this.#later] = [this.#later, this.#due];
    this.#due.clear();
  }

  /** Takes out the first that is due. */
  takeDue(): Delivery | undefined {
    for (const [id, recovery] of this.#due) {
      this.#due.delete(id);
      return recovery;
    }
    return undefined;
  }

  /** Takes out that of an id. */
  take(id: string): Delivery | undefined {
    if (this.size === 0) return undefined;
    const recovery = this.#due.get(id) ?? this.#later.get(id);
    if (recovery !== undefined && !this.#due.delete(id)) this.#later.delete(id);
    return recovery;
  }

  /** Takes out all of them, and waits no more. */
  stop(): readonly Delivery[] {
    this.#timer?.cancel();
    const all = [...this.#due.values(), ...this.#later.values()];
    this.#due.clear();
    this.#later.clear();
    return all;
  }

  #timeToTry(): void {
    this.#timer = undefined;
    this.makeDue();
    this.#wake();
  }
}

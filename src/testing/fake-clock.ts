import type { Clock, Timer } from '../alert/clock.ts';
import { macrotask } from '../delivery/run-queue.ts';
import { readStart, readTime, type TestTime } from './relative-time.ts';

interface FakeTimer extends Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** A turn of the event loop settles all promises; what is then written to a store, and answered, takes a few more. */
const TURNS = 3;

/**
 * A clock that stands still until it is told to go on, so that a test waits for nothing: retries, windows of
 * `aggregate`, rate limits and everything else that takes time from the registry.
 *
 * @example
 * ```ts
 * import { TopicRegistry } from 'tocsin';
 * import { FakeClock } from 'tocsin/testing';
 *
 * const clock = new FakeClock('2026-01-01T00:00:00Z');
 * const alerts = new TopicRegistry({ clock });
 * await clock.advance('1h30m');
 * ```
 */
export class FakeClock implements Clock {
  /** By time, and timers of the same time in the order in which they were set. */
  readonly #timers: FakeTimer[] = [];
  #now: number;

  /**
   * @param start What time it is, in milliseconds since the Unix epoch or as a date. Default: the start of 2026.
   * @throws {RuleTestError} When that is no time.
   */
  constructor(start?: number | string | Date) {
    this.#now = readStart('FakeClock', start);
  }

  /** What time it is, in milliseconds since the Unix epoch. */
  now(): number {
    return this.#now;
  }

  /** How many timers are set. */
  get timers(): number {
    return this.#timers.length;
  }

  /** Calls `callback` when the clock has been advanced by that much. */
  setTimeout(callback: () => void, milliseconds: number): Timer {
    const timer: FakeTimer = {
      at: this.#now + Math.max(0, milliseconds),
      callback,
      cancel: () => {
        const index = this.#timers.indexOf(timer);
        if (index >= 0) this.#timers.splice(index, 1);
      },
    };
    let index = this.#timers.length;
    while (index > 0 && (this.#timers[index - 1] as FakeTimer).at > timer.at) index--;
    this.#timers.splice(index, 0, timer);
    return timer;
  }

  /**
   * Lets time pass. Timers fire in their order, each at its time, and what follows from one (promises that settle,
   * timers that it sets) happens before the next.
   *
   * @param time Milliseconds, or a text such as `1h30m`.
   * @throws {RuleTestError} When that is no length of time, or longer than a century.
   */
  async advance(time: TestTime): Promise<void> {
    const end = this.#now + readTime('advance', time);
    await this.settle();
    for (let timer = this.#timers[0]; timer !== undefined && timer.at <= end; timer = this.#timers[0]) {
      this.#timers.shift();
      this.#now = timer.at;
      timer.callback();
      await this.settle();
    }
    this.#now = end;
  }

  /** Lets everything happen that waits for no time: promises that settle, deliveries that end at once. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < TURNS; turn++) await new Promise<void>((resolve) => macrotask(resolve));
  }
}

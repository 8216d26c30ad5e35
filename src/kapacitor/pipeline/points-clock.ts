import type { Clock, Timer } from '../../alert/clock.ts';

interface PendingTimer extends Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** A clock that goes with the times of points, and when it is told to: for tests and for replays. */
export class PointsClock implements Clock {
  /** By time, and timers of one time in the order in which they were set. */
  #timers: PendingTimer[] = [];
  #now = Number.NaN;

  /** The latest time that was seen; NaN before the first. */
  now(): number {
    return this.#now;
  }

  /** Whether it has begun. */
  get running(): boolean {
    return !Number.isNaN(this.#now);
  }

  setTimeout(callback: () => void, milliseconds: number): Timer {
    const timer: PendingTimer = {
      at: this.#now + Math.max(0, milliseconds),
      callback,
      cancel: () => {
        this.#timers = this.#timers.filter((each) => each !== timer);
      },
    };
    const index = this.#timers.findIndex(({ at }) => at > timer.at);
    this.#timers.splice(index === -1 ? this.#timers.length : index, 0, timer);
    return timer;
  }

  /** Goes on to a time, firing what is due on the way. A time that has passed changes nothing. */
  advance(to: number): void {
    if (!this.running) this.#now = to;
    for (let next = this.#timers[0]; next !== undefined && next.at <= to; next = this.#timers[0]) {
      this.#timers.shift();
      this.#now = Math.max(this.#now, next.at);
      next.callback();
    }
    this.#now = Math.max(this.#now, to);
  }
}

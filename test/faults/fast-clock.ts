import { type Clock, systemClock, type Timer } from '../../src/alert/clock.ts';

/** A clock that runs faster than the one on the wall, so that a minute of outage passes in a moment. */
export class FastClock implements Clock {
  readonly #start = Date.now();
  readonly #speed: number;

  /** @param speed How many milliseconds pass in one of the wall's. */
  constructor(speed: number) {
    this.#speed = speed;
  }

  now(): number {
    return this.#start + (Date.now() - this.#start) * this.#speed;
  }

  setTimeout(callback: () => void, milliseconds: number): Timer {
    return systemClock.setTimeout(callback, milliseconds / this.#speed);
  }
}

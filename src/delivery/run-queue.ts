import type { Clock } from '../alert/clock.ts';
import type { Moment } from './delivery.ts';

// Those of the platform, whatever a test framework puts in their place: faked ones that are never called would leave
// a queue that all registries of the process share waiting for ever.
const { setImmediate: immediate, setTimeout: timeout, queueMicrotask: microtask } = globalThis;

/** Calls back in a later turn of the event loop, after waiting input and output had theirs. */
export const macrotask: (callback: () => void) => void =
  typeof immediate === 'function'
    ? (callback) => void immediate(callback)
    : (callback) => void timeout(callback, 0);

let toCall: (() => void)[] = [];

/** Calls back in the next turn of the event loop, together with all others that want to be. The callback must not throw. */
export function nextTurn(callback: () => void): void {
  if (toCall.push(callback) > 1) return;
  macrotask(() => {
    const calling = toCall;
    toCall = [];
    for (const call of calling) call();
  });
}

/** Something with work to do. */
export interface Runnable {
  /** Does it, `budget` pieces at most, and says whether something is left. Never throws. */
  run(budget: number): boolean;
}

const BUDGET = 512;

/**
 * Runs what has work to do right after the synchronous code that made the work, all in one microtask. Long runs give
 * way to input and output in between. It also keeps the time of the run, so that a burst of events asks the clock
 * once.
 */
export class RunQueue {
  static readonly #queues = new WeakMap<Clock, RunQueue>();
  readonly #clock: Clock;
  readonly #run = (): void => this.#runAll();
  #waiting: Runnable[] = [];
  #running: Runnable[] = [];
  #scheduled = false;
  #moment: Moment = { now: 0 };

  private constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The queue of a clock. */
  static of(clock: Clock): RunQueue {
    let queue = RunQueue.#queues.get(clock);
    if (queue === undefined) {
      queue = new RunQueue(clock);
      RunQueue.#queues.set(clock, queue);
    }
    return queue;
  }

  /** The time of this run. */
  get moment(): Moment {
    if (!this.#scheduled) this.#schedule();
    return this.#moment;
  }

  /** Has something run soon. It must not be added again before it runs. */
  add(runnable: Runnable): void {
    this.#waiting.push(runnable);
    if (!this.#scheduled) this.#schedule();
  }

  #schedule(): void {
    this.#scheduled = true;
    this.#moment = { now: this.#clock.now() };
    microtask(this.#run);
  }

  #runAll(): void {
    const running = this.#waiting;
    this.#waiting = this.#running;
    this.#running = running;
    let left = false;
    for (let i = 0; i < running.length; i++) {
      const runnable = running[i] as Runnable;
      try {
        if (runnable.run(BUDGET)) {
          this.#waiting.push(runnable);
          left = true;
        }
      } catch (error) {
        // The others have to go on: they share this queue with all registries of the clock.
        microtask(() => {
          throw error;
        });
      }
    }
    running.length = 0;
    if (left) macrotask(this.#run);
    else if (this.#waiting.length > 0) microtask(this.#run);
    else this.#scheduled = false;
    if (this.#scheduled) this.#moment = { now: this.#clock.now() };
  }
}

import { unixNano } from '../../../alert/nano-date.ts';
import type { BatchPoint } from '../../../rule/index.ts';
import type { GroupedBatch, GroupedPoint } from '../../pipeline/message.ts';
import { dateOf, truncateNanos } from '../../pipeline/time.ts';
import type { Window, WindowHead, WindowSettings } from './window-settings.ts';

interface Held {
  readonly nanos: bigint;
  readonly point: BatchPoint;
}

/** The points of the last period, told every so often by the points' own time. */
export class TimeWindow implements Window {
  readonly #settings: WindowSettings;
  readonly #head: WindowHead;
  #held: Held[] = [];
  #next: bigint;

  constructor(settings: WindowSettings, head: WindowHead, now: bigint) {
    this.#settings = settings;
    this.#head = head;
    this.#next = firstEnd(settings, now);
  }

  insert({ tags = {}, fields, time }: GroupedPoint): GroupedBatch | undefined {
    const nanos = unixNano(time);
    const held = { nanos, point: { tags, fields, time } };
    if (this.#settings.every === 0n) {
      this.#held.push(held);
      return this.close(nanos);
    }
    // A point at the very end of a window belongs to the next one: more of the same time may come.
    const batch = this.close(nanos);
    this.#held.push(held);
    return batch;
  }

  close(nanos: bigint): GroupedBatch | undefined {
    const { period, every, align } = this.#settings;
    if (nanos < this.#next) return undefined;
    if (every === 0n) {
      this.#purge((held) => held > nanos - period);
      this.#next = nanos;
      return this.#batch(nanos);
    }
    const end = this.#next;
    this.#purge((held) => held >= end - period);
    this.#next = align ? truncateNanos(nanos + every, every) : nanos + every;
    return this.#batch(end);
  }

  /** Drops points from the front up to the first that stays. */
  #purge(stays: (nanos: bigint) => boolean): void {
    const first = this.#held.findIndex(({ nanos }) => stays(nanos));
    if (first !== 0) this.#held = first === -1 ? [] : this.#held.slice(first);
  }

  #batch(end: bigint): GroupedBatch {
    return { ...this.#head, points: this.#held.map(({ point }) => point), time: dateOf(end) };
  }
}

function firstEnd({ period, every, align, fillPeriod }: WindowSettings, now: bigint): bigint {
  if (!fillPeriod) return align ? truncateNanos(now + every, every) : now + every;
  const full = now + period;
  if (!align) return full;
  const aligned = truncateNanos(full, every);
  return aligned > full ? aligned : aligned + every;
}

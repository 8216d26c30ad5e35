import type { BatchPoint } from '../../../rule/index.ts';
import type { GroupedBatch, GroupedPoint } from '../../pipeline/message.ts';
import type { Window, WindowHead, WindowSettings } from './window-settings.ts';

/** The last so many points, told every so many points. */
export class CountWindow implements Window {
  readonly #settings: WindowSettings;
  readonly #head: WindowHead;
  #points: BatchPoint[] = [];
  #seen = 0;
  #next: number;

  constructor(settings: WindowSettings, head: WindowHead) {
    this.#settings = settings;
    this.#head = head;
    this.#next = settings.fillPeriod ? settings.periodCount : settings.everyCount;
  }

  insert({ tags = {}, fields, time }: GroupedPoint): GroupedBatch | undefined {
    const { periodCount, everyCount } = this.#settings;
    this.#points.push({ tags, fields, time });
    // Cut only now and then, so that a long window does not move all its points for each.
    if (this.#points.length > 2 * periodCount) this.#points = this.#points.slice(-periodCount);
    if (++this.#seen < this.#next) return undefined;
    this.#next += everyCount;
    return { ...this.#head, points: this.#points.slice(-periodCount), time };
  }

  close(): undefined {
    return undefined;
  }
}

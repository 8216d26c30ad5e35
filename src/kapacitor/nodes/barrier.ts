import type { Timer } from '../../alert/clock.ts';
import type { Group } from '../pipeline/group.ts';
import type { GroupedBatch, GroupedPoint } from '../pipeline/message.ts';
import { defineNode, type NodeDefinition, type NodePlace } from '../pipeline/node-definition.ts';
import { PipelineNode } from '../pipeline/pipeline-node.ts';
import { milliseconds } from '../pipeline/time.ts';

interface Settings {
  idle: bigint;
  period: bigint;
  delete: boolean;
}

/**
 * `|barrier().idle(5m).delete(TRUE)`: lets time pass for a group that gets no points, by the clock, and can make the
 * nodes after it forget the group.
 */
export const barrier: NodeDefinition = defineNode<Settings>({
  name: 'barrier',
  begin(call) {
    call.none();
    return { idle: 0n, period: 0n, delete: false };
  },
  properties: {
    idle(settings, call) {
      settings.idle = call.onlyDuration();
      if (settings.idle <= 0n) call.failAt(0, 'idle must be above zero');
      return undefined;
    },
    period(settings, call) {
      settings.period = call.onlyDuration();
      if (settings.period <= 0n) call.failAt(0, 'period must be above zero');
      return undefined;
    },
    delete(settings, call) {
      settings.delete = call.optionalFlag();
      return undefined;
    },
  },
  build: (settings, place) => new BarrierNode(settings, place),
});

interface Watched {
  readonly name: string;
  readonly group: Group;
  /** When a point was last seen, by the clock. */
  seen: number;
  /** The time of the last point, or of an idle barrier since. */
  time: number;
  /** The time of the last barrier; older points are dropped. */
  last: number;
  timer: Timer;
}

class BarrierNode extends PipelineNode {
  readonly #settings: Settings;
  readonly #host: NodePlace['host'];
  readonly #wait: number;
  readonly #groups = new Map<string, Watched>();

  constructor(settings: Settings, { name, host, call }: NodePlace) {
    super(name);
    const { idle, period } = settings;
    if (idle !== 0n && period !== 0n)
      call.fail('A barrier is either idle or of a period', 'Leave one of them out.');
    if (idle === 0n && period === 0n) call.fail('The barrier has no time', 'Say for example .idle(5m).');
    this.#settings = settings;
    this.#host = host;
    this.#wait = milliseconds(idle === 0n ? period : idle);
  }

  override point(point: GroupedPoint): void {
    if (this.#sees(point.group, point.name, point.time)) this.emitPoint(point);
  }

  override batch(batch: GroupedBatch): void {
    const points = batch.points.filter(({ time }) => this.#sees(batch.group, batch.name, time));
    this.emitBatch({ ...batch, points });
  }

  override forget(group: Group): void {
    this.#drop(group.key);
    this.emitForget(group);
  }

  override stop(): void {
    for (const key of [...this.#groups.keys()]) this.#drop(key);
  }

  /** Takes note of a point; false when it comes too late. */
  #sees(group: Group, name: string, time: Date): boolean {
    const now = this.#host.clock.now();
    const known = this.#groups.get(group.key);
    if (known !== undefined) {
      if (time.getTime() < known.last) return false;
      known.seen = now;
      known.time = time.getTime();
      return true;
    }
    const watched: Watched = {
      name,
      group,
      seen: now,
      time: time.getTime(),
      last: Number.NEGATIVE_INFINITY,
      timer: this.#timer(group.key, this.#wait),
    };
    this.#groups.set(group.key, watched);
    return true;
  }

  #timer(key: string, wait: number): Timer {
    return this.#host.clock.setTimeout(() => this.#due(key), wait, { background: true });
  }

  #due(key: string): void {
    const watched = this.#groups.get(key);
    if (watched === undefined) return;
    const now = this.#host.clock.now();
    // Points that came meanwhile only wrote down when: the rest of the wait begins now.
    const rest = this.#settings.idle === 0n ? 0 : watched.seen + this.#wait - now;
    if (rest > 0) {
      watched.timer = this.#timer(key, rest);
      return;
    }
    const { name, group } = watched;
    // An idle barrier goes on from the time of the last point, a periodic one has the time of the clock.
    watched.time = this.#settings.idle === 0n ? now : watched.time + this.#wait;
    watched.last = watched.time;
    watched.seen = now;
    if (this.#settings.delete) this.#groups.delete(key);
    else watched.timer = this.#timer(key, this.#wait);
    this.emitBarrier({ name, group, time: new Date(watched.last) });
    if (this.#settings.delete) this.emitForget(group);
  }

  #drop(key: string): void {
    this.#groups.get(key)?.timer.cancel();
    this.#groups.delete(key);
  }
}

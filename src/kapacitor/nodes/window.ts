import { unixNano } from '../../alert/nano-date.ts';
import type { Group } from '../pipeline/group.ts';
import type { Barrier, GroupedBatch, GroupedPoint } from '../pipeline/message.ts';
import { defineNode, type NodeDefinition, type NodePlace } from '../pipeline/node-definition.ts';
import { PipelineNode } from '../pipeline/pipeline-node.ts';
import { CountWindow } from './window/count-window.ts';
import { TimeWindow } from './window/time-window.ts';
import type { Window, WindowSettings } from './window/window-settings.ts';

/** `|window().period(10m).every(1m)`: collects points into batches, by time or by number. */
export const window: NodeDefinition = defineNode<WindowSettings>({
  name: 'window',
  wants: 'stream',
  provides: 'batch',
  begin(call) {
    call.none();
    return { period: 0n, every: 0n, align: false, fillPeriod: false, periodCount: 0, everyCount: 0 };
  },
  properties: {
    period(settings, call) {
      settings.period = call.onlyDuration();
      return undefined;
    },
    every(settings, call) {
      settings.every = call.onlyDuration();
      return undefined;
    },
    align(settings, call) {
      call.none();
      settings.align = true;
      return undefined;
    },
    fillPeriod(settings, call) {
      call.none();
      settings.fillPeriod = true;
      return undefined;
    },
    periodCount(settings, call) {
      settings.periodCount = Number(call.count(1, 1, 'a number of points').int(0));
      return undefined;
    },
    everyCount(settings, call) {
      settings.everyCount = Number(call.count(1, 1, 'a number of points').int(0));
      return undefined;
    },
  },
  build: (settings, place) => new WindowNode(settings, place),
});

class WindowNode extends PipelineNode {
  readonly #settings: WindowSettings;
  readonly #windows = new Map<string, Window>();

  constructor(settings: WindowSettings, place: NodePlace) {
    super(place.name);
    check(settings, place);
    this.#settings = settings;
  }

  override point(point: GroupedPoint): void {
    const { group } = point;
    let window = this.#windows.get(group.key);
    if (window === undefined) {
      window = this.#create(point);
      this.#windows.set(group.key, window);
    }
    const batch = window.insert(point);
    if (batch !== undefined) this.emitBatch(batch);
  }

  override barrier(barrier: Barrier): void {
    const batch = this.#windows.get(barrier.group.key)?.close(unixNano(barrier.time));
    if (batch !== undefined) this.emitBatch(batch);
    this.emitBarrier(barrier);
  }

  override forget(group: Group): void {
    this.#windows.delete(group.key);
    this.emitForget(group);
  }

  #create({ name, group, time }: GroupedPoint): Window {
    const head: Pick<GroupedBatch, 'name' | 'tags' | 'group'> = { name, tags: group.tags, group };
    return this.#settings.period === 0n
      ? new CountWindow(this.#settings, head)
      : new TimeWindow(this.#settings, head, unixNano(time));
  }
}

function check(settings: WindowSettings, { call }: NodePlace): void {
  const { period, every, align, periodCount, everyCount } = settings;
  const byTime = period !== 0n || every !== 0n;
  const byCount = periodCount !== 0 || everyCount !== 0;
  if (byTime && byCount)
    call.fail(
      'A window goes by time or by number, not by both',
      'Leave out period and every, or periodCount and everyCount.',
    );
  if (!byTime && !byCount)
    call.fail('The window has no size', 'Say .period(10m).every(1m), or .periodCount(10).everyCount(1).');
  if (byTime && period <= 0n) call.fail('The window has no period', 'Say for example .period(10m).');
  if (every < 0n) call.fail('every must not be negative');
  if (align && (byCount || every === 0n)) call.fail('align needs every', 'Say for example .every(1m).');
  if (byCount && periodCount <= 0) call.fail('periodCount must be above zero');
  if (byCount && everyCount <= 0)
    call.fail('everyCount must be above zero', 'Say for example .everyCount(1).');
}

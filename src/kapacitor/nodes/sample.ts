import { unixNano } from '../../alert/nano-date.ts';
import type { Group } from '../pipeline/group.ts';
import type { GroupedBatch, GroupedPoint } from '../pipeline/message.ts';
import { defineNode, type NodeDefinition, type NodePlace } from '../pipeline/node-definition.ts';
import { PipelineNode } from '../pipeline/pipeline-node.ts';
import { truncateNanos } from '../pipeline/time.ts';

type Settings = { readonly count: number } | { readonly interval: bigint };

/** `|sample(3)`, `|sample(10s)`: lets through every third point or batch, or those on a boundary of time. */
export const sample: NodeDefinition = defineNode<Settings>({
  name: 'sample',
  begin(call) {
    call.count(1, 1, 'a number or a duration');
    if (call.args[0]?.value.type === 'duration') {
      const interval = BigInt(call.duration(0));
      if (interval <= 0n) call.failAt(0, 'The duration must be above zero');
      return { interval };
    }
    const count = Number(call.int(0));
    if (count <= 0) call.failAt(0, 'The number must be above zero');
    return { count };
  },
  build: (settings, place) => new SampleNode(settings, place),
});

class SampleNode extends PipelineNode {
  readonly #settings: Settings;
  readonly #counts = new Map<string, number>();

  constructor(settings: Settings, { name }: NodePlace) {
    super(name);
    this.#settings = settings;
  }

  override point(point: GroupedPoint): void {
    if (this.#keeps(point.group, point.time)) this.emitPoint(point);
  }

  override batch(batch: GroupedBatch): void {
    if (this.#keeps(batch.group, batch.time)) this.emitBatch(batch);
  }

  override forget(group: Group): void {
    this.#counts.delete(group.key);
    this.emitForget(group);
  }

  #keeps({ key }: Group, time: Date): boolean {
    if ('interval' in this.#settings) {
      const nanos = unixNano(time);
      return truncateNanos(nanos, this.#settings.interval) === nanos;
    }
    const count = this.#counts.get(key) ?? 0;
    this.#counts.set(key, (count + 1) % this.#settings.count);
    return count === 0;
  }
}

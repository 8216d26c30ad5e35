import { unixNano } from '../../alert/nano-date.ts';
import type { GroupedBatch, GroupedPoint } from '../pipeline/message.ts';
import { defineNode, type NodeDefinition } from '../pipeline/node-definition.ts';
import { PipelineNode } from '../pipeline/pipeline-node.ts';
import { dateOf } from '../pipeline/time.ts';

/** `|shift(-1d)`: moves points in time. */
export const shift: NodeDefinition = defineNode<bigint>({
  name: 'shift',
  begin(call) {
    const by = call.onlyDuration();
    if (by === 0n) call.failAt(0, 'A shift of zero moves nothing');
    return by;
  },
  build: (by, { name }) => new ShiftNode(name, by),
});

class ShiftNode extends PipelineNode {
  readonly #by: bigint;

  constructor(name: string, by: bigint) {
    super(name);
    this.#by = by;
  }

  override point(point: GroupedPoint): void {
    this.emitPoint({ ...point, time: this.#shifted(point.time) });
  }

  override batch(batch: GroupedBatch): void {
    const points = batch.points.map((point) => ({ ...point, time: this.#shifted(point.time) }));
    this.emitBatch({ ...batch, points, time: this.#shifted(batch.time) });
  }

  #shifted(time: Date): Date {
    return dateOf(unixNano(time) + this.#by);
  }
}

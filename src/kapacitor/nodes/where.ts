import type { Point } from '../../alert/point.ts';
import type { CompiledLambda, LambdaNode } from '../../lambda/index.ts';
import { asTocsinError } from '../pipeline/as-tocsin-error.ts';
import { batchPoints } from '../pipeline/batch-points.ts';
import type { Group } from '../pipeline/group.ts';
import type { GroupedBatch, GroupedPoint } from '../pipeline/message.ts';
import { defineNode, type NodeDefinition, type NodePlace } from '../pipeline/node-definition.ts';
import { PipelineNode } from '../pipeline/pipeline-node.ts';
import { checkedCondition } from './checked-condition.ts';

/** `|where(lambda: …)`: lets through the points for which a condition holds. */
export const where: NodeDefinition = defineNode<LambdaNode>({
  name: 'where',
  begin: (call) => call.onlyLambda(),
  build: (condition, place) => new WhereNode(condition, place),
});

class WhereNode extends PipelineNode {
  readonly #host: NodePlace['host'];
  readonly #condition: CompiledLambda<Point>;
  /** An expression that counts does so for each group. */
  readonly #instances = new Map<string, CompiledLambda<Point>>();

  constructor(condition: LambdaNode, { name, host }: NodePlace) {
    super(name);
    this.#host = host;
    this.#condition = checkedCondition(condition, host);
  }

  override point(point: GroupedPoint): void {
    if (this.#holds(this.#instance(point.group), point)) this.emitPoint(point);
  }

  override batch(batch: GroupedBatch): void {
    const instance = this.#instance(batch.group);
    const all = batchPoints(batch);
    const points = batch.points.filter((_, i) => {
      const point = all[i];
      return point !== undefined && this.#holds(instance, point);
    });
    this.emitBatch({ ...batch, points });
  }

  override forget(group: Group): void {
    this.#instances.delete(group.key);
    this.emitForget(group);
  }

  #holds(condition: CompiledLambda<Point>, point: Point): boolean {
    try {
      return condition.evaluateBoolean(point);
    } catch (error) {
      this.#host.failed(this.name, asTocsinError(error), point);
      return false;
    }
  }

  #instance({ key }: Group): CompiledLambda<Point> {
    if (!this.#condition.stateful) return this.#condition;
    let instance = this.#instances.get(key);
    if (instance === undefined) {
      instance = this.#condition.instance();
      this.#instances.set(key, instance);
    }
    return instance;
  }
}

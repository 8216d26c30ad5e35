import { unixNano } from '../../alert/nano-date.ts';
import type { Fields, FieldValue, Point } from '../../alert/point.ts';
import { LambdaEvaluationError } from '../../errors.ts';
import { batchPoints } from '../pipeline/batch-points.ts';
import type { Group } from '../pipeline/group.ts';
import type { GroupedBatch, GroupedPoint } from '../pipeline/message.ts';
import {
  defineNode,
  type NodeDefinition,
  type NodeDraft,
  type NodePlace,
} from '../pipeline/node-definition.ts';
import { PipelineNode } from '../pipeline/pipeline-node.ts';

/** What a script says of a derivative. */
export interface DerivativeSettings {
  readonly field: string;
  as: string;
  /** Nanoseconds. */
  unit: bigint;
  nonNegative: boolean;
}

const SECOND = 1_000_000_000n;

/** `|derivative('bytes').unit(1s).nonNegative()`: how fast a field changes. */
export const derivative: NodeDefinition & { draftOf(settings: DerivativeSettings): NodeDraft } =
  defineNode<DerivativeSettings>({
    name: 'derivative',
    begin(call) {
      const field = call.onlyText();
      return { field, as: field, unit: SECOND, nonNegative: false };
    },
    properties: {
      as(settings, call) {
        settings.as = call.onlyText();
        return undefined;
      },
      unit(settings, call) {
        settings.unit = call.onlyDuration();
        return undefined;
      },
      nonNegative(settings, call) {
        call.none();
        settings.nonNegative = true;
        return undefined;
      },
    },
    build: (settings, place) => new DerivativeNode(settings, place),
  });

class DerivativeNode extends PipelineNode {
  readonly #settings: DerivativeSettings;
  readonly #host: NodePlace['host'];
  readonly #previous = new Map<string, Point>();

  constructor(settings: DerivativeSettings, { name, host, call }: NodePlace) {
    super(name);
    if (settings.unit <= 0n) call.fail('unit must be above zero');
    this.#settings = settings;
    this.#host = host;
  }

  override point(point: GroupedPoint): void {
    const { key } = point.group;
    const fields = this.#derive(this.#previous.get(key), point);
    if (this.#value(point.fields) !== undefined) this.#previous.set(key, point);
    if (fields !== undefined) this.emitPoint({ ...point, fields });
  }

  override batch(batch: GroupedBatch): void {
    let previous: Point | undefined;
    const points = batchPoints(batch).flatMap((point) => {
      const fields = this.#derive(previous, point);
      if (this.#value(point.fields) !== undefined) previous = point;
      return fields === undefined ? [] : [{ tags: point.tags ?? {}, fields, time: point.time }];
    });
    this.emitBatch({ ...batch, points });
  }

  override forget(group: Group): void {
    this.#previous.delete(group.key);
    this.emitForget(group);
  }

  /** The fields of a point with the derivative in them; nothing when there is none to tell. */
  #derive(previous: Point | undefined, point: Point): Fields | undefined {
    const { field, as, unit, nonNegative } = this.#settings;
    const current = this.#value(point.fields);
    if (current === undefined) {
      this.#host.failed(
        this.name,
        new LambdaEvaluationError(`The point has no number in its field '${field}'`),
        point,
      );
      return undefined;
    }
    const before = previous && this.#value(previous.fields);
    if (previous === undefined || before === undefined) return undefined;
    const elapsed = Number(unixNano(point.time) - unixNano(previous.time));
    if (elapsed === 0) {
      const reason = 'Two points have the same time, so that there is no derivative';
      this.#host.failed(this.name, new LambdaEvaluationError(reason), point);
      return undefined;
    }
    const difference = current - before;
    if (nonNegative && difference < 0) return undefined;
    return { ...point.fields, [as]: difference / (elapsed / Number(unit)) };
  }

  #value(fields: Fields): number | undefined {
    const { field } = this.#settings;
    const value: FieldValue | undefined = Object.hasOwn(fields, field) ? fields[field] : undefined;
    return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined;
  }
}

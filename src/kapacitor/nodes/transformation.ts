import { unixNano } from '../../alert/nano-date.ts';
import type { FieldValue, Point } from '../../alert/point.ts';
import { LambdaEvaluationError } from '../../errors.ts';
import { batchPoints } from '../pipeline/batch-points.ts';
import type { Group } from '../pipeline/group.ts';
import type { GroupedBatch, GroupedPoint } from '../pipeline/message.ts';
import { defineNode, type NodeDefinition, type NodePlace } from '../pipeline/node-definition.ts';
import { PipelineNode } from '../pipeline/pipeline-node.ts';
import type { Call } from '../tickscript/call.ts';

/** Makes of the values of a group, one after the other, values of its own; `undefined` while it has none. */
type Transform = (value: FieldValue, nanos: bigint) => FieldValue | undefined;

interface Settings {
  readonly field: string;
  /** A transform for one group. */
  readonly create: () => Transform;
  readonly numeric: boolean;
  as: string;
}

/** The nodes that turn each point into one of their own: `|difference('x')`, `|elapsed('x', 1s)` and their like. */
export const transformations: readonly NodeDefinition[] = [
  define('difference', 1, 'a field', () => difference),
  define('cumulativeSum', 1, 'a field', () => cumulativeSum),
  define(
    'elapsed',
    2,
    'a field and a unit such as 1s',
    (call) => {
      const unit = BigInt(call.duration(1));
      if (unit <= 0n) call.failAt(1, 'The unit must be above zero');
      return () => elapsed(unit);
    },
    false,
  ),
  define('movingAverage', 2, 'a field and a number of points', (call) => {
    const size = Number(call.int(1));
    if (size < 1) call.failAt(1, 'A moving average is over one point at least');
    return () => movingAverage(size);
  }),
];

function define(
  name: string,
  args: number,
  what: string,
  create: (call: Call) => () => Transform,
  numeric = true,
): NodeDefinition {
  return defineNode<Settings>({
    name,
    begin: (call) => {
      const field = call.count(args, args, what).text(0);
      return { field, create: create(call), numeric, as: name };
    },
    properties: {
      as(settings, call) {
        settings.as = call.onlyText();
        return undefined;
      },
      usePointTimes(_, call) {
        // Each value has the time of its point in any case.
        call.none();
        return undefined;
      },
    },
    build: (settings, place) => new TransformationNode(settings, place),
  });
}

function difference(): Transform {
  let previous: FieldValue | undefined;
  let at: bigint | undefined;
  return (value, nanos) => {
    // Of points of one time only the first counts.
    if (nanos === at) return undefined;
    const before = previous;
    previous = value;
    at = nanos;
    if (before === undefined) return undefined;
    return typeof value === 'bigint' && typeof before === 'bigint'
      ? BigInt.asIntN(64, value - before)
      : Number(value) - Number(before);
  };
}

function cumulativeSum(): Transform {
  let total: number | bigint | undefined;
  return (value) => {
    if (typeof value === 'bigint' && typeof (total ?? 0n) === 'bigint')
      total = BigInt.asIntN(64, BigInt(total ?? 0n) + value);
    else total = Number(total ?? 0) + Number(value);
    return total;
  };
}

function elapsed(unit: bigint): Transform {
  let previous: bigint | undefined;
  return (_, nanos) => {
    const before = previous;
    previous = nanos;
    return before === undefined ? undefined : (nanos - before) / unit;
  };
}

function movingAverage(size: number): Transform {
  const values: number[] = [];
  let total = 0;
  return (value) => {
    values.push(Number(value));
    total += Number(value);
    if (values.length > size) total -= values.shift() ?? 0;
    return values.length < size ? undefined : total / size;
  };
}

class TransformationNode extends PipelineNode {
  readonly #settings: Settings;
  readonly #host: NodePlace['host'];
  readonly #transforms = new Map<string, Transform>();

  constructor(settings: Settings, { name, host }: NodePlace) {
    super(name);
    this.#settings = settings;
    this.#host = host;
  }

  override point(point: GroupedPoint): void {
    const { name, group, time } = point;
    let transform = this.#transforms.get(group.key);
    if (transform === undefined) {
      transform = this.#settings.create();
      this.#transforms.set(group.key, transform);
    }
    const value = this.#apply(transform, point);
    if (value !== undefined) {
      const fields = { [this.#settings.as]: value };
      this.emitPoint({ name, tags: group.tags, fields, time, group });
    }
  }

  override batch(batch: GroupedBatch): void {
    const transform = this.#settings.create();
    const points = batchPoints(batch).flatMap((point) => {
      const value = this.#apply(transform, point);
      if (value === undefined) return [];
      return [{ tags: batch.group.tags, fields: { [this.#settings.as]: value }, time: point.time }];
    });
    this.emitBatch({ ...batch, points });
  }

  override forget(group: Group): void {
    this.#transforms.delete(group.key);
    this.emitForget(group);
  }

  #apply(transform: Transform, point: Point): FieldValue | undefined {
    const { field, numeric } = this.#settings;
    const value = Object.hasOwn(point.fields, field) ? point.fields[field] : undefined;
    if (value === undefined || (numeric && typeof value !== 'number' && typeof value !== 'bigint')) {
      const reason = `The point has no ${numeric ? 'number in its ' : ''}field '${field}'`;
      this.#host.failed(this.name, new LambdaEvaluationError(reason), point);
      return undefined;
    }
    return transform(value, unixNano(point.time));
  }
}

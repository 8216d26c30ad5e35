import type { FieldValue } from '../../alert/point.ts';
import { LambdaEvaluationError } from '../../errors.ts';
import { setOwn } from '../../rule/group-by.ts';
import { batchPoints } from '../pipeline/batch-points.ts';
import type { Group } from '../pipeline/group.ts';
import type { GroupedBatch, GroupedPoint } from '../pipeline/message.ts';
import { defineNode, type NodeDefinition, type NodePlace } from '../pipeline/node-definition.ts';
import { PipelineNode } from '../pipeline/pipeline-node.ts';
import type { Call } from '../tickscript/call.ts';
import { AGGREGATES, type AggregateKind, isInt, percentileOf, type Sample } from './aggregate/aggregates.ts';

interface Settings {
  readonly kind: AggregateKind;
  readonly field: string;
  as: string;
  usePointTimes: boolean;
}

const properties = {
  as(settings: Settings, call: Call): undefined {
    settings.as = call.onlyText();
  },
  usePointTimes(settings: Settings, call: Call): undefined {
    call.none();
    settings.usePointTimes = true;
  },
};

/** `|mean('usage')` and its like: one value of the points of a batch, or of the points of one time of a stream. */
export const aggregates: readonly NodeDefinition[] = [
  ...Object.entries(AGGREGATES).map(([name, kind]) => define(name, () => kind)),
  define('percentile', (call) => percentileOf(call.number(1)), 2),
];

function define(name: string, kind: (call: Call) => AggregateKind, args = 1): NodeDefinition {
  return defineNode<Settings>({
    name,
    provides: name === 'distinct' ? 'batch' : 'stream',
    begin(call) {
      call.count(args, args, args === 1 ? 'a field' : 'a field and a number');
      return { kind: kind(call), field: call.text(0), as: name, usePointTimes: false };
    },
    properties,
    build: (settings, place) => new AggregateNode(settings, place),
  });
}

/** The samples of one time of a stream. */
interface Moment {
  readonly first: GroupedPoint;
  readonly samples: Sample[];
}

class AggregateNode extends PipelineNode {
  readonly #settings: Settings;
  readonly #host: NodePlace['host'];
  readonly #moments = new Map<string, Moment>();
  /** Whether the field was an int when it was last seen: what an empty sum is. */
  #ints = false;

  constructor(settings: Settings, { name, host }: NodePlace) {
    super(name);
    this.#settings = settings;
    this.#host = host;
  }

  override point(point: GroupedPoint): void {
    const { key } = point.group;
    const moment = this.#moments.get(key);
    if (moment !== undefined && moment.first.time.getTime() === point.time.getTime()) {
      this.#add(moment.samples, point);
      return;
    }
    const samples: Sample[] = [];
    this.#moments.set(key, { first: point, samples });
    this.#add(samples, point);
    if (moment === undefined || moment.samples.length === 0) return;
    const { name, time, group } = moment.first;
    this.#tell(moment.samples, { name, time, group, points: [] });
  }

  override batch(batch: GroupedBatch): void {
    const samples: Sample[] = [];
    for (const point of batchPoints(batch)) this.#add(samples, { ...point, group: batch.group });
    // Most aggregates of nothing are nothing; a count is 0.
    if (samples.length > 0 || (batch.points.length === 0 && this.#settings.kind.ofNothing !== undefined))
      this.#tell(samples, batch);
  }

  override forget(group: Group): void {
    this.#moments.delete(group.key);
    this.emitForget(group);
  }

  #add(samples: Sample[], point: GroupedPoint): void {
    const { field, kind } = this.#settings;
    const value = Object.hasOwn(point.fields, field) ? point.fields[field] : undefined;
    const first = samples[0]?.value;
    const reason =
      value === undefined
        ? `The point has no field '${field}'`
        : kind.numeric && typeof value !== 'number' && typeof value !== 'bigint'
          ? `The field '${field}' is no number`
          : first !== undefined && typeof first !== typeof value
            ? `The field '${field}' is of another type than before`
            : undefined;
    if (value !== undefined && reason === undefined) {
      this.#ints = isInt(value);
      samples.push({ value, point });
    } else this.#host.failed(this.name, new LambdaEvaluationError(reason ?? ''), point);
  }

  #tell(samples: readonly Sample[], at: Omit<GroupedBatch, 'tags'>): void {
    const { kind, as } = this.#settings;
    if (kind.distinct) {
      this.#tellAll(kind.distinct(samples), at);
      return;
    }
    if (samples.length === 0) {
      const nothing = kind.ofNothing?.(this.#ints);
      if (nothing !== undefined) this.#tellOne({ [as]: nothing }, at.time, at);
      return;
    }
    if (kind.select !== undefined) this.#tellSelected(kind.select(samples), at);
    else if (kind.reduce !== undefined) this.#tellOne({ [as]: kind.reduce(samples) }, at.time, at);
  }

  #tellOne(
    fields: Readonly<Record<string, FieldValue>>,
    time: Date,
    { name, group }: Omit<GroupedBatch, 'tags'>,
  ): void {
    this.emitPoint({ name, tags: group.tags, fields, time, group });
  }

  /** A selected point keeps its tags and its other fields. */
  #tellSelected(selected: Sample | undefined, { name, group, time }: Omit<GroupedBatch, 'tags'>): void {
    if (selected === undefined) return;
    const { field, as, usePointTimes } = this.#settings;
    const { point, value } = selected;
    const fields: Record<string, FieldValue> = { ...point.fields };
    if (as !== field) {
      delete fields[field];
      setOwn(fields, as, value);
    }
    this.emitPoint({ name, tags: point.tags ?? {}, fields, time: usePointTimes ? point.time : time, group });
  }

  #tellAll(samples: readonly Sample[], { name, group, time }: Omit<GroupedBatch, 'tags'>): void {
    const { as, usePointTimes } = this.#settings;
    const points = samples.map(({ value, point }) => ({
      tags: group.tags,
      fields: { [as]: value },
      time: usePointTimes ? point.time : time,
    }));
    this.emitBatch({ name, tags: group.tags, points, time, group });
  }
}

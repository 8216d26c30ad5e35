import { unixNano } from '../../alert/nano-date.ts';
import type { FieldValue, Point } from '../../alert/point.ts';
import type { CompiledLambda, LambdaNode } from '../../lambda/index.ts';
import { asTocsinError } from '../pipeline/as-tocsin-error.ts';
import { batchPoints } from '../pipeline/batch-points.ts';
import type { Group } from '../pipeline/group.ts';
import type { GroupedBatch, GroupedPoint } from '../pipeline/message.ts';
import { defineNode, type NodeDefinition, type NodePlace } from '../pipeline/node-definition.ts';
import { PipelineNode } from '../pipeline/pipeline-node.ts';
import { checkedCondition } from './checked-condition.ts';

/** Says of each point, by whether a condition holds for it, for how long or how often it has held. */
type Tracker = (holds: boolean, time: Date) => FieldValue;

interface Settings {
  readonly condition: LambdaNode;
  as: string;
  unit: bigint;
}

const SECOND = 1_000_000_000n;

/** `|stateDuration(lambda: …).unit(1m)`: for how long a condition has held; -1 when it does not. */
export const stateDuration: NodeDefinition = defineNode<Settings>({
  name: 'stateDuration',
  label: 'state_duration',
  begin: (call) => ({ condition: call.onlyLambda(), as: 'state_duration', unit: SECOND }),
  properties: {
    as(settings, call) {
      settings.as = call.onlyText();
      return undefined;
    },
    unit(settings, call) {
      settings.unit = call.onlyDuration();
      if (settings.unit <= 0n) call.failAt(0, 'The unit must be above zero');
      return undefined;
    },
  },
  build: (settings, place) => new StateTrackingNode(settings, place, () => trackDuration(settings.unit)),
});

/** `|stateCount(lambda: …)`: for how many points in a row a condition has held; -1 when it does not. */
export const stateCount: NodeDefinition = defineNode<Settings>({
  name: 'stateCount',
  label: 'state_count',
  begin: (call) => ({ condition: call.onlyLambda(), as: 'state_count', unit: SECOND }),
  properties: {
    as(settings, call) {
      settings.as = call.onlyText();
      return undefined;
    },
  },
  build: (settings, place) => new StateTrackingNode(settings, place, trackCount),
});

function trackDuration(unit: bigint): Tracker {
  let since: bigint | undefined;
  return (holds, time) => {
    if (!holds) {
      since = undefined;
      return -1;
    }
    const now = unixNano(time);
    since ??= now;
    return Number(now - since) / Number(unit);
  };
}

function trackCount(): Tracker {
  let count = 0n;
  return (holds) => {
    count = holds ? count + 1n : 0n;
    return holds ? count : -1n;
  };
}

class StateTrackingNode extends PipelineNode {
  readonly #host: NodePlace['host'];
  readonly #as: string;
  readonly #condition: CompiledLambda<Point>;
  readonly #create: () => Tracker;
  readonly #groups = new Map<string, { readonly condition: CompiledLambda<Point>; track: Tracker }>();

  constructor({ condition, as }: Settings, { name, host }: NodePlace, create: () => Tracker) {
    super(name);
    this.#host = host;
    this.#as = as;
    this.#condition = checkedCondition(condition, host);
    this.#create = create;
  }

  override point(point: GroupedPoint): void {
    const { condition, track } = this.#group(point.group);
    const value = this.#track(condition, track, point);
    if (value !== undefined) this.emitPoint({ ...point, fields: { ...point.fields, [this.#as]: value } });
  }

  override batch(batch: GroupedBatch): void {
    const { condition } = this.#group(batch.group);
    // Each batch is tracked on its own.
    const track = this.#create();
    const points = batchPoints(batch).flatMap((point) => {
      const value = this.#track(condition, track, point);
      if (value === undefined) return [];
      const fields = { ...point.fields, [this.#as]: value };
      return [{ tags: point.tags ?? {}, fields, time: point.time }];
    });
    this.emitBatch({ ...batch, points });
  }

  override forget(group: Group): void {
    this.#groups.delete(group.key);
    this.emitForget(group);
  }

  #track(condition: CompiledLambda<Point>, track: Tracker, point: Point): FieldValue | undefined {
    try {
      return track(condition.evaluateBoolean(point), point.time);
    } catch (error) {
      this.#host.failed(this.name, asTocsinError(error), point);
      return undefined;
    }
  }

  #group({ key }: Group): { readonly condition: CompiledLambda<Point>; readonly track: Tracker } {
    let state = this.#groups.get(key);
    if (state === undefined) {
      state = { condition: this.#condition.instance(), track: this.#create() };
      this.#groups.set(key, state);
    }
    return state;
  }
}

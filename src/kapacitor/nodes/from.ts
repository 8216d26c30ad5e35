import { compareBytes } from '../../alert/compare-bytes.ts';
import type { LambdaNode } from '../../lambda/index.ts';
import { type Dimensions, Group, NO_DIMENSIONS } from '../pipeline/group.ts';
import type { GroupedPoint } from '../pipeline/message.ts';
import { defineNode, type NodeDefinition, type NodePlace } from '../pipeline/node-definition.ts';
import { PipelineNode } from '../pipeline/pipeline-node.ts';
import { roundTime, truncateTime } from '../pipeline/time.ts';
import { type GroupTags, readGroupTags } from './group-tags.ts';
import { andAll, predicate } from './predicate.ts';

interface Settings {
  database: string;
  retentionPolicy: string;
  measurement: string;
  readonly conditions: LambdaNode[];
  tags: GroupTags;
  byName: boolean;
  truncate: bigint;
  round: bigint;
}

/** `stream|from()`: selects points and groups them. */
export const from: NodeDefinition = defineNode<Settings>({
  name: 'from',
  wants: 'stream',
  begin(call) {
    call.none();
    return {
      database: '',
      retentionPolicy: '',
      measurement: '',
      conditions: [],
      tags: [],
      byName: false,
      truncate: 0n,
      round: 0n,
    };
  },
  properties: {
    database(settings, call) {
      settings.database = call.onlyText();
      return undefined;
    },
    retentionPolicy(settings, call) {
      settings.retentionPolicy = call.onlyText();
      return undefined;
    },
    measurement(settings, call) {
      settings.measurement = call.onlyText();
      return undefined;
    },
    where(settings, call) {
      settings.conditions.push(call.onlyLambda());
      return undefined;
    },
    groupBy(settings, call) {
      settings.tags = readGroupTags(call);
      return undefined;
    },
    groupByMeasurement(settings, call) {
      call.none();
      settings.byName = true;
      return undefined;
    },
    truncate(settings, call) {
      settings.truncate = call.onlyDuration();
      return undefined;
    },
    round(settings, call) {
      settings.round = call.onlyDuration();
      return undefined;
    },
  },
  build: (settings, place) => new FromNode(settings, place),
});

class FromNode extends PipelineNode {
  readonly #settings: Settings;
  readonly #host: NodePlace['host'];
  readonly #holds: ((point: GroupedPoint) => boolean) | undefined;
  readonly #dimensions: Dimensions | undefined;
  readonly #movesTime: boolean;

  constructor(settings: Settings, place: NodePlace) {
    super(place.name);
    const { measurement, conditions, tags, byName, truncate, round } = settings;
    const condition = andAll(conditions);
    this.#settings = settings;
    this.#host = place.host;
    if (measurement !== '') place.host.selects(measurement);
    this.#holds = condition && predicate(condition, place);
    this.#dimensions = tags === '*' ? undefined : dimensionsOf(tags, byName);
    this.#movesTime = truncate > 0n || round > 0n;
  }

  override point(point: GroupedPoint): void {
    const { database, retentionPolicy, measurement, byName, truncate, round } = this.#settings;
    const { origin } = this.#host;
    if (measurement !== '' && point.name !== measurement) return;
    if (database !== '' && origin.database !== undefined && origin.database !== database) return;
    if (
      retentionPolicy !== '' &&
      origin.retentionPolicy !== undefined &&
      origin.retentionPolicy !== retentionPolicy
    )
      return;
    if (this.#holds !== undefined && !this.#holds(point)) return;
    const { name, tags = {}, fields } = point;
    let { time } = point;
    if (this.#movesTime) {
      if (truncate > 0n) time = truncateTime(time, truncate);
      if (round > 0n) time = roundTime(time, round);
    }
    const dimensions = this.#dimensions ?? { names: Object.keys(tags).sort(compareBytes), byName };
    this.emitPoint({ name, tags, fields, time, group: new Group(point, dimensions) });
  }
}

function dimensionsOf(names: readonly string[], byName: boolean): Dimensions {
  return names.length === 0 && !byName ? NO_DIMENSIONS : { names, byName };
}

import { compareBytes } from '../../alert/compare-bytes.ts';
import type { Tags } from '../../alert/point.ts';
import { type Dimensions, Group } from '../pipeline/group.ts';
import type { GroupedBatch, GroupedPoint } from '../pipeline/message.ts';
import { defineNode, type NodeDefinition, type NodePlace } from '../pipeline/node-definition.ts';
import { PipelineNode } from '../pipeline/pipeline-node.ts';
import { type GroupTags, readGroupTags } from './group-tags.ts';

interface Settings {
  readonly tags: GroupTags;
  exclude: readonly string[];
  byName: boolean;
}

/** `|groupBy('host')`: groups by other tags from here on. */
export const groupBy: NodeDefinition = defineNode<Settings>({
  name: 'groupBy',
  label: 'groupby',
  begin: (call) => ({ tags: readGroupTags(call), exclude: [], byName: false }),
  properties: {
    exclude(settings, call) {
      settings.exclude = call.texts();
      return undefined;
    },
    byMeasurement(settings, call) {
      call.none();
      settings.byName = true;
      return undefined;
    },
  },
  build: (settings, place) => new GroupByNode(settings, place),
});

type BatchPart = { readonly group: Group; readonly points: GroupedBatch['points'][number][] };

class GroupByNode extends PipelineNode {
  readonly #settings: Settings;
  readonly #fixed: Dimensions | undefined;
  /** The points of batches of one end, by their new group: they are sent on when a batch of another end comes. */
  #parts = new Map<string, BatchPart>();
  #pending: GroupedBatch | undefined;

  constructor(settings: Settings, { name }: NodePlace) {
    super(name);
    const { tags, exclude, byName } = settings;
    this.#settings = settings;
    if (tags !== '*') this.#fixed = { names: tags.filter((tag) => !exclude.includes(tag)), byName };
  }

  override point(point: GroupedPoint): void {
    this.emitPoint({ ...point, group: new Group(point, this.#dimensions(point.tags)) });
  }

  override batch(batch: GroupedBatch): void {
    if (this.#pending !== undefined && this.#pending.time.getTime() !== batch.time.getTime()) this.#flush();
    this.#pending = batch;
    for (const point of batch.points) {
      const tags = point.tags ?? batch.tags ?? {};
      const group = new Group({ name: batch.name, tags }, this.#dimensions(tags));
      const part = this.#parts.get(group.key);
      if (part === undefined) this.#parts.set(group.key, { group, points: [{ ...point, tags }] });
      else part.points.push({ ...point, tags });
    }
  }

  #flush(): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    const parts = this.#parts;
    this.#parts = new Map();
    for (const { group, points } of parts.values())
      this.emitBatch({ name: pending.name, tags: group.tags, points, time: pending.time, group });
  }

  #dimensions(tags: Tags = {}): Dimensions {
    if (this.#fixed !== undefined) return this.#fixed;
    const { exclude, byName } = this.#settings;
    const names = Object.keys(tags)
      .filter((tag) => !exclude.includes(tag))
      .sort(compareBytes);
    return { names, byName };
  }
}

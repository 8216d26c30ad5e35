import type { Tags } from '../../alert/point.ts';
import { Group } from '../pipeline/group.ts';
import type { GroupedBatch, GroupedPoint } from '../pipeline/message.ts';
import { defineNode, type NodeDefinition, type NodePlace } from '../pipeline/node-definition.ts';
import { PipelineNode } from '../pipeline/pipeline-node.ts';

interface Settings {
  readonly fields: Set<string>;
  readonly tags: Set<string>;
}

/** `|delete().field('x').tag('host')`: takes fields and tags away. */
export const deleteNode: NodeDefinition = defineNode<Settings>({
  name: 'delete',
  begin(call) {
    call.none();
    return { fields: new Set(), tags: new Set() };
  },
  properties: {
    field({ fields }, call) {
      fields.add(call.onlyText());
      return undefined;
    },
    tag({ tags }, call) {
      tags.add(call.onlyText());
      return undefined;
    },
  },
  build: (settings, place) => new DeleteNode(settings, place),
});

class DeleteNode extends PipelineNode {
  readonly #settings: Settings;

  constructor(settings: Settings, { name }: NodePlace) {
    super(name);
    this.#settings = settings;
  }

  override point(point: GroupedPoint): void {
    const fields = without(point.fields, this.#settings.fields);
    const tags = without(point.tags ?? {}, this.#settings.tags);
    this.emitPoint({ ...point, fields, tags, group: this.#group(point.group, point.name, tags) });
  }

  override batch(batch: GroupedBatch): void {
    const { fields, tags } = this.#settings;
    const points = batch.points.map((point) => ({
      ...point,
      fields: without(point.fields, fields),
      ...(point.tags && { tags: without(point.tags, tags) }),
    }));
    const left = without(batch.tags ?? {}, tags);
    this.emitBatch({ ...batch, tags: left, points, group: this.#group(batch.group, batch.name, left) });
  }

  /** A tag that points are grouped by takes its dimension along. */
  #group(group: Group, name: string, tags: Tags): Group {
    const { names, byName } = group.dimensions;
    const left = names.filter((tag) => !this.#settings.tags.has(tag));
    return left.length === names.length ? group : new Group({ name, tags }, { names: left, byName });
  }
}

function without<T>(
  given: Readonly<Record<string, T>>,
  names: ReadonlySet<string>,
): Readonly<Record<string, T>> {
  if (![...names].some((name) => Object.hasOwn(given, name))) return given;
  return Object.fromEntries(Object.entries(given).filter(([name]) => !names.has(name)));
}

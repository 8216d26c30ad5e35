import type { Fields, FieldValue, Tags } from '../../alert/point.ts';
import { setOwn } from '../../rule/group-by.ts';
import type { GroupedBatch, GroupedPoint } from '../pipeline/message.ts';
import { defineNode, type NodeDefinition, type NodePlace } from '../pipeline/node-definition.ts';
import { PipelineNode } from '../pipeline/pipeline-node.ts';
import { regrouped } from '../pipeline/regrouped.ts';
import type { Call } from '../tickscript/call.ts';

interface Settings {
  readonly fields: Map<string, FieldValue>;
  readonly tags: Map<string, string>;
}

/** `|default().field('x', 0.0).tag('host', 'none')`: gives points what they lack. */
export const defaultNode: NodeDefinition = defineNode<Settings>({
  name: 'default',
  begin(call) {
    call.none();
    return { fields: new Map(), tags: new Map() };
  },
  properties: {
    field({ fields }, call) {
      call.count(2, 2, 'a name and a value');
      fields.set(call.text(0), fieldOf(call));
      return undefined;
    },
    tag({ tags }, call) {
      call.count(2, 2, 'a name and a text');
      tags.set(call.text(0), call.text(1));
      return undefined;
    },
  },
  build: (settings, place) => new DefaultNode(settings, place),
});

function fieldOf(call: Call): FieldValue {
  const value = call.args[1]?.value;
  switch (value?.type) {
    case 'string':
    case 'bool':
    case 'float':
      return value.value;
    case 'int':
      return BigInt(value.value);
    default:
      return call.failAt(1, 'A field can be a number, a text, TRUE or FALSE');
  }
}

class DefaultNode extends PipelineNode {
  readonly #settings: Settings;

  constructor(settings: Settings, { name }: NodePlace) {
    super(name);
    this.#settings = settings;
  }

  override point(point: GroupedPoint): void {
    const fields = this.#fields(point.fields);
    const tags = this.#tags(point.tags ?? {});
    const group = tags === point.tags ? point.group : regrouped(point.group, point.name, tags);
    this.emitPoint({ ...point, fields, tags, group });
  }

  override batch(batch: GroupedBatch): void {
    const points = batch.points.map((point) => ({
      ...point,
      fields: this.#fields(point.fields),
      tags: this.#tags(point.tags ?? batch.tags ?? {}),
    }));
    this.emitBatch({ ...batch, tags: this.#tags(batch.tags ?? {}), points });
  }

  #fields(given: Fields): Fields {
    return withDefaults(given, this.#settings.fields);
  }

  #tags(given: Tags): Tags {
    return withDefaults(given, this.#settings.tags);
  }
}

function withDefaults<T>(
  given: Readonly<Record<string, T>>,
  defaults: ReadonlyMap<string, T>,
): Readonly<Record<string, T>> {
  let result: Record<string, T> | undefined;
  for (const [name, value] of defaults) {
    if (Object.hasOwn(given, name)) continue;
    result ??= { ...given };
    setOwn(result, name, value);
  }
  return result ?? given;
}

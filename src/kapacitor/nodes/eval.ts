import type { Fields, FieldValue, Point, Tags } from '../../alert/point.ts';
import { LambdaEvaluationError } from '../../errors.ts';
import {
  type CompiledLambda,
  Duration,
  type LambdaNode,
  type LambdaValue,
  type ScopeKind,
} from '../../lambda/index.ts';
import { setOwn, tagOf } from '../../rule/group-by.ts';
import { ruleScope } from '../../rule/rule-scope.ts';
import { asTocsinError } from '../pipeline/as-tocsin-error.ts';
import { batchPoints } from '../pipeline/batch-points.ts';
import type { Group } from '../pipeline/group.ts';
import type { GroupedBatch, GroupedPoint } from '../pipeline/message.ts';
import { defineNode, type NodeDefinition, type NodePlace } from '../pipeline/node-definition.ts';
import { PipelineNode } from '../pipeline/pipeline-node.ts';
import { regrouped } from '../pipeline/regrouped.ts';

interface Settings {
  readonly lambdas: readonly LambdaNode[];
  as: readonly string[];
  tags: readonly string[];
  /** Which fields stay: none but the results; all; or those named. */
  keep: undefined | 'all' | readonly string[];
}

/** `|eval(lambda: …).as('x')`: computes fields and tags. */
export const evalNode: NodeDefinition = defineNode<Settings>({
  name: 'eval',
  begin: (call) => {
    const lambdas = call.args.map((_, i) => call.lambda(i));
    return { lambdas, as: [], tags: [], keep: undefined };
  },
  properties: {
    as(settings, call) {
      settings.as = call.texts();
      return undefined;
    },
    tags(settings, call) {
      settings.tags = call.texts();
      return undefined;
    },
    keep(settings, call) {
      settings.keep = call.args.length === 0 ? 'all' : call.texts();
      return undefined;
    },
  },
  build: (settings, place) => new EvalNode(settings, place),
});

/** A point, and the results of the expressions before. */
interface EvalScope {
  readonly point: Point;
  readonly results: ReadonlyMap<string, LambdaValue>;
}

/** The fields and tags of the point; where it has none of a name, the result of that name. */
const evalScope: ScopeKind<EvalScope> = {
  reader(name) {
    const read = ruleScope.reader(name);
    return ({ point, results }) => read(point) ?? results.get(name);
  },
};

class EvalNode extends PipelineNode {
  readonly #settings: Settings;
  readonly #host: NodePlace['host'];
  readonly #lambdas: readonly CompiledLambda<EvalScope>[];
  readonly #stateful: boolean;
  readonly #instances = new Map<string, readonly CompiledLambda<EvalScope>[]>();

  constructor(settings: Settings, place: NodePlace) {
    super(place.name);
    const { lambdas, as, tags } = settings;
    if (as.length !== lambdas.length) {
      place.call.fail(
        `eval() has ${lambdas.length} expressions and ${as.length} names`,
        'Give one name for each: .as(…).',
      );
    }
    for (const tag of tags)
      if (!as.includes(tag))
        place.call.fail(`There is no result '${tag}' to make a tag of`, `Results: ${as.join(', ')}.`);
    this.#settings = settings;
    this.#host = place.host;
    this.#lambdas = lambdas.map((lambda) => place.host.compile(lambda, evalScope));
    this.#stateful = this.#lambdas.some(({ stateful }) => stateful);
  }

  override point(point: GroupedPoint): void {
    const result = this.#evaluate(point, this.#instance(point.group));
    if (result === undefined) return;
    const { tags } = result;
    const group = this.#settings.tags.length === 0 ? point.group : regrouped(point.group, point.name, tags);
    this.emitPoint({ ...point, ...result, group });
  }

  override batch(batch: GroupedBatch): void {
    const lambdas = this.#instance(batch.group);
    const points = batchPoints(batch).flatMap((point) => {
      const result = this.#evaluate(point, lambdas);
      return result === undefined ? [] : [{ ...result, time: point.time }];
    });
    this.emitBatch({ ...batch, points });
  }

  override forget(group: Group): void {
    this.#instances.delete(group.key);
    this.emitForget(group);
  }

  #instance({ key }: Group): readonly CompiledLambda<EvalScope>[] {
    if (!this.#stateful) return this.#lambdas;
    let instance = this.#instances.get(key);
    if (instance === undefined) {
      instance = this.#lambdas.map((lambda) => lambda.instance());
      this.#instances.set(key, instance);
    }
    return instance;
  }

  #evaluate(
    point: Point,
    lambdas: readonly CompiledLambda<EvalScope>[],
  ): { readonly fields: Fields; readonly tags: Tags } | undefined {
    const { as } = this.#settings;
    try {
      const results = new Map<string, LambdaValue>();
      for (const [i, lambda] of lambdas.entries())
        results.set(as[i] ?? '', lambda.evaluate({ point, results }));
      return {
        fields: this.#fields(point.fields, point.tags, results),
        tags: this.#tags(point.tags ?? {}, results),
      };
    } catch (error) {
      this.#host.failed(this.name, asTocsinError(error), point);
      return undefined;
    }
  }

  #fields(fields: Fields, tags: Tags | undefined, results: ReadonlyMap<string, LambdaValue>): Fields {
    const { as, keep, tags: asTags } = this.#settings;
    const kept: Record<string, FieldValue> = keep === 'all' ? { ...fields } : {};
    const names = keep === undefined || keep === 'all' ? as : keep;
    for (const name of names) {
      if (keep === undefined && asTags.includes(name)) continue;
      const result = results.get(name);
      if (result !== undefined) setOwn(kept, name, fieldValue(result));
      else if (Object.hasOwn(fields, name)) setOwn(kept, name, fields[name] as FieldValue);
      else if (tags !== undefined && Object.hasOwn(tags, name)) setOwn(kept, name, tagOf(tags, name));
      else throw new LambdaEvaluationError(`The field '${name}' can't be kept: the point has none`);
    }
    return kept;
  }

  #tags(tags: Tags, results: ReadonlyMap<string, LambdaValue>): Tags {
    const names = this.#settings.tags;
    if (names.length === 0) return tags;
    const made: Record<string, string> = { ...tags };
    for (const name of names) {
      const value = results.get(name);
      if (typeof value !== 'string')
        throw new LambdaEvaluationError(`The tag '${name}' must be a text, and its expression gives none`, {
          cure: 'Wrap it in string().',
        });
      setOwn(made, name, value);
    }
    return made;
  }
}

/** A result as a field can hold it: a duration becomes its nanoseconds. */
function fieldValue(value: LambdaValue): FieldValue {
  if (value instanceof Duration) return BigInt(value.nanoseconds);
  if (typeof value === 'object') return String(value);
  return value;
}

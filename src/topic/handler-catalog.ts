import { compareBytes } from '../alert/compare-bytes.ts';
import {
  HandlerLookupError,
  HandlerSpecError,
  RegistryClosedError,
  type SpecIssue,
  type TocsinError,
} from '../errors.ts';
import type { HandleFunction, Handler } from '../handler/handler.ts';
import type { AnyHandlerKind } from '../handler/handler-kind.ts';
import { type HandlerSpec, unknownSpecKeys } from '../spec/handler-spec.ts';
import { applyJsonPatch, type JsonPatch, sameJson } from '../spec/json-patch.ts';
import { maskedSpec } from '../spec/masked-spec.ts';
import { placeIssues } from '../spec/place-issues.ts';
import type { SpecDocument } from '../spec/spec-document.ts';
import { parseGlob } from './glob.ts';
import type { HandlerBinding } from './handler-binding.ts';
import type { BuiltHandler, HandlerBuilder } from './handler-builder.ts';
import { MissingFallbacks, ownFallbackIssue } from './missing-fallbacks.ts';
import { PublishCircles, printCircle } from './publish-circles.ts';
import type { RegistryWarning } from './registry-events.ts';
import type { CloseOptions, DefineOptions, HandleOptions } from './registry-options.ts';
import { type CheckedSource, checkSpecs, type SpecSource } from './spec-batch.ts';
import type { Topics } from './topics.ts';

/** What a {@link HandlerCatalog} gets from its registry. */
export interface CatalogParts {
  readonly topics: Topics;
  readonly builder: HandlerBuilder;
  readonly kinds: ReadonlyMap<string, AnyHandlerKind>;
  readonly warn: (warning: RegistryWarning) => void;
  /** Whether the registry takes no more handlers. */
  readonly closed: () => boolean;
}

/** The handlers of a registry: who is on which topic, and how that changes. */
export class HandlerCatalog {
  readonly #topics: Topics;
  readonly #builder: HandlerBuilder;
  readonly #kinds: ReadonlyMap<string, AnyHandlerKind>;
  readonly #warn: CatalogParts['warn'];
  readonly #closed: CatalogParts['closed'];
  readonly #fallbacks: MissingFallbacks;
  readonly #circles = new PublishCircles();

  constructor({ topics, builder, kinds, warn, closed }: CatalogParts) {
    this.#topics = topics;
    this.#builder = builder;
    this.#kinds = kinds;
    this.#warn = warn;
    this.#closed = closed;
    this.#fallbacks = new MissingFallbacks(warn);
  }

  /** Puts a handler in code on a topic and returns its id. */
  handle(topicId: string, handler: HandleFunction | Handler, options: HandleOptions): string {
    const topic = this.#topics.open(topicId);
    let { id } = options;
    for (let n = topic.size + 1; id === undefined; n++) {
      if (topic.find(`handler-${n}`) === undefined) id = `handler-${n}`;
    }
    if (topic.find(id) !== undefined) throw duplicate(topicId, id);
    const issue = ownFallbackIssue(id, options.delivery);
    if (issue !== undefined) throw new HandlerSpecError([issue]);
    const object: Handler =
      typeof handler === 'function'
        ? { handle: (event, context) => handler(event, context) as void | Promise<void> }
        : handler;
    topic.add(this.#builder.bindInCode(topicId, id, object, options));
    return id;
  }

  /**
   * Defines handlers together: all of them, or none.
   *
   * @param problems What is wrong with files that could not be read.
   */
  async define(
    sources: readonly SpecSource[],
    { replace = false }: DefineOptions,
    problems: readonly SpecIssue[] = [],
  ): Promise<HandlerSpec[]> {
    const taken = (topic: string, id: string): boolean => !replace && this.#find(topic, id) !== undefined;
    const checked = await checkSpecs(sources, this.#builder, taken, problems);
    const wanted = checked.filter(({ checked: { spec } }) => {
      const current = this.#find(spec.topic, spec.id)?.spec;
      // An unchanged handler keeps its queue.
      return current === undefined || !sameJson(current, spec);
    });
    const built = await this.#createAll(wanted);
    for (const { checked: one, source } of checked) {
      this.#warnOfUnknownKeys(one.spec, source);
      this.#warnOfAlteredTexts(one.spec, source);
    }
    const clash = built.find(({ checked: { spec } }) => taken(spec.topic, spec.id));
    if (clash !== undefined) {
      await closeAll(built);
      throw duplicate(clash.checked.spec.topic, clash.checked.spec.id);
    }
    const replaced = built.map((one) =>
      this.#bind(one, this.#find(one.checked.spec.topic, one.checked.spec.id)),
    );
    this.#warnOfCircles(built);
    await Promise.all(replaced);
    return checked.map(({ checked: { spec, kind } }) => maskedSpec(spec, kind));
  }

  /** Replaces or patches a spec. */
  async update(
    topic: string,
    id: string,
    change: Omit<HandlerSpec, 'topic'> | JsonPatch,
  ): Promise<HandlerSpec> {
    const current = this.#find(topic, id);
    if (current?.spec === undefined) throw unknown(topic, id);
    const next = isPatch(change) ? patched(current.spec, change) : change;
    const source = { spec: { ...next, topic } };
    const taken = (_topic: string, newId: string): boolean =>
      newId !== id && this.#find(topic, newId) !== undefined;
    const [only] = await checkSpecs([source], this.#builder, taken);
    if (only === undefined) throw unknown(topic, id);
    const { spec, kind } = only.checked;
    if (!sameJson(current.spec, spec)) {
      const [built] = await this.#createAll([only]);
      const place = this.#find(topic, id);
      if (built === undefined || place === undefined || taken(topic, spec.id)) {
        await closeAll(built === undefined ? [] : [built]);
        throw place === undefined ? unknown(topic, id) : duplicate(topic, spec.id);
      }
      const replaced = this.#bind(built, place);
      this.#warnOfCircles([built]);
      await replaced;
    }
    return maskedSpec(spec, kind);
  }

  /** Takes a handler off its topic, and closes it when its queue is drained. */
  async remove(topicId: string, id: string, options: CloseOptions): Promise<boolean> {
    const topic = this.#topics.get(topicId);
    const binding = topic?.find(id);
    if (topic === undefined || binding === undefined) return false;
    topic.remove(binding);
    this.#circles.remove(binding);
    await binding.delivery.close({ ...options, forget: true });
    return true;
  }

  /**
   * Tells of handlers that fall back to one that is not there; to be called when all should be there.
   *
   * @param ids The topics that are meant. Default: all.
   */
  checkFallbacks(ids?: Iterable<string>): void {
    if (ids === undefined) for (const topic of this.#topics.all()) this.#fallbacks.check(topic);
    else
      for (const id of new Set(ids)) {
        const topic = this.#topics.get(id);
        if (topic !== undefined) this.#fallbacks.check(topic);
      }
  }

  /** A spec, with secrets masked. */
  spec(topic: string, id: string): HandlerSpec | undefined {
    const spec = this.#find(topic, id)?.spec;
    return spec && this.#masked(spec);
  }

  /** The specs of a topic, or of all, whose ids fit a pattern; ordered by topic and id. */
  specs(topic: string | undefined, pattern: string): HandlerSpec[] {
    const fits = pattern === '' ? () => true : parseGlob(pattern);
    const bindings =
      topic === undefined ? this.#topics.bindings() : (this.#topics.get(topic)?.bindings ?? []);
    return bindings
      .flatMap(({ spec }) => (spec !== undefined && fits(spec.id) ? [this.#masked(spec)] : []))
      .sort((a, b) => compareBytes(a.topic, b.topic) || compareBytes(a.id, b.id));
  }

  #find(topic: string, id: string): HandlerBinding | undefined {
    return this.#topics.get(topic)?.find(id);
  }

  #masked(spec: HandlerSpec): HandlerSpec {
    return maskedSpec(spec, this.#kinds.get(spec.kind.toLowerCase()));
  }

  /** Makes all handlers, or, when one cannot be made, none. */
  async #createAll(sources: readonly CheckedSource[]): Promise<BuiltHandler[]> {
    const built: BuiltHandler[] = [];
    for (const { checked, source } of sources) {
      try {
        built.push(await this.#builder.create(checked, source.document));
      } catch (error) {
        await closeAll(built);
        throw new HandlerSpecError(placeIssues(this.#builder.issuesOf(error), source.document), {
          cause: error,
        });
      }
    }
    if (this.#closed()) {
      // Nobody would close them any more.
      await closeAll(built);
      throw new RegistryClosedError('define()');
    }
    return built;
  }

  /** Puts a handler on its topic, in the place of another if there is one, and resolves when that one is closed. */
  async #bind(built: BuiltHandler, old: HandlerBinding | undefined): Promise<void> {
    const { topic: topicId, id } = built.checked.spec;
    const topic = this.#topics.open(topicId);
    const renamed = old !== undefined && old.id !== id;
    const binding = this.#builder.bind(built, renamed ? undefined : old);
    this.#circles.add(binding);
    if (old === undefined) topic.add(binding);
    else {
      this.#circles.remove(old);
      topic.replace(old, binding);
      await old.delivery.close({ forget: renamed });
    }
  }

  #warnOfUnknownKeys({ topic, id }: HandlerSpec, { spec, document }: SpecSource): void {
    for (const { key, meant } of unknownSpecKeys(spec as object)) {
      this.#warn({
        topic,
        handlerId: id,
        message: `the key '${key}' means nothing in a handler spec${meant ? `; did you mean '${meant}'?` : ''}`,
        ...(document && { position: document.locate([key], { key: true }) }),
      });
    }
  }

  /** Kapacitor's YAML has booleans and numbers that do not look like any: `on`, `n`, `010`. */
  #warnOfAlteredTexts({ topic, id }: HandlerSpec, { document }: SpecSource): void {
    for (const { field, written, meant } of document?.altered ?? []) {
      this.#warn({
        topic,
        handlerId: id,
        message: `the ${field} is '${meant}': YAML reads the bare ${written} so. Put it in quotes: ${field}: '${written}'`,
        ...(document && { position: document.locate([field]) }),
      });
    }
  }

  /** Tells of topics that publish to each other, which the match of a handler may well intend and bring to an end. */
  #warnOfCircles(built: readonly BuiltHandler[]): void {
    const documents = new Map<HandlerBinding, SpecDocument | undefined>();
    for (const { checked, document } of built) {
      const binding = this.#find(checked.spec.topic, checked.spec.id);
      if (binding !== undefined) documents.set(binding, document);
    }
    for (const circle of this.#circles.through([...documents.keys()])) {
      const [first] = circle;
      if (first === undefined) continue;
      const document = documents.get(first);
      this.#warn({
        topic: first.topic,
        handlerId: first.id,
        message: `events go round in a circle: ${printCircle(circle)}. Unless a match stops them, that ends only at limits.hops. Cut it with: match: changed()`,
        ...(document && { position: document.locate(['options'], { key: true }) }),
      });
    }
  }
}

function isPatch(change: Omit<HandlerSpec, 'topic'> | JsonPatch): change is JsonPatch {
  return Array.isArray(change);
}

/** What a patch makes of a spec. As in Kapacitor, the document that it changes has a `match` in any case. */
function patched({ topic: _topic, ...spec }: HandlerSpec, patch: JsonPatch): Omit<HandlerSpec, 'topic'> {
  return applyJsonPatch({ match: '', ...spec }, patch) as unknown as Omit<HandlerSpec, 'topic'>;
}

async function closeAll(built: readonly BuiltHandler[]): Promise<void> {
  await Promise.allSettled(built.map(async ({ handler }) => handler.close?.()));
}

function unknown(topic: string, id: string): TocsinError {
  return new HandlerLookupError('UNKNOWN_HANDLER', `there is no handler spec '${id}' on topic '${topic}'`);
}

function duplicate(topic: string, id: string): TocsinError {
  return new HandlerLookupError('DUPLICATE_HANDLER', `topic '${topic}' has a handler '${id}' already`, {
    cure: 'Choose another id.',
  });
}

import type { Clock } from '../alert/clock.ts';
import type { AlertEvent, AlertEventInput } from '../alert/event.ts';
import {
  type DeadLetters,
  type DeliveryObserver,
  HandlerDelivery,
  Journal,
  type ResolvedDeliveryOptions,
  resolveDeliveryOptions,
} from '../delivery/index.ts';
import { KindConfigurationError, MissingSecretError } from '../errors.ts';
import type { Handler, HandlerHost, HandlerMemory } from '../handler/handler.ts';
import type { AnyHandlerKind } from '../handler/handler-kind.ts';
import type { Redactor } from '../handler/redactor.ts';
import { compileMatch, type MatchDialect, type MatchExpression, type MatchSource } from '../match/index.ts';
import type { HandlerSpec } from '../spec/handler-spec.ts';
import { type CheckedSpec, type CheckResult, type PlacedIssue, SpecChecker } from '../spec/spec-checker.ts';
import type { SpecDocument } from '../spec/spec-document.ts';
import { hasHandle } from './check-arguments.ts';
import { compileText } from './compile-text.ts';
import { HandlerBinding } from './handler-binding.ts';
import { namedFallback } from './missing-fallbacks.ts';
import { overrideTexts, type Render, type TextOverrides } from './override-texts.ts';
import type { RegistryWarning } from './registry-events.ts';
import type { HandleOptions } from './registry-options.ts';

/** What a {@link HandlerBuilder} gets from its registry. */
export interface BuilderParts {
  readonly kinds: ReadonlyMap<string, AnyHandlerKind>;
  readonly clock: Clock;
  readonly strict: boolean;
  readonly redactor: Redactor;
  readonly dialects: Readonly<Record<string, MatchDialect>> | undefined;
  readonly deliveryDefaults: ResolvedDeliveryOptions;
  readonly observer: DeliveryObserver;
  readonly deadLetters: DeadLetters;
  readonly journal: Journal | undefined;
  readonly random: (() => number) | undefined;
  /** The handler of an id on a topic. */
  readonly find: (topic: string, id: string) => HandlerBinding | undefined;
  /** Puts an event into a topic for a handler. */
  readonly publish: (event: AlertEventInput, cause: AlertEvent | undefined) => void;
  readonly warn: (warning: RegistryWarning) => void;
  readonly textFailed: (
    topic: string,
    handlerId: string,
    ...failure: Parameters<TextOverrides['failed']>
  ) => void;
  readonly textReplaced: TextOverrides['replaced'];
}

/** A spec that was checked, for a topic registry. */
export type Checked = CheckedSpec<MatchExpression, ResolvedDeliveryOptions>;

/** A checked spec whose handler exists, but is on no topic yet. */
export interface BuiltHandler {
  readonly checked: Checked;
  readonly handler: Handler;
  readonly publishesTo: readonly string[];
  /** The file that the spec came from. */
  readonly document?: SpecDocument;
}

/** Makes the handlers of a registry, from specs and from code. */
export class HandlerBuilder {
  readonly #parts: BuilderParts;
  readonly #checker: SpecChecker<MatchExpression, ResolvedDeliveryOptions>;
  #created = 0;

  constructor(parts: BuilderParts) {
    const { kinds, redactor, strict, deliveryDefaults } = parts;
    this.#parts = parts;
    this.#checker = new SpecChecker({
      kinds,
      redactor,
      match: (source) => this.#match(source),
      message: (source) => compileText(source, 'message', strict),
      details: (source) => compileText(source, 'details', strict),
      delivery: (options) => resolveDeliveryOptions(options, deliveryDefaults),
    });
  }

  /** Checks a spec, and says everything that is wrong with it. */
  check(spec: unknown): Promise<CheckResult<MatchExpression, ResolvedDeliveryOptions>> {
    return this.#checker.check(spec);
  }

  /** What a kind's `create` threw, as issues. */
  issuesOf(error: unknown): PlacedIssue[] {
    // The secrets of the options are there by now: this one is of the kind's configuration, which stands in code.
    return this.#checker.issuesOf(error, error instanceof MissingSecretError ? ['kind'] : ['options']);
  }

  /** Makes the handler of a checked spec. Throws what its kind throws. */
  async create(checked: Checked, document?: SpecDocument): Promise<BuiltHandler> {
    const { spec, kind, options } = checked;
    const { clock, strict, redactor, journal, publish, warn } = this.#parts;
    const host: HandlerHost = {
      topic: spec.topic,
      id: spec.id,
      clock,
      strict,
      redactor,
      collect: publish,
      warn: (message) => warn({ topic: spec.topic, handlerId: spec.id, message }),
      ...(journal && { memory: this.#memory(journal, spec) }),
    };
    const publishesTo = kind.publishes?.(options as never) ?? [];
    const handler = await kind.create(options as never, host);
    if (!hasHandle(handler)) {
      throw new KindConfigurationError(
        kind.kind,
        'create() made no handler: an object with a function handle',
      );
    }
    return { checked, handler, publishesTo, ...(document && { document }) };
  }

  /** Puts a handler behind a queue. `previous` is the handler whose place it takes. */
  bind({ checked, handler, publishesTo, document }: BuiltHandler, previous?: HandlerBinding): HandlerBinding {
    const { spec, kind, match, message, details, delivery } = checked;
    return new HandlerBinding({
      external: kind.external ?? true,
      match,
      spec,
      publishesTo,
      fallback: namedFallback(spec.delivery, document),
      delivery: this.#delivery(
        spec.topic,
        spec.id,
        kind.kind,
        handler,
        { message, details },
        delivery,
        previous,
      ),
    });
  }

  /** Puts a handler in code behind a queue. */
  bindInCode(topic: string, id: string, handler: Handler, options: HandleOptions): HandlerBinding {
    const { strict, deliveryDefaults } = this.#parts;
    const { match, message, details } = options;
    const texts = {
      message: message === undefined ? undefined : compileText(message, 'message', strict),
      details: details === undefined ? undefined : compileText(details, 'details', strict),
    };
    const delivery = resolveDeliveryOptions(options.delivery, deliveryDefaults);
    return new HandlerBinding({
      external: options.external ?? true,
      match: match === undefined || match === '' ? undefined : this.#match(match),
      fallback: namedFallback(options.delivery),
      delivery: this.#delivery(topic, id, 'function', handler, texts, delivery),
    });
  }

  #memory(journal: Journal, { topic, id }: HandlerSpec): HandlerMemory {
    return journalMemory(journal, Journal.group('memory', topic, id), this.#created++);
  }

  #match(source: MatchSource): MatchExpression {
    const { clock, strict, dialects } = this.#parts;
    return compileMatch(source, { strict, now: () => new Date(clock.now()), ...(dialects && { dialects }) });
  }

  #delivery(
    topic: string,
    id: string,
    kind: string,
    handler: Handler,
    texts: { readonly message: Render | undefined; readonly details: Render | undefined },
    options: ResolvedDeliveryOptions,
    previous?: HandlerBinding,
  ): HandlerDelivery {
    const { clock, redactor, observer, deadLetters, journal, random, find, textFailed, textReplaced } =
      this.#parts;
    const target = {
      topic,
      handlerId: id,
      kind,
      handler: overrideTexts(handler, {
        ...texts,
        failed: (...failure) => textFailed(topic, id, ...failure),
        replaced: textReplaced,
      }),
    };
    return new HandlerDelivery(target, options, {
      clock,
      redactor,
      observer,
      deadLetters,
      ...(journal && { journal }),
      ...(random && { random }),
      ...(previous && { previous: previous.delivery }),
      handler: (other, { noExternal }) => {
        const binding = find(topic, other);
        return noExternal && binding?.external ? undefined : binding?.delivery;
      },
    });
  }
}

/** @param instance Tells the handlers apart that follow each other in one place. */
function journalMemory(journal: Journal, group: string, instance: number): HandlerMemory {
  const nameHere = (name: string): string => `${instance} ${name}`;
  return {
    restore: () => {
      const kept = journal.take(group);
      for (const name of kept.keys()) journal.remove(group, name);
      return [...kept.values()];
    },
    put: (name, value) => journal.put(group, nameHere(name), value),
    remove: (name) => journal.remove(group, nameHere(name)),
  };
}

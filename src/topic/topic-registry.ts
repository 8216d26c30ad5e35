import { type Clock, systemClock } from '../alert/clock.ts';
import type { AlertEvent, AlertEventInput } from '../alert/event.ts';
import { SafeEmitter } from '../alert/safe-emitter.ts';
import {
  type CloseReport,
  DeadLetters,
  type DeliveryObserver,
  Journal,
  resolveDeliveryOptions,
  sumCloseReports,
} from '../delivery/index.ts';
import { DeliveryError, KindConfigurationError, RegistryClosedError, type StoreError } from '../errors.ts';
import type { HandleFunction, Handler } from '../handler/handler.ts';
import type { AnyHandlerKind } from '../handler/handler-kind.ts';
import { Redactor } from '../handler/redactor.ts';
import type { MatchExpression } from '../match/index.ts';
import { handlerFilesIn, readHandlerFile, readHandlerFiles, readHandlerText } from '../spec/handler-file.ts';
import type { HandlerSpec } from '../spec/handler-spec.ts';
import type { JsonPatch } from '../spec/json-patch.ts';
import type { SpecDocument } from '../spec/spec-document.ts';
import { checkHandle, checkKind, checkOpenOptions, checkRegistryOptions } from './check-arguments.ts';
import { completeState, invalid } from './complete-event.ts';
import {
  DirectoryWatcher,
  type HandlerFileChange,
  type HandlerFileFailure,
  type WatchOptions,
} from './directory-watcher.ts';
import type { EventState } from './event-state.ts';
import { explainBinding } from './explain-binding.ts';
import type { HandlerBinding } from './handler-binding.ts';
import { HandlerBuilder } from './handler-builder.ts';
import { HandlerCatalog } from './handler-catalog.ts';
import type { RegistryEvents, RegistryWarning } from './registry-events.ts';
import type {
  CloseOptions,
  DefineOptions,
  EventExplanation,
  HandleOptions,
  OpenOptions,
  TopicRegistryOptions,
} from './registry-options.ts';
import type { RegistryStats } from './registry-stats.ts';
import type { Routes } from './routes.ts';
import type { SpecSource } from './spec-batch.ts';
import type { TopicState } from './topic.ts';
import { type EventQuery, type TopicQuery, Topics } from './topics.ts';

const DEFAULT_HOPS = 16;
const CLOSE_TIMEOUT = 10_000;

/**
 * Brings alert events to the handlers that should act on them: it keeps the state of every topic, and hands each
 * event to the handlers on its topic whose match fits.
 *
 * @example
 * ```ts
 * import { TopicRegistry } from 'tocsin';
 * import { log, slack } from 'tocsin/handlers';
 *
 * const alerts = new TopicRegistry({ kinds: [log(), slack({ url: 'https://hooks.slack.example/T0/B0' })] });
 * await alerts.defineFile('handlers/slack-cpu.yaml');
 * alerts.handle('cpu', (event) => console.log(event.message), { match: 'changed()' });
 * alerts.collect({ topic: 'cpu', id: 'web-1', level: 'CRITICAL', message: 'web-1 is busy' });
 * await alerts.close();
 * ```
 */
export class TopicRegistry extends SafeEmitter<RegistryEvents> {
  /** The deliveries that were given up on: to list, to try again, to discard. */
  readonly deadLetters: DeadLetters;
  readonly #clock: Clock;
  readonly #maxHops: number;
  readonly #kinds = new Map<string, AnyHandlerKind>();
  readonly #topics: Topics;
  readonly #catalog: HandlerCatalog;
  readonly #journal: Journal | undefined;
  /** Through how many topics an event came; those that a host collected are not in it. */
  readonly #hops = new WeakMap<AlertEvent, number>();
  readonly #watchers: DirectoryWatcher[] = [];
  #closing: Promise<CloseReport> | undefined;

  /**
   * For a registry that survives restarts, use {@link TopicRegistry.open}.
   *
   * @throws {RegistryOptionsError} When there is no such option, or one is not what it must be.
   * @throws {HandlerSpecError} When a delivery option is wrong.
   * @throws {KindConfigurationError} When a kind is none, or there are two of one name.
   */
  constructor(options: TopicRegistryOptions = {}, journal?: Journal) {
    super();
    checkRegistryOptions(options);
    const { clock = systemClock, strict = false, limits = {}, random, dialects } = options;
    const fault = (error: unknown): void => void this.emit('error', error);
    const redactor = new Redactor();
    this.#clock = clock;
    this.#maxHops = limits.hops ?? DEFAULT_HOPS;
    this.#journal = journal;
    this.deadLetters = new DeadLetters({
      ...(limits.deadLetters === undefined ? {} : { limit: limits.deadLetters }),
      ...(journal && { journal }),
      fault,
    });
    this.#topics = new Topics({
      now: () => clock.now(),
      journal,
      limit: limits.ids,
      rerouted: (topic) => this.#catalog.checkFallbacks([topic.id]),
      fault,
    });
    const warn = (warning: RegistryWarning): void => void this.emit('warning', placed(warning));
    const builder = new HandlerBuilder({
      kinds: this.#kinds,
      clock,
      strict,
      dialects,
      redactor,
      deliveryDefaults: resolveDeliveryOptions(options.delivery),
      observer: this.#observer(),
      deadLetters: this.deadLetters,
      journal,
      random,
      find: (topic, id) => this.#topics.get(topic)?.find(id),
      publish: (event, cause) => this.#publish(event, cause),
      warn,
      textFailed: (topic, handlerId, part, event, error) =>
        void this.emit('templateError', { topic, handlerId, part, event, error }),
      textReplaced: (event, by) => {
        const hops = this.#hops.get(event);
        if (hops !== undefined) this.#hops.set(by, hops);
      },
    });
    this.#catalog = new HandlerCatalog({
      topics: this.#topics,
      builder,
      kinds: this.#kinds,
      warn,
      closed: () => this.#closing !== undefined,
    });
    for (const kind of options.kinds ?? []) this.use(kind);
  }

  /**
   * Makes a registry that keeps in a store what must survive a restart, and takes up what an earlier one left there:
   * the states of topics, queued deliveries, dead letters, and what handlers were told. Deliveries go on when their
   * handler is defined again.
   *
   * @throws {StoreError} When the store cannot be read.
   * @throws {RegistryOptionsError} When there is no store, or an option is wrong.
   */
  static async open(options: OpenOptions): Promise<TopicRegistry> {
    const { store, ...others } = checkOpenOptions(options);
    let registry: TopicRegistry | undefined;
    const health = (error: StoreError | undefined): void =>
      void registry?.emit('storeHealth', error === undefined ? {} : { error });
    const journal = await Journal.open(store, { clock: others.clock ?? systemClock, health });
    registry = new TopicRegistry(others, journal);
    return registry;
  }

  /**
   * Adds a handler kind, so that specs may name it.
   *
   * @throws {KindConfigurationError} When it is no kind, or there is a kind of that name already.
   */
  use(kind: AnyHandlerKind): this {
    checkKind(kind);
    const name = kind.kind.toLowerCase();
    if (this.#kinds.has(name)) {
      throw new KindConfigurationError(kind.kind, 'a kind of this name is registered already');
    }
    this.#kinds.set(name, kind);
    return this;
  }

  /**
   * Puts a handler on a topic: a function, or an object with a `handle` method.
   *
   * @returns The handler's id on the topic.
   * @throws {HandlerLookupError} When the topic has a handler of that id.
   * @throws {LambdaSyntaxError | LambdaTypeError} When the match is wrong.
   * @throws {TemplateError} When `message` or `details` is wrong.
   * @throws {HandlerSpecError} When topic, handler or delivery options are wrong, or an option is unknown.
   */
  handle(topic: string, handler: HandleFunction | Handler, options: HandleOptions = {}): string {
    this.#mustBeOpen('handle()');
    checkHandle(topic, handler, options);
    return this.#catalog.handle(topic, handler, options);
  }

  /**
   * Defines a handler by its spec.
   *
   * @returns The spec, as `spec()` shows it.
   * @throws {HandlerSpecError} With everything that is wrong with it.
   */
  async define(spec: HandlerSpec, options: DefineOptions = {}): Promise<HandlerSpec> {
    return this.#defineOne({ spec }, options);
  }

  /**
   * Defines a handler by the text of a handler file.
   *
   * @param file The name of the file, for messages; its ending says whether the text is YAML or JSON.
   * @throws {HandlerSpecError} With everything that is wrong with it, each with line and column.
   */
  async defineText(text: string, file: string, options: DefineOptions = {}): Promise<HandlerSpec> {
    return this.#defineDocument(await readHandlerText(text, file), options);
  }

  /**
   * Defines a handler by a handler file: `.yaml`, `.yml` or `.json`. Needs Node.
   *
   * @throws {HandlerSpecError} With everything that is wrong with it, each with line and column.
   */
  async defineFile(path: string, options: DefineOptions = {}): Promise<HandlerSpec> {
    return this.#defineDocument(await readHandlerFile(path), options);
  }

  /**
   * Defines every handler file of a directory, in the order of their names: all of them or, when anything is wrong
   * with one, none. Directories below it are left alone. Needs Node.
   *
   * @throws {HandlerSpecError} With everything that is wrong with any of them.
   */
  async defineDirectory(path: string, options: DefineOptions = {}): Promise<HandlerSpec[]> {
    this.#mustBeOpen('defineDirectory()');
    const { documents, problems } = await readHandlerFiles(await handlerFilesIn(path));
    const sources = documents.map((document) => ({ spec: document.value, document }));
    const specs = await this.#catalog.define(sources, options, problems);
    this.#catalog.checkFallbacks(specs.map(({ topic }) => topic));
    return specs;
  }

  /**
   * Defines every handler file of a directory, as `defineDirectory` does, and from then on applies files that change,
   * come and go. A file is applied as a whole or not at all; of one that is broken, the last good version stays.
   * Handlers whose files say the same as before keep their queues. Needs Node.
   *
   * What is applied is told as `handlerFile`, what is broken as `handlerFileError`. The watcher does not keep the process
   * alive, and `close()` closes it.
   *
   * @throws {HandlerSpecError} With everything that is wrong with any of the files, as they are now. Nothing is defined
   * or watched then.
   *
   * @example
   * ```ts
   * import { TopicRegistry } from 'tocsin';
   * import { log } from 'tocsin/handlers';
   *
   * const alerts = new TopicRegistry({ kinds: [log()] });
   * alerts.on('handlerFileError', ({ error }) => console.error(error.message));
   * await alerts.watchDirectory('handlers');
   * ```
   */
  async watchDirectory(path: string, options: WatchOptions = {}): Promise<DirectoryWatcher> {
    this.#mustBeOpen('watchDirectory()');
    const handlers = {
      define: (...args: Parameters<HandlerCatalog['define']>) => {
        this.#mustBeOpen('watchDirectory()');
        return this.#catalog.define(...args);
      },
      remove: (topic: string, id: string) => this.#catalog.remove(topic, id, {}),
      settled: () => this.#catalog.checkFallbacks(),
      changed: (change: HandlerFileChange) => void this.emit('handlerFile', change),
      failed: (failure: HandlerFileFailure) => void this.emit('handlerFileError', failure),
      fault: (error: unknown) => void this.emit('error', error),
    };
    const watcher = new DirectoryWatcher(path, handlers, this.#clock, options);
    await watcher.start();
    this.#watchers.push(watcher);
    if (this.#closing !== undefined) watcher.close();
    return watcher;
  }

  /**
   * Replaces a handler by another spec, or changes its spec by a JSON patch (RFC 6902). Nothing is merged; the id may
   * change, the topic stays. The new handler takes over at once, the old one is closed when its queue is drained; the
   * promise resolves after that. A spec that is the same changes nothing.
   *
   * @throws {HandlerLookupError} When there is no such spec, or the new id is taken.
   * @throws {HandlerSpecError} With everything that is wrong with the new spec; the old handler stays then.
   *
   * @example
   * ```ts
   * import { TopicRegistry } from 'tocsin';
   * import { log } from 'tocsin/handlers';
   *
   * const alerts = new TopicRegistry({ kinds: [log()] });
   * await alerts.define({ topic: 'cpu', id: 'file', kind: 'log', options: { path: '/tmp/cpu.log' } });
   * await alerts.update('cpu', 'file', [{ op: 'replace', path: '/match', value: 'level() == CRITICAL' }]);
   * ```
   */
  async update(
    topic: string,
    id: string,
    change: Omit<HandlerSpec, 'topic'> | JsonPatch,
  ): Promise<HandlerSpec> {
    this.#mustBeOpen('update()');
    return this.#catalog.update(topic, id, change);
  }

  /**
   * Takes a handler off its topic: it gets no more events from now on. The promise resolves when its queue is drained
   * and it is closed, with whether there was such a handler.
   */
  async remove(topic: string, id: string, options: CloseOptions = {}): Promise<boolean> {
    return this.#catalog.remove(topic, id, options);
  }

  /** A handler spec, with inline secrets masked; `undefined` when there is none. */
  spec(topic: string, id: string): HandlerSpec | undefined {
    return this.#catalog.spec(topic, id);
  }

  /**
   * The specs of a topic whose ids fit a pattern, with inline secrets masked, ordered by id. Without a topic, the
   * specs of all.
   *
   * @throws {InvalidQueryError} When the pattern is malformed.
   */
  specs(topic?: string, pattern = ''): HandlerSpec[] {
    return this.#catalog.specs(topic, pattern);
  }

  /**
   * Takes an event: its topic's state changes, and every handler on the topic whose match fits gets it, through a
   * queue of its own. It waits for none of them, and what they throw never comes back here.
   *
   * The `previousLevel` of the event is what the topic knew of its id. For an id that is new to the topic it is what
   * the caller gave, or `OK`.
   *
   * @returns The event as handlers see it.
   * @throws {InvalidEventError} When topic, id, level, time or duration cannot be used.
   * @throws {RegistryClosedError} After `close()`.
   */
  collect(event: AlertEventInput): AlertEvent {
    if (this.#closing !== undefined) throw new RegistryClosedError('collect()');
    if (typeof event?.topic !== 'string' || event.topic === '' || typeof event.id !== 'string') {
      throw invalid(event);
    }
    return this.#collect(event, 0);
  }

  /**
   * Takes an event as `collect` does, and resolves when its state and its deliveries are in the store. Without a store
   * it resolves at once.
   *
   * @throws {InvalidEventError} When topic, id, level, time or duration cannot be used.
   * @throws {StoreError} When the store cannot be written. The event was collected all the same.
   */
  async collectDurably(event: AlertEventInput): Promise<AlertEvent> {
    const collected = this.collect(event);
    await this.#journal?.durable();
    return collected;
  }

  /**
   * Which handlers would get an event, and why not the others. Nothing is delivered and no state changes.
   *
   * @throws {InvalidEventError} When topic, id, level, time or duration cannot be used.
   */
  explain(input: AlertEventInput): EventExplanation {
    if (typeof input?.topic !== 'string' || typeof input.id !== 'string') throw invalid(input);
    const event = this.#topics.preview(input);
    const bindings = this.#topics.get(input.topic)?.bindings ?? [];
    return { event, handlers: bindings.map((binding) => explainBinding(binding, event)) };
  }

  /** The state of a topic; `undefined` when it is not known. */
  topic(id: string): TopicState | undefined {
    return this.#topics.state(id);
  }

  /**
   * The topics whose names fit a pattern and whose levels are at least `minLevel`, ordered by name.
   *
   * @throws {InvalidQueryError} When the pattern is malformed or the level unknown.
   */
  topics(query: TopicQuery = {}): TopicState[] {
    return this.#topics.list(query);
  }

  /** What a topic knows of an event id; `undefined` when it knows nothing. */
  eventState(topic: string, id: string): EventState | undefined {
    return this.#topics.get(topic)?.states.get(id);
  }

  /**
   * Lets a topic know the state of an id without an event: nothing is counted, and no handler gets anything. A rule
   * with handlers of its own does that when its own topic and the shared one disagree after a restart.
   *
   * @throws {InvalidEventError} When topic, id, level or time cannot be used.
   */
  setEventState(topic: string, id: string, state: EventState): void {
    this.#topics.set(topic, completeState(topic, id, state));
  }

  /**
   * The states of a topic's event ids, ordered by id. Empty when the topic is not known.
   *
   * @throws {InvalidQueryError} When the level is unknown.
   */
  eventStates(topic: string, query: EventQuery = {}): EventState[] {
    return this.#topics.listEvents(topic, query);
  }

  /**
   * Forgets a topic: its event states and its count. Handlers are bound to the name and stay; they get what the topic
   * collects from then on. Says whether there was such a topic.
   */
  deleteTopic(id: string): boolean {
    return this.#topics.delete(id);
  }

  /** Figures of topics and handlers. */
  stats(): RegistryStats {
    const topics = this.topics().map((state) => {
      const topic = this.#topics.get(state.id);
      topic?.settle();
      const handlers = (topic?.bindings ?? []).map(({ id, delivery, matchErrors }) => ({
        id,
        kind: delivery.target.kind,
        matchErrors,
        ...delivery.stats(),
      }));
      return { ...state, handlers };
    });
    return { collected: this.#topics.collected, deadLetters: this.deadLetters.size, topics };
  }

  /**
   * Resolves when everything that was collected so far is delivered or given up, and what handlers hold back (open
   * windows of `aggregate`) is handed on and delivered too.
   */
  async flush(): Promise<void> {
    // What a handler hands on lands on another topic, so this goes round until nothing moves.
    for (let round = 0; round <= this.#maxHops; round++) {
      const before = this.#topics.collected;
      await Promise.all(this.#topics.bindings().map(({ delivery }) => delivery.flush()));
      if (this.#topics.collected === before) return;
    }
  }

  /**
   * Takes no more events, delivers what is under way as far as that goes within `timeout`, and closes handlers, kinds
   * and store. What is left is kept by the store, if there is one. The second call gives the answer of the first.
   */
  close(options: CloseOptions = {}): Promise<CloseReport> {
    this.#closing ??= this.#close(options.timeout ?? CLOSE_TIMEOUT);
    return this.#closing;
  }

  /** The same as `close()`, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  protected override listenerFailed(error: unknown, event: PropertyKey): void {
    if (event !== 'error') this.emit('error', error);
  }

  #collect(input: AlertEventInput, hops: number): AlertEvent {
    const known = this.#topics.get(input.topic);
    const before = known?.states.level ?? 'OK';
    const event = this.#topics.take(known, input);
    if (hops > 0) this.#hops.set(event, hops);
    const topic = known ?? this.#topics.open(input.topic);
    this.#route(topic.routes, event);
    this.emit('event', event);
    const { level } = topic.states;
    if (level !== before && this.listenerCount('levelChange') > 0) {
      this.emit('levelChange', { topic: topic.id, level, previousLevel: before, event });
    }
    return event;
  }

  #route(routes: Routes, event: AlertEvent): void {
    const { always, size } = routes;
    for (let i = 0; i < always.length; i++) this.#offer(always[i] as HandlerBinding, event);
    for (let group = 0; group < size; group++) {
      const candidates = routes.candidates(group, event) ?? this.#undecided(routes, group, event);
      for (let i = 0; i < candidates.length; i++) this.#offer(candidates[i] as HandlerBinding, event);
    }
  }

  /** The handlers of a group whose matches all fail on an event: each is asked if somebody wants to hear of it. */
  #undecided(routes: Routes, group: number, event: AlertEvent): readonly HandlerBinding[] {
    if (this.listenerCount('matchError') > 0) return routes.members(group);
    routes.fail(group, event);
    return [];
  }

  #offer(binding: HandlerBinding, event: AlertEvent): void {
    if (event.noExternal && binding.external) return;
    const matched = binding.match === undefined || this.#matches(binding, binding.match, event);
    // A recovery can be owed to a handler whatever its match says.
    if (matched || (event.level === 'OK' && binding.delivery.asksForRecoveries)) {
      binding.delivery.offer(event, matched);
    }
  }

  /** Whether a match takes an event. One that cannot tell does not; that is counted and told. */
  #matches(binding: HandlerBinding, match: MatchExpression, event: AlertEvent): boolean {
    let failure: unknown;
    try {
      if (match.decide === undefined) return match.matches(event);
      const answer = match.decide(event);
      if (typeof answer === 'boolean') return answer;
      failure = answer;
    } catch (error) {
      failure = error;
    }
    binding.matchErrors++;
    this.emit('matchError', { topic: binding.topic, handlerId: binding.id, event, error: failure });
    return false;
  }

  #publish(input: AlertEventInput, cause: AlertEvent | undefined): void {
    const hops = cause === undefined ? 0 : (this.#hops.get(cause) ?? 0) + 1;
    if (cause !== undefined && hops > this.#maxHops) {
      const error = new DeliveryError(
        `event '${cause.id}' came through ${this.#maxHops} topics already and is not put into '${input.topic}'`,
        {
          failure: 'config_error',
          retryable: false,
          cure: 'Look for topics that publish to each other in a cycle, and cut it with: match: changed()',
        },
        'HOP_LIMIT',
      );
      this.emit('hopLimit', { topic: input.topic, cause, error });
      throw error;
    }
    this.#collect(input, hops);
  }

  async #close(timeout: number): Promise<CloseReport> {
    for (const watcher of this.#watchers) watcher.close();
    const deadline = this.#clock.now() + timeout;
    const before = { delivered: this.#sum('delivered'), failed: this.#sum('failed') };
    await this.#flushWithin(timeout);
    const left = Math.max(0, deadline - this.#clock.now());
    const reports = await Promise.all(
      this.#topics.bindings().map(({ delivery }) => delivery.close({ timeout: left })),
    );
    for (const kind of this.#kinds.values()) {
      try {
        await kind.close?.();
      } catch (error) {
        this.emit('error', error);
      }
    }
    const { kept, dropped } = sumCloseReports(reports);
    const written = this.#journal === undefined || (await this.#journal.close());
    const delivered = this.#sum('delivered') - before.delivered;
    const failed = this.#sum('failed') - before.failed;
    // What could not be written is not kept.
    return { delivered, failed, kept: written ? kept : 0, dropped: written ? dropped : dropped + kept };
  }

  /** How many deliveries have succeeded, or been given up. */
  #sum(count: 'delivered' | 'failed'): number {
    return this.#topics.bindings().reduce((sum, { delivery }) => sum + delivery[count], 0);
  }

  async #flushWithin(milliseconds: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = this.#clock.setTimeout(resolve, milliseconds);
      const done = (): void => {
        timer.cancel();
        resolve();
      };
      void this.flush().then(done, done);
    });
  }

  #mustBeOpen(call: string): void {
    if (this.#closing !== undefined) throw new RegistryClosedError(call);
  }

  #defineDocument(document: SpecDocument, options: DefineOptions): Promise<HandlerSpec> {
    return this.#defineOne({ spec: document.value, document }, options);
  }

  async #defineOne(source: SpecSource, options: DefineOptions): Promise<HandlerSpec> {
    this.#mustBeOpen('define()');
    const [spec] = await this.#catalog.define([source], options);
    return spec as HandlerSpec;
  }

  #observer(): DeliveryObserver {
    return {
      delivered: (delivery) => void this.emit('delivered', delivery),
      retry: (retry) => void this.emit('retry', retry),
      deadLetter: (letter) => void this.emit('deadLetter', letter),
      dropped: (drop) => void this.emit('dropped', drop),
      recoveryPending: (recovery) => void this.emit('recoveryPending', recovery),
      fault: (error) => void this.emit('error', error),
    };
  }
}

/** A warning whose message begins with the place that it is about. */
function placed(warning: RegistryWarning): RegistryWarning {
  const { position, message } = warning;
  if (position === undefined) return warning;
  return { ...warning, message: `${position.file}:${position.line}:${position.column}: ${message}` };
}

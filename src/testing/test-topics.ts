import type { AlertEvent } from '../alert/event.ts';
import { nearest } from '../alert/nearest.ts';
import type { Tags } from '../alert/point.ts';
import { RuleTestError } from '../errors.ts';
import type { HandleFunction, Handler, HandlerHost } from '../handler/handler.ts';
import type { AnyHandlerKind } from '../handler/handler-kind.ts';
import type { TickscriptTask } from '../kapacitor/index.ts';
import { AlertRule, type AlertRuleOptions } from '../rule/index.ts';
import type { HandlerSpec } from '../spec/handler-spec.ts';
import { TopicRegistry, type TopicRegistryOptions } from '../topic/index.ts';
import { checkTopicsOptions } from './check-topics-options.ts';
import { defineFiles, specWithoutSecrets } from './define-files.ts';
import {
  compareDeliveries,
  deliveriesText,
  type ExpectedDelivery,
  finder,
  type KnownHandler,
  type RecordedDelivery,
} from './expect-deliveries.ts';
import { compareEvents, compareTrace, mustMatch } from './expect-events.ts';
import type { ExpectedEvent } from './expectation.ts';
import { FakeClock } from './fake-clock.ts';
import { readStart, readTime, type TestTime } from './relative-time.ts';
import { ScriptTasks } from './script-tasks.ts';
import { standInKinds } from './stand-in-kinds.ts';
import { type Moment, type PointDefaults, type TestStep, Timeline } from './steps.ts';
import { loadScripts, type TestedScript } from './tested-script.ts';
import { judge, Trace, type TraceRow } from './trace.ts';

/** A rule of a test, or the options of one. */
export type TestedRule = AlertRule | AlertRuleOptions;

/** What {@link testTopics} is told. */
export interface TopicsTestOptions
  extends Pick<TopicRegistryOptions, 'delivery' | 'strict' | 'dialects' | 'limits'> {
  /** Handler files, or directories of them. Secrets that they refer to need not be there. */
  readonly files?: string | readonly string[];
  /** Handler specs. */
  readonly specs?: readonly HandlerSpec[];
  /** Rules that get the points: a list that gets them all, or rules by the measurement that they get. */
  readonly rules?: readonly TestedRule[] | Readonly<Record<string, TestedRule | readonly TestedRule[]>>;
  /** TICKscripts that get all points, loaded anew for this test. Their handlers are there too. */
  readonly scripts?: readonly TestedScript[];
  /** Handler kinds of your own, whose options are checked. Those of this package are there. */
  readonly kinds?: readonly AnyHandlerKind[];
  /** What stands in for a handler, by its `topic/id`, id or kind. Default: one that takes everything. */
  readonly handlers?: Readonly<Record<string, Handler | HandleFunction>>;
  /** When the test starts. Default: the start of 2026, UTC. */
  readonly start?: Date | string | number;
  /** The clock of the test, where something else needs it too, such as a `slowHandler`. Default: one that starts at `start`. */
  readonly clock?: FakeClock;
  /** The measurement of points that name none. Default: that of the rules and scripts, if it is only one. */
  readonly name?: string;
  /** Tags of all points. */
  readonly tags?: Tags;
}

/** How much time at most passes while a test is closed, in milliseconds. */
const CLOSING = 86_400_000;
const CLOSING_STEP = 1000;

/** Puts handlers under test: see {@link testTopics}. */
export class TopicsTest {
  /** The registry, for whatever a test does with it itself. */
  readonly registry: TopicRegistry;
  /** Its clock. */
  readonly clock: FakeClock;
  readonly #rules: ReadonlyMap<string, readonly AlertRule[]>;
  readonly #always: readonly AlertRule[];
  readonly #scripts: ScriptTasks;
  readonly #defaults: PointDefaults;
  readonly #timeline = new Timeline();
  readonly #rows: TraceRow[] = [];
  readonly #deliveries: RecordedDelivery[];
  readonly #problems: string[] = [];

  /** @internal */
  constructor(
    registry: TopicRegistry,
    clock: FakeClock,
    deliveries: RecordedDelivery[],
    options: TopicsTestOptions,
    tasks: readonly TickscriptTask[],
  ) {
    this.registry = registry;
    this.clock = clock;
    this.#deliveries = deliveries;
    const { rules = [], tags = {} } = options;
    const made = (rule: TestedRule): AlertRule =>
      connect(rule instanceof AlertRule ? rule : new AlertRule({ clock, ...rule }), registry);
    const listed = isList(rules) ? rules : [];
    this.#always = listed.map(made);
    this.#rules = new Map(
      Object.entries(isList(rules) ? {} : rules).map(([name, some]) => [
        name,
        (isList(some) ? some : [some]).map(made),
      ]),
    );
    this.#scripts = new ScriptTasks(tasks, clock, (row) => void this.#rows.push(row));
    const names = [
      ...this.#rules.keys(),
      ...this.#always.map(({ topic }) => topic),
      ...this.#scripts.measurements,
    ];
    const only = new Set(names).size === 1 ? names[0] : undefined;
    this.#defaults = { start: clock.now(), name: (options.name ?? only) || 'test', tags };
    this.#watch();
  }

  /**
   * Lets things happen, each at its time: points come, timers fire, handlers are tried and tried again.
   *
   * @throws {RuleTestError} When no rule or script is there for a point, or a step is none.
   * @throws {InvalidPointError | InvalidEventError} When a point or an event is none.
   */
  async feed(...steps: readonly TestStep[]): Promise<this> {
    for (const moment of this.#timeline.moments(steps)) {
      const ahead = this.#defaults.start + moment.offset - this.clock.now();
      if (ahead > 0) await this.clock.advance(ahead);
      for (const rule of this.#rulesFor(moment)) {
        const row = judge(rule, moment, this.#defaults);
        if (row !== undefined) this.#rows.push(row);
      }
      this.#scripts.observe(moment, this.#defaults);
      if (moment.event !== undefined) this.registry.collect(moment.event);
      await this.#settle();
    }
    return this;
  }

  /**
   * Lets time pass in which no point comes, for what waits: retries, windows, rate limits.
   *
   * @throws {RuleTestError} When that is no length of time.
   */
  advance(time: TestTime): Promise<this> {
    return this.feed({ step: 'gap', length: readTime('advance', time) });
  }

  /** What handlers got, in order. */
  get deliveries(): readonly RecordedDelivery[] {
    return this.#deliveries;
  }

  /** What the rules, and the alert nodes of scripts, made of every point. */
  get trace(): Trace {
    return new Trace(this.#rows, this.#scripts.problems);
  }

  /** The events that the rules and scripts made. */
  get events(): AlertEvent[] {
    return this.trace.events;
  }

  /** What went wrong on the way: matches that could not be decided, templates that failed, warnings. */
  get problems(): readonly string[] {
    return [...this.#scripts.problems, ...this.#problems];
  }

  /**
   * Expects that these handlers, named by `topic/id`, id or kind, got exactly this in this order, and no other handler
   * got anything. What `publish` and `aggregate` do shows in what the handlers behind them get.
   *
   * @throws {ExpectationError} With all deliveries as a table, and the first difference marked.
   * @throws {RuleTestError} When there is no such handler.
   */
  expectDeliveries(expected: Readonly<Record<string, readonly ExpectedDelivery[]>>): this {
    mustMatch(this.compareDeliveries(expected));
    return this;
  }

  /**
   * Expects that the rules and scripts made exactly these events.
   *
   * @throws {ExpectationError} With the trace as a table, and the first difference marked.
   */
  expectEvents(expected: readonly (string | ExpectedEvent)[]): this {
    mustMatch(compareEvents(this.trace, expected));
    return this;
  }

  /**
   * Expects this of every point that a rule, or an alert node of a script, judges, those included that make no event.
   *
   * @throws {ExpectationError} With the trace as a table, and the first difference marked.
   */
  expectTrace(expected: readonly (string | ExpectedEvent)[]): this {
    mustMatch(compareTrace(this.trace, expected));
    return this;
  }

  /** @internal */
  publishScripts(): Promise<void> {
    return this.#scripts.publishTo(this.registry);
  }

  /** @internal */
  compareDeliveries(
    expected: Readonly<Record<string, readonly ExpectedDelivery[]>>,
  ): ReturnType<typeof compareDeliveries> {
    return compareDeliveries(this.#deliveries, knownHandlers(this.registry), expected, this.problems);
  }

  /** Hands on what handlers hold back, delivers what is left, and closes registry and rules. */
  async close(): Promise<void> {
    let open = true;
    // Scripts first: what goes by the clock in them must not go on.
    const closing = Promise.all([this.#scripts.close(), this.registry.close()]).finally(() => {
      open = false;
    });
    for (let passed = 0; open && passed < CLOSING; passed += CLOSING_STEP)
      await this.clock.advance(CLOSING_STEP);
    await closing;
    await Promise.all([...this.#always, ...[...this.#rules.values()].flat()].map((rule) => rule.close()));
  }

  /** The same as `close()`, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** What handlers got, as a table. */
  toString(): string {
    return deliveriesText(this.#deliveries, this.problems);
  }

  #rulesFor({ point, batch }: Moment): readonly AlertRule[] {
    const given = point ?? batch;
    if (given === undefined) return [];
    const { name = this.#defaults.name } = given;
    const rules = this.#rules.get(name) ?? this.#always;
    if (rules.length > 0) return rules;
    if (this.#scripts.size > 0 && point !== undefined) return [];
    if (this.#scripts.size > 0) {
      throw new RuleTestError('a TICKscript takes points, not batches', {
        cure: 'Its window nodes make batches of points.',
      });
    }
    const meant = nearest(name, this.#rules.keys());
    throw new RuleTestError(`there is no rule for points of '${name}'`, {
      cure: meant === undefined ? 'Name it in: rules: { cpu: … }.' : `Did you mean '${meant}'?`,
    });
  }

  /** Lets all happen that waits for no time; one delivery may lead to the next. */
  async #settle(): Promise<void> {
    let before: number;
    do {
      before = this.#deliveries.length;
      await this.clock.settle();
    } while (this.#deliveries.length > before);
  }

  #watch(): void {
    const { registry } = this;
    const problem = (text: string): void => void this.#problems.push(text);
    registry.on('matchError', ({ topic, handlerId, error }) =>
      problem(`${topic}/${handlerId}: its match could not be decided: ${textOf(error)}`),
    );
    registry.on('templateError', ({ topic, handlerId, part, error }) =>
      problem(`${topic}/${handlerId}: its ${part} failed: ${textOf(error)}`),
    );
    registry.on('hopLimit', ({ error }) => problem(textOf(error)));
    registry.on('deadLetter', ({ handlerId, topic, error }) =>
      problem(`${topic}/${handlerId}: gave up: ${error === undefined ? '' : error.message}`),
    );
    registry.on('warning', ({ topic, handlerId, message }) => problem(`${topic}/${handlerId}: ${message}`));
    registry.on('error', (error) => problem(textOf(error)));
  }
}

/**
 * Puts handler files (or specs) under test, with rules or TICKscripts in front of them or events of your own. A registry of its own
 * runs on a clock that only the test moves, and in place of the real handlers there are some that write down what they
 * get. `publish` and `aggregate` do their work.
 *
 * @throws {RuleTestError} When an option is no list, or no object, where it must be one.
 * @throws {HandlerSpecError} With everything that is wrong with the files and specs.
 * @throws {TickscriptError | LambdaSyntaxError | LambdaTypeError} When a script is wrong.
 *
 * @example
 * ```ts
 * import { at, testTopics } from 'tocsin/testing';
 *
 * const alerts = await testTopics({
 *   rules: [{ topic: 'cpu', groupBy: ['host'], crit: '"idle" < 10', message: '{{ index .Tags "host" }} is {{ .Level }}' }],
 *   specs: [
 *     { topic: 'cpu', id: 'ops', kind: 'slack', match: 'changed()' },
 *     { topic: 'cpu', id: 'pager', kind: 'pagerduty2', match: 'level() == CRITICAL' },
 *   ],
 *   tags: { host: 'web-1' },
 * });
 * await alerts.feed(at('0s', { fields: { idle: 4 } }), at('5m', { fields: { idle: 60 } }));
 * alerts.expectDeliveries({
 *   slack: ['web-1 is CRITICAL', 'web-1 is OK'],
 *   pagerduty2: ['web-1 is CRITICAL'],
 * });
 * ```
 */
export async function testTopics(options: TopicsTestOptions): Promise<TopicsTest> {
  checkTopicsOptions(options);
  const { files = [], specs = [], kinds = [], handlers = {}, delivery, strict, dialects, limits } = options;
  const { clock = new FakeClock(readStart('start', options.start)) } = options;
  const start = clock.now();
  const deliveries: RecordedDelivery[] = [];
  const standIns = new Map(Object.entries(handlers).map(([name, handler]) => [name, asHandler(handler)]));
  const record = (topic: string, handler: string, kind: string, event: AlertEvent, attempt: number): void => {
    const { level, group } = event;
    deliveries.push({ offset: clock.now() - start, topic, handler, kind, level, group, event, attempt });
  };
  const make = (kind: AnyHandlerKind, host: HandlerHost): Handler => {
    const { topic, id } = host;
    const standIn = standIns.get(`${topic}/${id}`) ?? standIns.get(id) ?? standIns.get(kind.kind);
    const done = (event: AlertEvent, attempt: number): void => record(topic, id, kind.kind, event, attempt);
    if (standIn === undefined) return { handle: (event, { attempt }) => done(event, attempt) };
    return {
      async handle(event, context) {
        await standIn.handle(event, context);
        done(event, context.attempt);
      },
    };
  };
  const registry = new TopicRegistry({
    clock,
    kinds: await standInKinds(kinds, make),
    random: () => 1,
    ...(delivery && { delivery }),
    ...(strict !== undefined && { strict }),
    ...(dialects && { dialects }),
    ...(limits && { limits }),
  });
  registry.on('delivered', ({ topic, handlerId, kind, event, attempt }) => {
    if (kind === 'function') record(topic, handlerId, kind, event, attempt);
  });
  const tasks = await loadScripts(options.scripts ?? [], clock, strict);
  const test = new TopicsTest(registry, clock, deliveries, options, tasks);
  await defineFiles(registry, typeof files === 'string' ? [files] : files);
  for (const spec of specs) await registry.define(specWithoutSecrets(spec));
  await test.publishScripts();
  const known = knownHandlers(registry);
  for (const name of standIns.keys()) finder(name, known);
  return test;
}

/** Rules that an earlier test has connected, and perhaps not let go of. */
const connected = new WeakSet<AlertRule>();

/** Lets a rule start anew, on another registry. One without topic and name has nothing to publish. */
function connect(rule: AlertRule, registry: TopicRegistry): AlertRule {
  if (connected.has(rule)) void rule.close();
  rule.reset();
  if (rule.topic === '' && rule.taskName === '') return rule;
  connected.add(rule);
  return rule.publishTo(registry);
}

function knownHandlers(registry: TopicRegistry): KnownHandler[] {
  return registry
    .stats()
    .topics.flatMap(({ id: topic, handlers }) =>
      handlers.map(({ id, kind }) => ({ topic, handler: id, kind })),
    );
}

function asHandler(handler: Handler | HandleFunction): Handler {
  if (typeof handler !== 'function') return handler;
  return {
    async handle(event, context) {
      await handler(event, context);
    },
  };
}

function isList<T>(value: readonly T[] | object): value is readonly T[] {
  return Array.isArray(value);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

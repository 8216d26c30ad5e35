import type { AlertEvent } from '../alert/event.ts';
import type { Point, Tags } from '../alert/point.ts';
import { SafeEmitter } from '../alert/safe-emitter.ts';
import {
  HandlerSpecError,
  InvalidPointError,
  KapacitorFilesError,
  type SpecIssue,
  TickscriptError,
  type TocsinError,
} from '../errors.ts';
import { checkedTime } from '../rule/check-point.ts';
import type { Batch, EventSink, RuleOutcome } from '../rule/index.ts';
import type { HandlerSpec } from '../spec/handler-spec.ts';
import { Group, NO_DIMENSIONS } from './pipeline/group.ts';
import type { AlertHandler, LogEntry, PointOrigin, ScriptAlert } from './pipeline/node-host.ts';
import type { PipelineNode } from './pipeline/pipeline-node.ts';
import type { PointsClock } from './pipeline/points-clock.ts';
import type { DeclaredVar } from './tickscript/evaluate-script.ts';
import type { ScriptSource } from './tickscript/script-source.ts';

/** A node of a script that could do nothing with a point or a batch; the rest of the script goes on. */
export interface TaskFailure {
  /** The node, such as `eval2`. */
  readonly node: string;
  /** Why. */
  readonly error: TocsinError;
  /** The point or the batch. */
  readonly data: Point | Batch;
}

/** How an alert node judged a point or a batch. */
export interface TaskJudgement {
  /** The alert node. */
  readonly alert: ScriptAlert;
  /** What it judged. */
  readonly data: Point | Batch;
  /** The event, or why there is none, and what was passed on. */
  readonly outcome: RuleOutcome<Point | Batch>;
}

/** What a {@link TickscriptTask} emits. */
export interface TaskEvents {
  /** A node could do nothing with a point or a batch. */
  failure: [failure: TaskFailure];
  /** A log node has something to say. */
  log: [entry: LogEntry];
  /** An alert node judged a point or a batch. */
  judged: [judgement: TaskJudgement];
  /**
   * A listener of the other events threw this, or what followed from a timer or from the end of an inhibition, such as
   * an event for a closed registry.
   */
  error: [error: unknown];
}

/** Where a task publishes to: a `TopicRegistry`, or what is like one. */
export interface TaskSink extends EventSink {
  /** Defines a handler; needed by scripts with handlers. */
  define?(spec: HandlerSpec, options?: { readonly replace?: boolean }): Promise<unknown>;
  /** Takes a handler off. */
  remove?(topic: string, id: string): Promise<boolean>;
}

/** What a task is made of. */
export interface TaskParts {
  readonly name: string;
  readonly source: ScriptSource;
  readonly vars: readonly DeclaredVar[];
  readonly dbrps: readonly Required<PointOrigin>[];
  readonly ignored: readonly string[];
  readonly measurements: readonly string[];
  readonly alerts: readonly ScriptAlert[];
  /** The nodes, those before others first. */
  readonly nodes: readonly PipelineNode[];
  readonly stream: PipelineNode;
  /** The clock, when it goes by the points. */
  readonly pointsClock: PointsClock | undefined;
  /** Where the script asks for a handler or an option of it. */
  placeOf(node: string, handler: number, option?: string): { readonly start: number; readonly end: number };
  /** Says where the point that comes next was written to. */
  setOrigin(origin: PointOrigin): void;
  /** Connects what the nodes tell with the task. */
  listen(listener: {
    failed(failure: TaskFailure): void;
    log(entry: LogEntry): void;
    judged(judgement: TaskJudgement): void;
    fault(error: unknown): void;
  }): void;
}

const NOTHING: readonly AlertEvent[] = Object.freeze([]);
const ANYWHERE: PointOrigin = Object.freeze({});
const NO_TAGS: Tags = Object.freeze({});
const NO_GROUP = new Group({ name: '' }, NO_DIMENSIONS);

/**
 * A running TICKscript: points go in, its alert nodes make events of them. `loadTickscript` makes one.
 *
 * @example
 * ```ts
 * import { loadTickscript } from 'tocsin/kapacitor';
 *
 * const task = loadTickscript(`stream|from().measurement('cpu')|alert().crit(lambda: "idle" < 10)`, { name: 'cpu' });
 * const [event] = task.observe({ name: 'cpu', fields: { idle: 3 }, time: new Date() });
 * event?.level; // 'CRITICAL'
 * ```
 */
export class TickscriptTask extends SafeEmitter<TaskEvents> {
  /** The name of the task, as in templates and in the topics of its handlers. */
  readonly name: string;
  /** The databases and retention policies that the script asks for with `dbrp`. */
  readonly dbrps: readonly Required<PointOrigin>[];
  /** The variables of the script. */
  readonly vars: readonly DeclaredVar[];
  /** The alert nodes, with their rules and handlers. */
  readonly alerts: readonly ScriptAlert[];
  /** The measurements that the script asks for with `measurement`, each once. */
  readonly measurements: readonly string[];
  /** The nodes that were left out because of `ignore`, by their names in the script. */
  readonly ignored: readonly string[];
  readonly #parts: TaskParts;
  #told: readonly AlertEvent[] = NOTHING;
  #started = false;
  #sink: TaskSink | undefined;
  #defined: { readonly topic: string; readonly id: string }[] = [];

  constructor(parts: TaskParts) {
    super();
    this.name = parts.name;
    this.dbrps = parts.dbrps;
    this.vars = parts.vars;
    this.alerts = parts.alerts;
    this.ignored = parts.ignored;
    this.measurements = parts.measurements;
    this.#parts = parts;
    parts.listen({
      failed: (failure) => void this.emit('failure', failure),
      log: (entry) => void this.emit('log', entry),
      judged: (judgement) => {
        if (judgement.outcome.event !== undefined) this.#told = [...this.#told, judgement.outcome.event];
        this.emit('judged', judgement);
      },
      fault: (error) => void this.emit('error', error),
    });
    for (const { rule } of parts.alerts) rule.on('error', (error) => void this.emit('error', error));
  }

  /** The names of the nodes, such as `window2`, in the order in which the script asks for them. */
  get nodes(): readonly string[] {
    return this.#parts.nodes.map(({ name }) => name);
  }

  /**
   * Takes a point.
   *
   * @param origin The database and retention policy that it was written to, for scripts that ask. What is left out
   * fits any.
   * @returns The events that it made.
   * @throws {InvalidPointError} When the point lacks a name, fields or a valid time.
   * @throws {RegistryClosedError} When there is an event and the registry that the task publishes to is closed.
   */
  observe(point: Point, origin: PointOrigin = ANYWHERE): readonly AlertEvent[] {
    const ms = checkedTime(point);
    const { pointsClock, setOrigin, stream } = this.#parts;
    this.#told = NOTHING;
    if (!this.#started) this.#begin(ms);
    pointsClock?.advance(ms);
    if (this.#isFor(origin)) {
      setOrigin(origin);
      const { name, tags, fields, time } = point;
      stream.point({ name, tags: tags ?? NO_TAGS, fields, time, group: NO_GROUP });
    }
    return this.#told;
  }

  /**
   * Lets time pass, for what goes by the clock: `deadman`, `barrier`, `stats`. Only with `clock: 'points'`.
   *
   * @returns The events that came of it.
   * @throws {InvalidPointError} When the time is invalid.
   * @throws {TickscriptError} When the task has a clock of its own.
   */
  advance(to: Date): readonly AlertEvent[] {
    const ms = to.getTime();
    if (Number.isNaN(ms)) throw new InvalidPointError('advance() needs a valid Date');
    const { pointsClock } = this.#parts;
    if (pointsClock === undefined) {
      throw new TickscriptError('The time of this task goes by its clock', {
        cure: "Load it with { clock: 'points' } to move it yourself.",
      });
    }
    this.#told = NOTHING;
    this.#begin(ms);
    pointsClock.advance(ms);
    return this.#told;
  }

  /**
   * Sends the events of all alert nodes to a registry from now on, and defines the handlers that the script asks for
   * there: on the topic `main:<task>:<node>`, as Kapacitor names it.
   *
   * @throws {TickscriptError} When a handler's options are wrong, or its kind is not there, with the place in the script.
   * @throws {KapacitorFilesError} When that goes for several handlers: with the error of each.
   */
  async publishTo(sink: TaskSink): Promise<this> {
    if (this.#sink !== undefined)
      throw new TickscriptError(`The task ${this.name} publishes already`, { cure: 'Close it first.' });
    this.#sink = sink;
    const errors: TickscriptError[] = [];
    for (const { node, rule, handlers } of this.alerts) {
      for (const [index, handler] of handlers.entries()) {
        const error = await this.#define(sink, node, rule.ownTopic, handler, index);
        if (error !== undefined) errors.push(error);
      }
    }
    const [first] = errors;
    if (first !== undefined) {
      await this.#undefine();
      this.#sink = undefined;
      throw errors.length === 1 ? first : new KapacitorFilesError(errors);
    }
    for (const { rule, handlers } of this.alerts)
      if (rule.topic !== '' || handlers.length > 0) rule.publishTo(sink);
    if (this.#parts.pointsClock === undefined) this.start();
    return this;
  }

  /** Begins what goes by the clock. `observe`, `advance` and `publishTo` do so themselves. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    for (const node of this.#parts.nodes) node.start();
  }

  /** Stops publishing and what goes by the clock, takes the script's handlers off, and forgets all groups. */
  async close(): Promise<void> {
    for (const node of this.#parts.nodes) node.stop();
    for (const { rule } of this.alerts) await rule.close();
    await this.#undefine();
    this.#sink = undefined;
  }

  #begin(ms: number): void {
    const { pointsClock } = this.#parts;
    if (pointsClock !== undefined && !pointsClock.running) pointsClock.advance(ms);
    this.start();
  }

  #isFor({ database, retentionPolicy }: PointOrigin): boolean {
    if (this.dbrps.length === 0) return true;
    return this.dbrps.some(
      (dbrp) =>
        (database === undefined || database === dbrp.database) &&
        (retentionPolicy === undefined || retentionPolicy === dbrp.retentionPolicy),
    );
  }

  /** Defines a handler; answers what is wrong with it. */
  async #define(
    sink: TaskSink,
    node: string,
    topic: string,
    handler: AlertHandler,
    index: number,
  ): Promise<TickscriptError | undefined> {
    if (sink.define === undefined)
      return new TickscriptError(`The task ${this.name} has handlers and must publish to a registry`);
    const id = `${handler.kind}-${index + 1}`;
    try {
      await sink.define({ topic, id, kind: handler.kind, options: handler.options });
    } catch (error) {
      if (!(error instanceof HandlerSpecError)) throw error;
      return this.#placed(error, node, index);
    }
    this.#defined.push({ topic, id });
    return undefined;
  }

  /** What is wrong with a handler, where the script asks for it. */
  #placed(error: HandlerSpecError, node: string, handler: number): TickscriptError {
    const { source, placeOf } = this.#parts;
    const [issue]: readonly (SpecIssue | undefined)[] = error.issues;
    const option = issue?.path[0] === 'options' ? issue.path[1] : undefined;
    const place = placeOf(node, handler, option === undefined ? undefined : String(option));
    return source.error(place, error.issues.map(({ reason }) => reason).join('; '), issue?.cure, error);
  }

  async #undefine(): Promise<void> {
    const defined = this.#defined;
    this.#defined = [];
    for (const { topic, id } of defined) await this.#sink?.remove?.(topic, id);
  }

  protected override listenerFailed(error: unknown, event: PropertyKey): void {
    if (event !== 'error') this.emit('error', error);
  }
}

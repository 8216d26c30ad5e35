import type { AlertEvent } from '../../../src/alert/event.ts';
import type { Level } from '../../../src/alert/level.ts';
import { LambdaEvaluationError } from '../../../src/errors.ts';
import { compileMatch, type MatchExpression } from '../../../src/match/index.ts';
import type { CaseResult } from '../suite.ts';
import { eventJson } from '../suites/alertnode.ts';
import type { DefineTask, RunningTask, TaskDefinition } from './alert-task.ts';
import { sameJson } from './compare.ts';
import { TopicsModel } from './topics-model.ts';
import { decodePoint, type Vector, type VectorPoint, type VectorRule, type VectorStep } from './vector.ts';

interface Definition {
  readonly task: TaskDefinition;
  running: RunningTask | undefined;
}

interface Spec {
  readonly id: string;
  readonly kind: string;
  readonly match?: string;
  readonly options: { readonly path: string };
}

/** Runs the steps of a scenario, each compared with what was observed. */
export class Scenario {
  readonly #vector: Vector;
  readonly #defineTask: DefineTask;
  readonly #topics: TopicsModel;
  readonly #tasks = new Map<string, Definition>();
  readonly #specs: { readonly topic: string; readonly spec: Spec }[] = [];
  #sinks = new Map<string, unknown[]>();

  constructor(vector: Vector, defineTask: DefineTask) {
    this.#vector = vector;
    this.#defineTask = defineTask;
    this.#topics = new TopicsModel(vector.config?.['persist-topics'] !== false);
  }

  async run(): Promise<CaseResult> {
    const { id, steps = [] } = this.#vector;
    for (const [number, step] of steps.entries()) {
      this.#sinks = new Map();
      let observed: unknown;
      try {
        observed = await this.#do(step);
      } catch (error) {
        observed = { thrown: String(error) };
      }
      const got = { events: Object.fromEntries(this.#sinks), observed };
      const expected = { events: step.events ?? {}, observed: step.observed };
      if (sameJson(got.events, expected.events) && answers(observed, step.observed)) continue;
      return {
        id,
        passed: false,
        expected: { number, step: step.do, ...expected },
        got: { number, step: step.do, ...got },
        vector: this.#vector,
      };
    }
    return { id, passed: true, vector: this.#vector };
  }

  async #do(step: VectorStep): Promise<unknown> {
    const args = step.args ?? {};
    const task = String(args.task);
    const topic = String(args.topic);
    switch (step.do) {
      case 'defineTask':
        this.#define(args);
        this.#start(task);
        return { status: 200, executing: true };
      case 'redefineTask': {
        const restarted = args.reload !== false;
        if (restarted) await this.#stop(task);
        this.#define(args);
        if (restarted) this.#start(task);
        return { status: 200, restarted };
      }
      case 'enableTask':
        this.#start(task);
        return { status: 200, executing: true };
      case 'disableTask':
        await this.#stop(task);
        return { status: 200 };
      case 'deleteTask':
        await this.#stop(task);
        for (const { name } of this.#nodesOf(task)) this.#topics.delete(`main:${task}:${name}`);
        this.#tasks.delete(task);
        return { status: 204 };
      case 'restartDaemon':
        return this.#restart();
      case 'sleep':
      case 'wait':
        return this.#sleep(Number(args.seconds));
      case 'write':
        return this.#write(task, args.points as VectorPoint[], args.stats === true);
      case 'defineHandler':
        return this.#defineHandler(topic, args.spec as Spec);
      case 'listTopics':
        return { status: 200, topics: this.#topics.list(args.minLevel as Level | undefined) };
      case 'topicState':
        return this.#topics.has(topic) ? { status: 200, ...this.#topics.state(topic) } : { status: 404 };
      case 'eventStates':
        return this.#topics.has(topic)
          ? { status: 200, topic, events: this.#topics.events(topic, args.minLevel as Level | undefined) }
          : { status: 404 };
      case 'eventState': {
        const states = this.#topics.events(topic) as { readonly id: string }[];
        const state = states.find(({ id }) => id === args.event);
        return state === undefined ? { status: 404 } : { status: 200, ...state };
      }
      case 'deleteTopic':
        this.#topics.delete(topic);
        return { status: 204 };
      default:
        throw new Error(`a step of a kind that is not known: ${step.do}`);
    }
  }

  #define(args: Readonly<Record<string, unknown>>): void {
    const task = String(args.task);
    const rule = args.rule as VectorRule | undefined;
    const defined = this.#defineTask({ ...(rule && { rule }), tick: String(args.tick) });
    this.#tasks.set(task, { task: defined, running: this.#tasks.get(task)?.running });
  }

  #start(task: string): void {
    const definition = this.#tasks.get(task);
    if (definition === undefined) throw new Error(`there is no task ${task}`);
    definition.running = definition.task.start(
      task,
      this.#topics,
      (sink) => (event) => this.#sinkEvent(sink, event),
      () => {},
    );
  }

  async #stop(task: string): Promise<void> {
    const definition = this.#tasks.get(task);
    if (definition?.running === undefined) return;
    await definition.running.close();
    definition.running = undefined;
    for (const { name, sinks } of this.#nodesOf(task)) {
      if (sinks.length > 0) this.#topics.close(`main:${task}:${name}`);
    }
  }

  #nodesOf(task: string): TaskDefinition['nodes'] {
    return this.#tasks.get(task)?.task.nodes ?? [];
  }

  async #restart(): Promise<undefined> {
    const running = [...this.#tasks].filter(([, definition]) => definition.running !== undefined);
    for (const [task] of running) await this.#stop(task);
    this.#topics.restart();
    for (const { topic, spec } of this.#specs) this.#attach(topic, spec);
    for (const [task] of running) this.#start(task);
  }

  #sleep(seconds: number): undefined {
    for (const { running } of this.#tasks.values()) running?.sleep(seconds);
  }

  #write(task: string, points: readonly VectorPoint[], stats: boolean): unknown {
    const running = this.#tasks.get(task)?.running;
    for (const point of points) for (const _ of running?.write(decodePoint(point)) ?? []);
    return stats ? { stats: running?.stats() } : undefined;
  }

  #defineHandler(topic: string, spec: Spec): unknown {
    this.#specs.push({ topic, spec });
    this.#attach(topic, spec);
    return {
      status: 200,
      handler: { id: spec.id, kind: spec.kind, options: spec.options, match: spec.match ?? '' },
    };
  }

  #attach(topic: string, spec: Spec): void {
    const sink = spec.options.path.replace(/^@sink:(.*)@$/, '$1');
    const match = spec.match ? compileMatch(spec.match, { strict: true }) : undefined;
    const handle = (event: AlertEvent): void => {
      if (isMatch(match, event)) this.#sinkEvent(sink, event);
    };
    this.#topics.handle(topic, handle, spec.id);
  }

  #sinkEvent(sink: string, event: AlertEvent): void {
    const events = this.#sinks.get(sink) ?? [];
    this.#sinks.set(sink, [...events, eventJson(event)]);
  }
}

/** Whether a handler takes an event. A match that fails is no match. */
function isMatch(match: MatchExpression | undefined, event: AlertEvent): boolean {
  try {
    return match === undefined || match.matches(event);
  } catch (error) {
    if (error instanceof LambdaEvaluationError) return false;
    throw error;
  }
}

/** The real level counts where the original reports another (`trueLevel`). */
function answers(got: unknown, observed: Readonly<Record<string, unknown>> | undefined): boolean {
  if (observed === undefined) return !(typeof got === 'object' && got !== null && 'thrown' in got);
  return sameJson(got, withTrueLevels(observed));
}

function withTrueLevels(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withTrueLevels);
  if (typeof value !== 'object' || value === null) return value;
  const { trueLevel, ...rest } = value as Record<string, unknown>;
  const members = Object.entries(rest).map(([name, member]) => [name, withTrueLevels(member)]);
  return { ...Object.fromEntries(members), ...(trueLevel !== undefined && { level: trueLevel }) };
}

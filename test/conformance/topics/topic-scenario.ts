import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AlertEvent, AlertEventInput, Series } from '../../../src/alert/event.ts';
import { int64 } from '../../../src/alert/int64.ts';
import type { Level } from '../../../src/alert/level.ts';
import { NanoDate } from '../../../src/alert/nano-date.ts';
import type { FieldValue, Point } from '../../../src/alert/point.ts';
import { alertDataJson } from '../../../src/alert/wire.ts';
import { MemoryStore } from '../../../src/delivery/index.ts';
import { aggregate, exec, log, publish } from '../../../src/handlers/index.ts';
import { FakeClock } from '../../../src/testing/fake-clock.ts';
import { TopicRegistry } from '../../../src/topic/index.ts';
import type { RunningTask, TaskDefinition } from '../alertnode/alert-task.ts';
import { sameJson } from '../alertnode/compare.ts';
import { defineByTick } from '../alertnode/tick-task.ts';
import { decodePoint, type Vector, type VectorPoint, type VectorStep } from '../alertnode/vector.ts';
import type { CaseResult } from '../suite.ts';
import { type Answer, TopicsApi } from './api.ts';

/** One difference between what was expected and what came. */
export interface StepMismatch {
  readonly number: number;
  readonly step: VectorStep;
  readonly observed: unknown;
  readonly events: Readonly<Record<string, readonly unknown[]>>;
  /** Whether an event was kept from going round in a cycle, in this step or before. */
  readonly cycleCut: boolean;
  /** Which of them differ. */
  readonly differs: readonly ('observed' | 'events' | 'errors')[];
}

/** Runs the steps of a vector against a registry with real handlers, which write to files. */
export class TopicScenario {
  readonly #vector: Vector;
  readonly #directory = mkdtempSync(join(tmpdir(), 'tocsin-topics-'));
  readonly #store = new MemoryStore();
  readonly #persistent: boolean;
  readonly #tasks = new Map<string, { definition: TaskDefinition; running: RunningTask }>();
  readonly #read = new Map<string, number>();
  readonly #api = new TopicsApi(() => this.#registry);
  #clock = new FakeClock();
  #registry = new TopicRegistry();
  #matchErrors = 0;
  #cycleCut = false;

  constructor(vector: Vector) {
    this.#vector = vector;
    this.#persistent = vector.config?.['persist-topics'] !== false;
  }

  async run(): Promise<CaseResult> {
    const { id, steps = [] } = this.#vector;
    const mismatches: StepMismatch[] = [];
    try {
      await this.#start();
      for (const [number, step] of steps.entries()) {
        const mismatch = await this.#step(number, step);
        if (mismatch !== undefined) mismatches.push(mismatch);
      }
      await this.#registry.close();
    } finally {
      rmSync(this.#directory, { recursive: true, force: true });
    }
    const expected = mismatches.map(({ number, step, differs }) => ({
      number,
      do: step.do,
      differs,
      observed: step.observed,
      events: step.events,
      errors: step.errors,
    }));
    return { id, passed: mismatches.length === 0, expected, got: mismatches, vector: this.#vector };
  }

  async #start(): Promise<void> {
    this.#clock = new FakeClock();
    const options = { kinds: [log(), exec(), publish(), aggregate()], clock: this.#clock, strict: true };
    this.#registry = this.#persistent
      ? await TopicRegistry.open({ ...options, store: this.#store })
      : new TopicRegistry(options);
    this.#registry.on('matchError', () => this.#matchErrors++);
    this.#registry.on('hopLimit', () => {
      this.#cycleCut = true;
    });
  }

  async #step(number: number, step: VectorStep): Promise<StepMismatch | undefined> {
    this.#matchErrors = 0;
    let observed: unknown;
    try {
      observed = await this.#do(step);
      await this.#settle();
    } catch (error) {
      observed = { thrown: String(error) };
    }
    const events = this.#newEvents();
    const differs: StepMismatch['differs'][number][] = [];
    if (!this.#sameAnswer(observed, step)) differs.push('observed');
    if (!sameJson(events, step.events ?? {})) differs.push('events');
    // Other errors in the log are those of defining, which the answer has.
    const failed =
      step.errors?.filter(({ msg }) => msg === 'failed to evaluate match expression').length ?? 0;
    if (failed !== this.#matchErrors) differs.push('errors');
    return differs.length === 0
      ? undefined
      : { number, step, observed, events, cycleCut: this.#cycleCut, differs };
  }

  async #do({ do: what, args = {}, observed }: VectorStep): Promise<unknown> {
    const topic = String(args.topic);
    const at = (...segments: string[]): string => ['/alerts/topics', ...segments].join('/');
    const query = {
      pattern: args.pattern as string | undefined,
      minLevel: args.minLevel as string | undefined,
    };
    const request = (method: string, path: string, body?: unknown): Promise<Answer> =>
      this.#api.request(method, path, body === undefined ? '' : this.#fill(JSON.stringify(body)), query);
    switch (what) {
      case 'listTopics':
        return flat(await request('GET', at()));
      case 'topicState':
        return flat(await request('GET', at(topic)));
      case 'eventStates':
        return flat(await request('GET', at(topic, 'events')));
      case 'eventState': {
        const answer = await request('GET', at(topic, 'events', String(args.event)));
        return observed !== undefined && 'body' in observed
          ? { status: answer.status, body: withoutLinks(answer.body) }
          : flat(answer);
      }
      case 'deleteTopic':
        return flat(await request('DELETE', at(topic)));
      case 'listHandlers':
        return flat(await request('GET', at(topic, 'handlers')));
      case 'getHandler':
        return asHandler(await request('GET', at(topic, 'handlers', String(args.id))));
      case 'defineHandler':
        return asHandler(await request('POST', at(topic, 'handlers'), args.spec));
      case 'replaceHandler':
        return asHandler(await request('PUT', at(topic, 'handlers', String(args.id)), args.spec));
      case 'patchHandler':
        return asHandler(await request('PATCH', at(topic, 'handlers', String(args.id)), args.patch));
      case 'deleteHandler':
        return flat(await request('DELETE', at(topic, 'handlers', String(args.id))));
      case 'collect':
        this.#registry.collect(decodeEvent(observed?.event as VectorEvent));
        return observed;
      case 'collectBurst':
        for (const event of (observed?.events ?? []) as VectorEvent[])
          this.#registry.collect(decodeEvent(event));
        return observed;
      case 'wait':
      case 'sleep':
        // What is gathered is handed on by the clock; a pause lets it out before the next round.
        await this.#clock.advance(Number(args.seconds) * 1000);
        return observed;
      case 'restartDaemon':
        return this.#restart();
      case 'defineTask':
        return this.#defineTask(args);
      case 'redefineTask':
        return args.reload === false
          ? { status: 200, restarted: false }
          : { status: 200, restarted: (await this.#defineTask(args)) !== undefined };
      case 'disableTask':
        await this.#tasks.get(String(args.task))?.running.close();
        return { status: 200 };
      case 'enableTask': {
        const known = this.#tasks.get(String(args.task));
        if (known === undefined) throw new Error(`there is no task ${String(args.task)}`);
        this.#run(String(args.task), known.definition);
        return { status: 200, executing: true };
      }
      case 'deleteTask':
        return this.#deleteTask(String(args.task));
      case 'write': {
        const running = this.#tasks.get(String(args.task))?.running;
        for (const point of args.points as VectorPoint[]) {
          for (const _ of running?.write(decodePoint(point) as Point) ?? []);
          await this.#settle();
        }
        return observed;
      }
      default:
        throw new Error(`a step of a kind that is not known: ${what}`);
    }
  }

  async #restart(): Promise<undefined> {
    const specs = this.#registry.specs();
    await this.#settle();
    await this.#registry.close();
    await this.#start();
    for (const spec of specs) await this.#registry.define(spec);
    for (const [task, { definition }] of this.#tasks) this.#run(task, definition);
  }

  async #defineTask(args: Readonly<Record<string, unknown>>): Promise<unknown> {
    const task = String(args.task);
    const definition = defineByTick({ tick: String(args.tick) });
    await this.#tasks.get(task)?.running.close();
    this.#run(task, definition);
    return { status: 200, executing: true };
  }

  #run(task: string, definition: TaskDefinition): void {
    const running = definition.start(
      task,
      this.#registry,
      (sink) => (event) => this.#sinkEvent(sink, event),
      () => {},
    );
    this.#tasks.set(task, { definition, running });
  }

  async #deleteTask(task: string): Promise<unknown> {
    const known = this.#tasks.get(task);
    await known?.running.close();
    for (const { name } of known?.definition.nodes ?? []) {
      this.#registry.deleteTopic(`main:${task}:${name}`);
    }
    this.#tasks.delete(task);
    return { status: 204 };
  }

  /** Waits until no handler has anything to do, without letting any hand on what it gathers. */
  async #settle(): Promise<void> {
    let quiet = 0;
    for (let round = 0; quiet < 3; round++) {
      if (round > 50_000) throw new Error('handlers do not come to rest');
      await this.#clock.settle();
      const busy = this.#registry
        .stats()
        .topics.some(({ handlers }) => handlers.some(({ queued, active }) => queued + active > 0));
      quiet = busy ? 0 : quiet + 1;
    }
  }

  readonly #direct = new Map<string, string[]>();

  #sinkEvent(sink: string, event: AlertEvent): void {
    this.#direct.set(sink, [...(this.#direct.get(sink) ?? []), alertDataJson(event)]);
  }

  readonly #sinks = new Set<string>();

  /** A text with the paths of sinks filled in. */
  #fill(text: string): string {
    return text.replace(/@sink:([^@]+)@/g, (_, name: string) => {
      this.#sinks.add(name);
      return join(this.#directory, name);
    });
  }

  #newEvents(): Record<string, unknown[]> {
    const events: Record<string, unknown[]> = {};
    for (const name of this.#sinks) {
      const lines = readLines(join(this.#directory, name));
      const fresh = lines.slice(this.#read.get(name) ?? 0);
      this.#read.set(name, lines.length);
      if (fresh.length > 0) events[name] = fresh.map(readAlertData);
    }
    for (const [name, lines] of this.#direct)
      events[name] = [...(events[name] ?? []), ...lines.map(readAlertData)];
    this.#direct.clear();
    return events;
  }

  #sameAnswer(
    got: unknown,
    { observed, trueEvents }: VectorStep & { trueEvents?: readonly string[] },
  ): boolean {
    if (observed === undefined) return !(typeof got === 'object' && got !== null && 'thrown' in got);
    const { error, ...answer } = got as { readonly error?: string };
    if (typeof observed.error === 'string') {
      return error !== undefined && observed.status === (answer as Partial<Answer>).status;
    }
    const filled: unknown = JSON.parse(this.#fill(JSON.stringify(withTrueLevels(observed))));
    if (trueEvents === undefined) return error === undefined && sameJson(answer, filled);
    const ids = (answer as unknown as { readonly events: readonly { readonly id: string }[] }).events.map(
      ({ id }) => id,
    );
    return sameJson([...ids].sort(), [...trueEvents].sort());
  }
}

function flat({ status, body, error }: Answer): Record<string, unknown> {
  return { status, ...(withoutLinks(body) as object), ...(error !== undefined && { error }) };
}

function asHandler({ status, body, error }: Answer): Record<string, unknown> {
  return {
    status,
    ...(body !== undefined && { handler: withoutLinks(body) }),
    ...(error !== undefined && { error }),
  };
}

function withoutLinks(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutLinks);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => key !== 'link' && !key.endsWith('-link'));
  return Object.fromEntries(entries.map(([key, part]) => [key, withoutLinks(part)]));
}

/** The real level counts where the original reports another. */
function withTrueLevels(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withTrueLevels);
  if (typeof value !== 'object' || value === null) return value;
  const { trueLevel, ...rest } = value as Record<string, unknown>;
  const members = Object.entries(rest).map(([name, member]) => [name, withTrueLevels(member)]);
  return { ...Object.fromEntries(members), ...(trueLevel !== undefined && { level: trueLevel }) };
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  } catch {
    return [];
  }
}

/** A line of a log handler in the form of the vectors. */
function readAlertData(line: string): unknown {
  const { duration: _, ...data } = JSON.parse(line) as Record<string, unknown>;
  return { ...data, durationNs: /"duration":(-?\d+)/.exec(line)?.[1] };
}

interface VectorEvent {
  readonly topic: string;
  readonly id: string;
  readonly message: string;
  readonly details: string;
  readonly time: string;
  readonly durationNs: string;
  readonly level: Level;
  readonly name: string;
  readonly taskName: string;
  readonly group: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly fields: VectorPoint['fields'];
  readonly recoverable: boolean;
  readonly series:
    | readonly {
        readonly name?: string;
        readonly tags?: Readonly<Record<string, string>>;
        readonly columns?: readonly string[];
        readonly values?: readonly (readonly unknown[])[];
      }[]
    | null;
}

function decodeEvent({ time, durationNs, fields, series, ...event }: VectorEvent): AlertEventInput {
  const point = decodePoint({ name: event.name, tags: event.tags, fields, time });
  return {
    ...event,
    time: NanoDate.fromRFC3339(time),
    duration: Number(durationNs) / 1e6,
    durationNs: int64(BigInt(durationNs)),
    fields: point.fields,
    series:
      series?.map(
        ({ name = '', tags, columns = [], values = [] }): Series => ({
          name,
          ...(tags && { tags }),
          columns,
          values: values.map((row) =>
            row.map((value, n) => {
              const type = fields[columns[n] ?? '']?.type;
              if (type === 'int' && typeof value === 'number') return BigInt(value);
              return value as FieldValue | null;
            }),
          ),
        }),
      ) ?? null,
  };
}

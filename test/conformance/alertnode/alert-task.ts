import type { AlertEvent } from '../../../src/alert/event.ts';
import { parseDuration } from '../../../src/alert/go-duration.ts';
import type { Point } from '../../../src/alert/point.ts';
import { createGrouping } from '../../../src/rule/group-by.ts';
import {
  AlertRule,
  type AlertRuleOptions,
  type Batch,
  type EventSink,
  type RuleFailure,
} from '../../../src/rule/index.ts';
import { type AlertNode, readSinks, readTick, type StreamChain } from './tick-reader.ts';
import type { VectorRule } from './vector.ts';
import { createWindow, type WindowModel } from './window-model.ts';

/** Something that a task's alert nodes said. */
export interface TaskOutput {
  readonly node: string;
  /** The event, when one was told. */
  readonly event?: AlertEvent;
  /** What was passed on. */
  readonly passed?: Point | Batch;
  /** The batch that was judged. */
  readonly batch?: Batch;
}

/** A task that runs. */
export interface RunningTask {
  /** Takes a point, and yields what its alert nodes say. */
  write(point: Point): Iterable<TaskOutput>;
  /** Counters of the alert nodes, as Kapacitor names them. */
  stats(): Record<string, Record<string, number>>;
  /** Lets time pass in which no point comes. */
  sleep(seconds: number): void;
  close(): Promise<void>;
}

/** A task that was defined: its alert nodes, and how it starts. */
export interface TaskDefinition {
  readonly nodes: readonly Pick<AlertNode, 'name' | 'sinks'>[];
  start(
    taskName: string,
    sink: EventSink | undefined,
    sinkOf: (name: string) => (event: AlertEvent) => void,
    failed: (node: string, failure: Pick<RuleFailure, 'kind' | 'level'>) => void,
  ): RunningTask;
}

/** Makes a task of what a vector says of it. Throws when it is refused. */
export type DefineTask = (args: { readonly rule?: VectorRule; readonly tick: string }) => TaskDefinition;

/** Defines a task by the node properties that a vector lists besides the script. */
export const defineByRule: DefineTask = ({ rule, tick }) => {
  const chains = rule === undefined ? readTick(tick) : [chainOf(rule, tick)];
  return {
    nodes: chains.flatMap(({ alerts }) => alerts),
    start: (taskName, sink, sinkOf, failed) => new AlertTask(chains, taskName, sink, sinkOf, failed),
  };
};

function chainOf(rule: VectorRule, tick: string): StreamChain {
  const position = 2 + (rule.window === undefined ? 0 : 1) + (rule.barrier === undefined ? 0 : 1);
  const sinks = tick.includes('@sink:') ? readSinks(tick) : [];
  return { alerts: [{ name: `alert${position}`, rule, sinks }] };
}

/** The counters of a rule, as Kapacitor names them. */
export function statsOf({ stats }: AlertRule): Record<string, number> {
  const { events, inhibited } = stats;
  return {
    alerts_triggered: events.OK + events.INFO + events.WARNING + events.CRITICAL,
    alerts_inhibited: inhibited,
    oks_triggered: events.OK,
    infos_triggered: events.INFO,
    warns_triggered: events.WARNING,
    crits_triggered: events.CRITICAL,
  };
}

export const SERVER = {
  hostname: 'oraclehost',
  clusterID: '11111111-2222-4333-8444-555555555555',
  serverID: '66666666-7777-4888-9999-aaaaaaaaaaaa',
};

/** The options of our rule that a rule of the vectors stands for. */
export function ruleOptions(rule: VectorRule, taskName: string, node: string): AlertRuleOptions {
  const { window: _window, barrier: _barrier, flapping, inhibit, ...rest } = rule;
  return {
    ...rest,
    taskName,
    node,
    ...(flapping && { flapping: { low: flapping[0], high: flapping[1] } }),
    ...(inhibit && { inhibit: inhibit.map(([category, ...tags]) => ({ category, tags })) }),
    serverInfo: SERVER,
    strict: true,
    timeZone: 'UTC',
  } as AlertRuleOptions;
}

interface RunningNode {
  readonly node: AlertNode;
  readonly rule: AlertRule;
  readonly windows: Map<string, WindowModel>;
}

/** A running task: points go in, and what its alert nodes say comes out. */
export class AlertTask implements RunningTask {
  readonly #chains: readonly {
    readonly measurement: string | undefined;
    readonly nodes: readonly RunningNode[];
  }[];

  constructor(
    chains: readonly StreamChain[],
    taskName: string,
    sink: EventSink | undefined,
    sinkOf: (name: string) => (event: AlertEvent) => void,
    failed: (node: string, failure: RuleFailure) => void,
  ) {
    this.#chains = chains.map(({ measurement, alerts }) => ({
      measurement,
      nodes: alerts.map((node) => {
        const rule = new AlertRule({
          ...ruleOptions(node.rule, taskName, node.name),
          ...(node.sinks.length > 0 && { handlers: node.sinks.map((name) => sinkOf(name)) }),
        });
        rule.on('failure', (failure) => failed(node.name, failure));
        if (sink !== undefined && (rule.topic !== '' || node.sinks.length > 0)) rule.publishTo(sink);
        return { node, rule, windows: new Map<string, WindowModel>() };
      }),
    }));
  }

  /** Counters of the alert nodes, as Kapacitor names them. */
  stats(): Record<string, Record<string, number>> {
    const stats: Record<string, Record<string, number>> = {};
    for (const { node, rule } of this.#nodes()) {
      stats[node.name] = statsOf(rule);
    }
    return stats;
  }

  *write(point: Point): Generator<TaskOutput> {
    for (const { measurement, nodes } of this.#chains) {
      if (measurement === undefined || measurement === point.name) yield* this.#run(nodes, 0, point);
    }
  }

  /** What `|barrier().idle().delete(TRUE)` does when no point comes for that long: every group is forgotten. */
  sleep(seconds: number): void {
    for (const { node, rule, windows } of this.#nodes()) {
      const idle = node.rule.barrier === undefined ? undefined : Number(parseDuration(node.rule.barrier));
      if (idle === undefined || idle >= seconds * 1e9) continue;
      rule.forget();
      windows.clear();
    }
  }

  async close(): Promise<void> {
    for (const { rule } of this.#nodes()) await rule.close();
  }

  #nodes(): readonly RunningNode[] {
    return this.#chains.flatMap(({ nodes }) => nodes);
  }

  *#run(nodes: readonly RunningNode[], position: number, given: Point | Batch): Generator<TaskOutput> {
    const running = nodes[position];
    if (running === undefined) return;
    const { node, rule } = running;
    const input = 'points' in given ? given : windowed(running, given);
    if (input === undefined) return;
    const { event, passed } = 'points' in input ? rule.processBatch(input) : rule.process(input);
    yield {
      node: node.name,
      ...(event && { event }),
      ...(passed && { passed }),
      ...('points' in input && { batch: input }),
    };
    if (passed !== undefined) yield* this.#run(nodes, position + 1, passed);
  }
}

function windowed({ node, windows }: RunningNode, point: Point): Point | Batch | undefined {
  const { window, groupBy, groupByMeasurement = false } = node.rule;
  if (window === undefined) return point;
  const grouping = createGrouping(groupBy, groupByMeasurement);
  const key = grouping.key(point);
  const model = windows.get(key) ?? createWindow(window, grouping.tags(point));
  windows.set(key, model);
  return model(point);
}

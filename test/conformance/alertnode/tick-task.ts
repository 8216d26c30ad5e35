import type { AlertEvent } from '../../../src/alert/event.ts';
import type { Point } from '../../../src/alert/point.ts';
import { loadTickscript, type TickscriptTask } from '../../../src/kapacitor/index.ts';
import { PointsClock } from '../../../src/kapacitor/pipeline/points-clock.ts';
import type { EventSink, RuleFailure } from '../../../src/rule/index.ts';
import { type DefineTask, type RunningTask, SERVER, statsOf, type TaskOutput } from './alert-task.ts';

/** Defines a task by the text of its script. */
export const defineByTick: DefineTask = ({ tick }) => {
  const load = (name: string, clock: PointsClock): TickscriptTask =>
    loadTickscript(tick, { name, clock, strict: true, timeZone: 'UTC', serverInfo: SERVER });
  // Loaded once to see what nodes there are, and again for each start.
  const { alerts } = load('defined', new PointsClock());
  return {
    nodes: alerts.map(({ node, handlers }) => ({
      name: node,
      sinks: handlers.map(({ options }) => String(options.path).replace(/^@sink:(.*)@$/, '$1')),
    })),
    start: (taskName, sink, sinkOf, failed) => {
      const clock = new PointsClock();
      clock.advance(Date.UTC(2020, 0));
      return new TickTask(load(taskName, clock), clock, sink, sinkOf, failed);
    },
  };
};

/** A script that runs, with a clock that points do not move: in Kapacitor it is the one on the wall. */
class TickTask implements RunningTask {
  readonly #task: TickscriptTask;
  readonly #clock: PointsClock;
  readonly #takeOff: (() => Promise<unknown>)[] = [];
  #outputs: TaskOutput[] = [];

  constructor(
    task: TickscriptTask,
    clock: PointsClock,
    sink: EventSink | undefined,
    sinkOf: (name: string) => (event: AlertEvent) => void,
    failed: (node: string, failure: Pick<RuleFailure, 'kind' | 'level'>) => void,
  ) {
    this.#task = task;
    this.#clock = clock;
    task.on('judged', ({ alert, data, outcome: { event, passed } }) => {
      const batch = 'points' in data ? { batch: data } : {};
      this.#outputs.push({ node: alert.node, ...(event && { event }), ...(passed && { passed }), ...batch });
    });
    for (const { node, rule, handlers } of task.alerts) {
      rule.on('failure', (failure) => failed(node, failure));
      if (sink === undefined || (rule.topic === '' && handlers.length === 0)) continue;
      rule.publishTo(sink);
      for (const { options } of handlers) {
        const handler = sinkOf(String(options.path).replace(/^@sink:(.*)@$/, '$1'));
        const id = String(sink.handle?.(rule.ownTopic, handler));
        this.#takeOff.push(async () => sink.remove?.(rule.ownTopic, id));
      }
    }
  }

  write(point: Point): readonly TaskOutput[] {
    this.#outputs = [];
    this.#task.observe(point);
    return this.#outputs;
  }

  stats(): Record<string, Record<string, number>> {
    return Object.fromEntries(this.#task.alerts.map(({ node, rule }) => [node, statsOf(rule)]));
  }

  sleep(seconds: number): void {
    this.#clock.advance(this.#clock.now() + seconds * 1000);
  }

  async close(): Promise<void> {
    await this.#task.close();
    for (const takeOff of this.#takeOff) await takeOff();
  }
}

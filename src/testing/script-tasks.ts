import type { Clock } from '../alert/clock.ts';
import type { ScriptAlert, TaskSink, TickscriptTask } from '../kapacitor/index.ts';
import type { RuleFailure } from '../rule/index.ts';
import { type Moment, type PointDefaults, pointOf } from './steps.ts';
import type { TraceRow } from './trace.ts';

/** How many different problems of scripts are told. */
const MOST_PROBLEMS = 10;

/** The scripts of a test, running. */
export class ScriptTasks {
  readonly #tasks: readonly TickscriptTask[];
  readonly #problems = new Set<string>();
  /** The measurements of the points that came, until something was judged. */
  #unjudged: Set<string> | undefined = new Set();

  /**
   * @param clock The clock of the test, by which the scripts go.
   * @param judged Told of everything that their alert nodes judge.
   */
  constructor(tasks: readonly TickscriptTask[], clock: Clock, judged: (row: TraceRow) => void) {
    this.#tasks = tasks;
    const start = clock.now();
    for (const task of tasks) {
      const failures = new Map<ScriptAlert, RuleFailure[]>();
      for (const alert of task.alerts) {
        const list: RuleFailure[] = [];
        failures.set(alert, list);
        alert.rule.on('failure', (failure) => void list.push(failure));
      }
      task.on('judged', ({ alert, data, outcome: { event, reason, level, group } }) => {
        this.#unjudged = undefined;
        const { topic, ownTopic } = alert.rule;
        judged({
          offset: clock.now() - start,
          topic: topic === '' ? ownTopic : topic,
          group,
          fields: 'points' in data ? (data.points.at(-1)?.fields ?? {}) : data.fields,
          level,
          reason,
          event,
          failures: failures.get(alert)?.splice(0) ?? [],
        });
      });
      const alertNodes = new Set(task.alerts.map(({ node }) => node));
      task.on('failure', ({ node, error }) => {
        // What fails in an alert node stands in its row.
        if (alertNodes.has(node)) return;
        if (this.#problems.size < MOST_PROBLEMS) this.#problems.add(`${task.name}/${node}: ${error.message}`);
      });
    }
  }

  /** How many there are. */
  get size(): number {
    return this.#tasks.length;
  }

  /** What their nodes could do nothing with, each kind of it once. */
  get problems(): readonly string[] {
    const came = this.#unjudged ?? [];
    const selected = this.measurements;
    const astray = [...came].filter((name) => !selected.includes(name));
    return selected.length === 0 || astray.length === 0
      ? [...this.#problems]
      : [
          ...this.#problems,
          `points of ${astray.join(', ')} came, and the script selects ${selected.join(', ')}`,
        ];
  }

  /** The measurements that they select. */
  get measurements(): readonly string[] {
    return this.#tasks.flatMap(({ measurements }) => measurements);
  }

  /** Defines their handlers, and lets what goes by the clock begin. */
  async publishTo(sink: TaskSink): Promise<void> {
    for (const task of this.#tasks) await task.publishTo(sink);
  }

  /** Gives them the point of a moment. */
  observe({ offset, point }: Moment, defaults: PointDefaults): void {
    if (point === undefined) return;
    const made = pointOf(point, offset, defaults);
    this.#unjudged?.add(made.name);
    for (const task of this.#tasks) task.observe(made);
  }

  /** Stops them. */
  async close(): Promise<void> {
    await Promise.all(this.#tasks.map((task) => task.close()));
  }
}

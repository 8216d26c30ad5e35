import { type Clock, systemClock } from '../alert/clock.ts';
import { TickscriptError } from '../errors.ts';
import { compileLambda, type LambdaNode, type ScopeKind } from '../lambda/index.ts';
import type { AlertRuleOptions } from '../rule/index.ts';
import { ruleScope } from '../rule/rule-scope.ts';
import { addStats, type DeadmanTexts, deadman } from './nodes/deadman.ts';
import { MISSING_NODES, NODES } from './nodes/index.ts';
import { noop } from './nodes/noop.ts';
import type {
  AlertDefaults,
  HandlerPlaces,
  NodeHost,
  PointOrigin,
  ScriptAlert,
} from './pipeline/node-host.ts';
import { PipelineNode } from './pipeline/pipeline-node.ts';
import { PointsClock } from './pipeline/points-clock.ts';
import { evaluateScript } from './tickscript/evaluate-script.ts';
import type { Graph, GraphNode } from './tickscript/graph.ts';
import type { NodeCatalog } from './tickscript/link.ts';
import { parseScript } from './tickscript/parse-script.ts';
import { ScriptSource } from './tickscript/script-source.ts';
import type { ScriptVar } from './tickscript/script-vars.ts';
import { type TaskParts, TickscriptTask } from './tickscript-task.ts';

/** What `loadTickscript` may be told. */
export interface LoadTickscriptOptions
  extends Pick<
    AlertRuleOptions,
    'strict' | 'timeZone' | 'serverInfo' | 'maxGroups' | 'idleGroupTtl' | 'inhibitions'
  > {
  /** The name of the task, for templates and topics. @default the file's name without its ending, or 'task' */
  readonly name?: string;
  /** The values of the script's variables: of those that are declared with a type only, and in place of others. */
  readonly vars?: Readonly<Record<string, ScriptVar>>;
  /** Databases and retention policies that the task is for, besides those of the script's `dbrp`. */
  readonly dbrps?: readonly Required<PointOrigin>[];
  /** The file that the text came from, for messages. */
  readonly file?: string;
  /**
   * What `deadman`, `barrier` and `stats` take time from. `'points'` is for tests and replays: time goes with the times
   * of points, and with `advance()`. @default the clock on the wall
   */
  readonly clock?: Clock | 'points';
  /** Names of nodes to leave out, such as `influxDBOut`: what the script can do without here. */
  readonly ignore?: readonly string[];
  /** What a configuration says of all alert nodes and of deadman alerts: the result of `loadKapacitorConf`. */
  readonly conf?: { readonly alertDefaults: AlertDefaults; readonly deadman?: DeadmanTexts };
}

const NO_DEFAULTS: AlertDefaults = { globalKinds: [] };

/**
 * Loads a TICKscript of a stream task.
 *
 * @param text The script.
 * @throws {TickscriptError} When it is wrong, or asks for a node or property that is not there.
 * @throws {LambdaSyntaxError | LambdaTypeError} When an expression in it is wrong. All errors have line and column.
 *
 * @example
 * ```ts
 * import { loadTickscript } from 'tocsin/kapacitor';
 *
 * const script = `
 *   var crit = 90
 *   stream
 *     |from().measurement('cpu').groupBy('host')
 *     |alert()
 *       .crit(lambda: "usage" > crit)
 *       .message('{{ .ID }} is {{ .Level }}')
 *       .stateChangesOnly()
 *       .slack().channel('#ops')
 * `;
 * const task = loadTickscript(script, { name: 'cpu', vars: { crit: 95 } });
 * task.alerts[0]?.handlers; // [{ kind: 'slack', options: { channel: '#ops' }, global: false }]
 * ```
 */
export function loadTickscript(text: string, options: LoadTickscriptOptions = {}): TickscriptTask {
  const { vars = {}, file, conf } = options;
  if (typeof text !== 'string') throw new TickscriptError('A TICKscript must be a text');
  const source = new ScriptSource(text.startsWith('\ufeff') ? text.slice(1) : text, file);
  const ignored: string[] = [];
  const catalog: NodeCatalog = {
    nodes: NODES,
    shorthands: { deadman: deadman(conf?.deadman ?? {}), stats: { expand: addStats } },
    missing: MISSING_NODES,
    ignored: new Set(options.ignore ?? []),
    leaveOut(call) {
      ignored.push(call.name);
      return { definition: noop, draft: { ...noop.draftOf(undefined), apply: () => true } };
    },
  };
  const script = evaluateScript(parseScript(source), source, vars, catalog);
  const name = options.name ?? nameOf(file) ?? 'task';
  return new TickscriptTask(
    build(script.graph, source, name, options, {
      vars: script.vars,
      dbrps: [...(options.dbrps ?? []), ...script.dbrps],
      ignored,
    }),
  );
}

/**
 * Loads a TICKscript from a file. Needs Node.
 *
 * @throws {TickscriptError} When the file cannot be read, or as {@link loadTickscript} does.
 */
export async function loadTickscriptFile(
  file: string,
  options: LoadTickscriptOptions = {},
): Promise<TickscriptTask> {
  const { readFile } = await import('node:fs/promises');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new TickscriptError(`${file} cannot be read: ${why}`, { cause });
  }
  return loadTickscript(text, { file, ...options });
}

function nameOf(file: string | undefined): string | undefined {
  return file?.replace(/^.*[/\\]/, '').replace(/\.tick$/, '');
}

function build(
  graph: Graph,
  source: ScriptSource,
  name: string,
  options: LoadTickscriptOptions,
  script: Pick<TaskParts, 'vars' | 'dbrps' | 'ignored'>,
): TaskParts {
  const {
    clock: chosen = systemClock,
    strict = false,
    timeZone,
    serverInfo,
    maxGroups,
    idleGroupTtl,
  } = options;
  const pointsClock = chosen === 'points' ? new PointsClock() : undefined;
  const clock = chosen === 'points' ? (pointsClock ?? systemClock) : chosen;
  const alerts: ScriptAlert[] = [];
  const places = new Map<string, HandlerPlaces>();
  const nodes: PipelineNode[] = [];
  const measurements = new Set<string>();
  let listener: Parameters<TaskParts['listen']>[0] | undefined;
  let origin: PointOrigin = {};
  const host: NodeHost = {
    source,
    taskName: name,
    // Whoever moves the clock of the points sees what is thrown; a timer of the platform would end the process.
    clock: pointsClock ?? guarded(clock, (error) => listener?.fault(error)),
    rule: {
      strict,
      ...(timeZone !== undefined && { timeZone }),
      ...(serverInfo !== undefined && { serverInfo }),
      ...(maxGroups !== undefined && { maxGroups }),
      ...(idleGroupTtl !== undefined && { idleGroupTtl }),
      ...(options.inhibitions !== undefined && { inhibitions: options.inhibitions }),
    },
    alertDefaults: options.conf?.alertDefaults ?? NO_DEFAULTS,
    get origin() {
      return origin;
    },
    compile: <Scope>(root: LambdaNode, scope?: ScopeKind<Scope>) =>
      compileLambda<Scope>(source.text, {
        root,
        scope: scope ?? (ruleScope as unknown as ScopeKind<Scope>),
        strict,
        now: () => new Date(clock.now()),
        ...(timeZone !== undefined && { timeZone }),
        ...(source.file !== undefined && { file: source.file }),
      }),
    selects: (measurement) => void measurements.add(measurement),
    failed: (node, error, data) => listener?.failed({ node, error, data }),
    log: (entry) => listener?.log(entry),
    alert: (alert, placeOf) => {
      alerts.push(alert);
      places.set(alert.node, placeOf);
    },
    judged: (alert, data, outcome) => listener?.judged({ alert, data, outcome }),
  };
  const stream = new PipelineNode(graph.source.name);
  nodes.push(stream);
  buildChildren(graph.source, stream, host, nodes);
  alerts.sort((a, b) => numberOf(a.node) - numberOf(b.node));
  nodes.sort((a, b) => numberOf(a.name) - numberOf(b.name));
  return {
    ...script,
    name,
    source,
    measurements: [...measurements],
    alerts,
    nodes,
    stream,
    pointsClock,
    placeOf: (node, handler, option) => places.get(node)?.(handler, option) ?? { start: 0, end: 1 },
    setOrigin: (given) => {
      origin = given;
    },
    listen: (given) => {
      listener = given;
    },
  };
}

/** A clock whose timers do not throw. */
function guarded(clock: Clock, fault: (error: unknown) => void): Clock {
  return {
    now: () => clock.now(),
    setTimeout: (callback, ...rest) =>
      clock.setTimeout(
        () => {
          try {
            callback();
          } catch (error) {
            fault(error);
          }
        },
        ...rest,
      ),
  };
}

/** The number at the end of a node's name, by which the script's order is known. */
function numberOf(name: string): number {
  return Number(/\d+$/.exec(name)?.[0]);
}

function buildChildren(of: GraphNode, parent: PipelineNode, host: NodeHost, nodes: PipelineNode[]): void {
  for (const child of of.children) {
    if (child.made === undefined) continue;
    const { draft, call } = child.made;
    const node = draft.build({ name: child.name, edge: of.edge, call, host, parent });
    nodes.push(node);
    if (child.fed) parent.connect(node);
    buildChildren(child, node, host, nodes);
  }
}

import type { Clock } from '../alert/clock.ts';
import { nearest } from '../alert/nearest.ts';
import type { Point } from '../alert/point.ts';
import { RuleOptionsError } from '../errors.ts';
import type { HandleFunction, Handler } from '../handler/handler.ts';
import type { LambdaOptions } from '../lambda/index.ts';
import type { AugmentationOptions } from './augmentation.ts';
import type { GroupByOption } from './group-by.ts';
import type { InhibitionRegistry, InhibitOption } from './inhibition-registry.ts';
import { type Interval, type IntervalOption, readPositiveInterval, show } from './interval.ts';
import type { LevelConditionOptions } from './level-conditions.ts';
import type { ServerInfo, TextOptions } from './rule-texts.ts';
import { readFlag, type StateOptions } from './state-rules.ts';

/** The options of an `AlertRule`. What is left out is as Kapacitor has it. */
export interface AlertRuleOptions
  extends LevelConditionOptions,
    StateOptions,
    TextOptions,
    AugmentationOptions {
  /** The topic that events are sent to. */
  readonly topic?: string;
  /** The rule's name, in its events and templates. @default '' */
  readonly taskName?: string;
  /** The rule's place in its task; a part of the name of its own topic. @default 'alert2' */
  readonly node?: string;
  /**
   * Handlers that get the events of this rule alone: they are on a topic of its own, `main:<taskName>:<node>`. An empty
   * list gives the rule such a topic too, for handlers that you put there yourself. It takes a `taskName`, and a registry
   * to publish to.
   */
  readonly handlers?: readonly (HandleFunction | Handler)[];
  /** By which tags points are grouped: names, `'*'`, or `{ exclude: [...] }`. Left out, all are one group. */
  readonly groupBy?: GroupByOption;
  /** Whether each measurement has groups of its own. @default false */
  readonly groupByMeasurement?: boolean;
  /** Whether a batch has the lowest level of its points, instead of the highest. @default false */
  readonly all?: boolean;
  /** The category of this rule's events, by which other rules inhibit them. @default '' */
  readonly category?: string;
  /** Which categories this rule inhibits while it is not OK. */
  readonly inhibit?: readonly InhibitOption[];
  /** Where inhibitions are kept. @default one that is shared by the rules that publish to the same registry */
  readonly inhibitions?: InhibitionRegistry;
  /** How many groups are remembered at most. Unbounded by default. */
  readonly maxGroups?: number;
  /** After how long without a point a group that is OK is forgotten, by the points' own time. Never by default. */
  readonly idleGroupTtl?: IntervalOption;
  /** What templates show as `.ServerInfo`. */
  readonly serverInfo?: ServerInfo;
  /** The IANA zone in which `hour("time")` and its like read a point's time. @default the zone of the process */
  readonly timeZone?: string;
  /** What `now()` in conditions is answered from. @default the clock on the wall */
  readonly clock?: Clock;
  /** Whether a `number` is a float64 in expressions and templates, as in Go, integral or not. @default false */
  readonly strict?: boolean;
}

/** The options that an `AlertRule` reads itself, checked. */
export interface RuleSettings {
  readonly topic: string;
  readonly ownTopic: string;
  readonly taskName: string;
  readonly category: string;
  readonly all: boolean;
  readonly groupByMeasurement: boolean;
  readonly strict: boolean;
  readonly idleGroupTtl: Interval | undefined;
  readonly lambda: LambdaOptions<Point>;
}

const DEFAULT_NODE = 'alert2';

/**
 * Checks the options that an `AlertRule` reads itself, and that there is none that it does not know.
 *
 * @throws {RuleOptionsError} When one is wrong or unknown.
 */
export function readRuleOptions(options: AlertRuleOptions): RuleSettings {
  if (typeof options !== 'object' || options === null) {
    throw new RuleOptionsError(`The options of a rule must be an object, got ${show(options)}`);
  }
  checkNames(options);
  const { maxGroups, idleGroupTtl, handlers, clock, timeZone } = options;
  const taskName = readText('taskName', options.taskName);
  const strict = readFlag('strict', options.strict);
  if (handlers !== undefined && !Array.isArray(handlers))
    throw new RuleOptionsError(`handlers must be a list, got ${show(handlers)}`);
  if (handlers !== undefined && taskName === '') {
    throw new RuleOptionsError('handlers need a taskName', { cure: 'It names the topic that they are on.' });
  }
  if (maxGroups !== undefined && !(Number.isInteger(maxGroups) && maxGroups > 0)) {
    throw new RuleOptionsError(`maxGroups must be a whole number from 1, got ${show(maxGroups)}`);
  }
  for (const name of TEXT_OPTIONS) readText(name, options[name]);
  return {
    topic: readText('topic', options.topic),
    ownTopic: `main:${taskName}:${readText('node', options.node) || DEFAULT_NODE}`,
    taskName,
    category: readText('category', options.category),
    all: readFlag('all', options.all),
    groupByMeasurement: readFlag('groupByMeasurement', options.groupByMeasurement),
    strict,
    idleGroupTtl: idleGroupTtl === undefined ? undefined : readPositiveInterval('idleGroupTtl', idleGroupTtl),
    lambda: {
      strict,
      ...(timeZone === undefined ? {} : { timeZone }),
      ...(clock === undefined ? {} : { now: () => new Date(clock.now()) }),
    },
  };
}

const TEXT_OPTIONS = ['levelTag', 'levelField', 'idTag', 'idField', 'durationField', 'messageField'] as const;

/** Every option, to tell a misspelled one. */
const NAMES: ReadonlySet<string> = new Set(
  Object.keys({
    topic: 0,
    taskName: 0,
    node: 0,
    handlers: 0,
    info: 0,
    warn: 0,
    crit: 0,
    infoReset: 0,
    warnReset: 0,
    critReset: 0,
    id: 0,
    message: 0,
    details: 0,
    groupBy: 0,
    groupByMeasurement: 0,
    all: 0,
    stateChangesOnly: 0,
    flapping: 0,
    history: 0,
    noRecoveries: 0,
    recoverSuppressed: 0,
    emitInitialOk: 0,
    for: 0,
    keepFiringFor: 0,
    category: 0,
    inhibit: 0,
    inhibitions: 0,
    maxGroups: 0,
    idleGroupTtl: 0,
    levelTag: 0,
    levelField: 0,
    idTag: 0,
    idField: 0,
    durationField: 0,
    messageField: 0,
    serverInfo: 0,
    strict: 0,
    timeZone: 0,
    clock: 0,
  } satisfies Record<keyof AlertRuleOptions, 0>),
);

function checkNames(options: object): void {
  for (const name of Object.keys(options)) {
    if (NAMES.has(name)) continue;
    const suggestion = nearest(name, NAMES);
    throw new RuleOptionsError(`A rule has no option '${name}'`, {
      ...(suggestion && { cure: `Did you mean '${suggestion}'?` }),
      text: name,
    });
  }
}

function readText(name: string, value: unknown): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  throw new RuleOptionsError(`${name} must be a text, got ${show(value)}`);
}

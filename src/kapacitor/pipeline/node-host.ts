import type { Clock } from '../../alert/clock.ts';
import type { Point } from '../../alert/point.ts';
import type { TocsinError } from '../../errors.ts';
import type { CompiledLambda, LambdaNode, ScopeKind } from '../../lambda/index.ts';
import type { AlertRule, AlertRuleOptions, Batch, RuleOutcome } from '../../rule/index.ts';
import type { Span } from '../tickscript/script.ts';
import type { ScriptSource } from '../tickscript/script-source.ts';

/** The database and retention policy that a point was written to. */
export interface PointOrigin {
  /** The database. */
  readonly database?: string;
  /** The retention policy. */
  readonly retentionPolicy?: string;
}

/** What a `log` node has to say. */
export interface LogEntry {
  /** The node, such as `log3`. */
  readonly node: string;
  /** As `.level()` has it. */
  readonly level: string;
  /** As `.prefix()` has it. */
  readonly prefix: string;
  /** What went by: a point or a batch. */
  readonly data: Point | Batch;
}

/** A handler that an alert node asks for. */
export interface AlertHandler {
  /** The kind, such as `slack`. */
  readonly kind: string;
  /** The options of the kind, by the names that handler files use. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Whether it is there because a section of the configuration is `global`. */
  readonly global: boolean;
}

/** One alert node of a script, running. */
export interface ScriptAlert {
  /** The node, such as `alert2`. */
  readonly node: string;
  /** The rule that judges. */
  readonly rule: AlertRule;
  /** The handlers that the script, or the configuration, gives it. */
  readonly handlers: readonly AlertHandler[];
  /** The kind whose configuration says that all rules tell changes only, when it is for that reason. */
  readonly stateChangesOnlyBy?: string;
}

/** What the configuration adds to every alert node. */
export interface AlertDefaults {
  /** The kinds whose handlers every alert node gets, unless it has some of its own of that kind. */
  readonly globalKinds: readonly string[];
  /** The kind because of which every alert node tells changes only. */
  readonly stateChangesOnlyBy?: string;
}

/** Where a script asks for the handler of that number, or for an option of it. */
export type HandlerPlaces = (handler: number, option?: string) => Span;

/** What the nodes of a pipeline share. */
export interface NodeHost {
  readonly source: ScriptSource;
  readonly taskName: string;
  readonly clock: Clock;
  readonly rule: Pick<
    AlertRuleOptions,
    'strict' | 'timeZone' | 'serverInfo' | 'maxGroups' | 'idleGroupTtl' | 'inhibitions'
  >;
  readonly alertDefaults: AlertDefaults;
  /** Where the point that goes through just now was written to. */
  readonly origin: PointOrigin;
  /** Compiles a lambda of the script. */
  compile(body: LambdaNode): CompiledLambda<Point>;
  compile<Scope>(body: LambdaNode, scope: ScopeKind<Scope>): CompiledLambda<Scope>;
  /** Takes note of a measurement that the script selects. */
  selects(measurement: string): void;
  /** Tells that a node could do nothing with a point or a batch. */
  failed(node: string, error: TocsinError, data: Point | Batch): void;
  /** Tells what a log node has to say. */
  log(entry: LogEntry): void;
  /** Takes note of an alert node that was made. */
  alert(alert: ScriptAlert, placeOf: HandlerPlaces): void;
  /** Tells how an alert node judged. */
  judged(alert: ScriptAlert, data: Point | Batch, outcome: RuleOutcome<Point | Batch>): void;
}

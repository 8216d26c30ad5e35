import type { AlertEvent } from '../alert/event.ts';
import type { Level } from '../alert/level.ts';
import type { Point } from '../alert/point.ts';
import type { TocsinError } from '../errors.ts';
import type { EvictionReason } from './groups.ts';
import type { Inhibition } from './inhibition-registry.ts';
import type { TextKind } from './rule-texts.ts';
import type { EventReason, SilenceReason } from './state-rules.ts';

/** A condition or a text of a rule that failed on a point. The rule goes on without it. */
export interface RuleFailure {
  /** What failed: a level's condition, its reset, or a text. */
  readonly kind: 'level' | 'reset' | TextKind;
  /** Which level, for a condition. */
  readonly level: Level | undefined;
  /** The point. */
  readonly point: Point;
  /** Why. */
  readonly error: TocsinError;
}

/** A group that a rule has forgotten to keep their number down. */
export interface GroupEviction {
  /** The group, such as `host=web-1`. */
  readonly group: string;
  /** Its level. */
  readonly level: Level;
  /** The bound that was reached. */
  readonly reason: EvictionReason;
}

/** What an `AlertRule` emits. */
export interface AlertRuleEvents {
  /** A condition or a text failed on a point. */
  failure: [failure: RuleFailure];
  /** A group was forgotten because of `maxGroups` or `idleGroupTtl`. */
  evicted: [eviction: GroupEviction];
  /**
   * A listener of the other events threw this, or its promise rejected with it; or a recovery that another rule's alert
   * held back could not be told, such as to a registry that is closed by then.
   */
  error: [error: unknown];
}

/** Why a rule told an event, or did not. */
export type RuleReason = EventReason | SilenceReason | 'inhibited' | 'emptyBatch';

/** What `AlertRule.process` and `processBatch` say. */
export interface RuleOutcome<Passed> {
  /** The event, when there is one. */
  readonly event: AlertEvent | undefined;
  /** Why there is one, or why not. */
  readonly reason: RuleReason;
  /** The group that was judged, such as `host=web-1`; empty without `groupBy`. */
  readonly group: string;
  /** The level that counts for the group now, told or not. */
  readonly level: Level;
  /** What inhibited it, when something did. */
  readonly inhibition: Inhibition | undefined;
  /**
   * The point or batch that goes on to whatever comes after the rule: one that made an event, inhibited or not,
   * with the outcome added as `levelTag` and its like ask for.
   */
  readonly passed: Passed | undefined;
}

/** What a rule has done so far. */
export interface RuleStats {
  /** Points and batches that were judged. */
  readonly observed: number;
  /** Events that were told, by level. */
  readonly events: Readonly<Record<Level, number>>;
  /** Events that inhibition held back. */
  readonly inhibited: number;
  /** Times that a condition failed on a point. */
  readonly conditionFailures: number;
  /** Times that a text failed on a point. */
  readonly textFailures: number;
  /** Groups that are remembered. */
  readonly groups: number;
  /** Groups that were forgotten because of `maxGroups` or `idleGroupTtl`. */
  readonly evicted: number;
}

import type { LambdaNode } from '../../../lambda/index.ts';
import type { AlertRuleOptions, InhibitOption } from '../../../rule/index.ts';
import type { Call } from '../../tickscript/call.ts';
import type { Span } from '../../tickscript/script.ts';
import type { HandlerDraft } from './handler-properties.ts';

/** The names of the conditions. */
export const CONDITIONS = ['info', 'warn', 'crit', 'infoReset', 'warnReset', 'critReset'] as const;

/** The name of a condition. */
export type ConditionName = (typeof CONDITIONS)[number];

/** A handler that a script asks for, while it is read. */
export interface RequestedHandler extends HandlerDraft {
  readonly kind: string;
  readonly call: Call;
}

/** What a script says of an alert node. */
export interface AlertSettings {
  readonly conditions: Map<ConditionName, LambdaNode>;
  readonly inhibit: InhibitOption[];
  readonly handlers: RequestedHandler[];
  /** Where each property was set. */
  readonly places: Map<string, Span>;
  /** The options of the rule that need no more than their value. */
  options: Pick<
    AlertRuleOptions,
    | 'topic'
    | 'id'
    | 'message'
    | 'details'
    | 'all'
    | 'stateChangesOnly'
    | 'flapping'
    | 'history'
    | 'noRecoveries'
    | 'category'
    | 'levelTag'
    | 'levelField'
    | 'idTag'
    | 'idField'
    | 'durationField'
    | 'messageField'
  >;
}

/** The settings of an alert node of which nothing was said. */
export function newAlertSettings(): AlertSettings {
  return { conditions: new Map(), inhibit: [], handlers: [], places: new Map(), options: {} };
}

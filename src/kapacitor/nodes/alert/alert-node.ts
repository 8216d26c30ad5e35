import { RuleOptionsError, TemplateError, type TocsinError } from '../../../errors.ts';
import { AlertRule, type AlertRuleOptions, type LevelCondition } from '../../../rule/index.ts';
import { type Group, NO_DIMENSIONS, Group as PointGroup } from '../../pipeline/group.ts';
import type { GroupedBatch, GroupedPoint } from '../../pipeline/message.ts';
import type { NodePlace } from '../../pipeline/node-definition.ts';
import type { AlertHandler, NodeHost, ScriptAlert } from '../../pipeline/node-host.ts';
import { PipelineNode } from '../../pipeline/pipeline-node.ts';
import { regrouped } from '../../pipeline/regrouped.ts';
import { checkedCondition } from '../checked-condition.ts';
import type { AlertSettings } from './alert-settings.ts';

/** Judges what comes by an alert rule, and sends on what made an event. */
export class AlertNode extends PipelineNode {
  readonly #host: NodeHost;
  readonly #alert: ScriptAlert;
  /** The group of what is judged just now: the rule's groups are those of the pipeline. */
  #group: Group = new PointGroup({ name: '' }, NO_DIMENSIONS);

  constructor(settings: AlertSettings, place: NodePlace) {
    super(place.name);
    const { host } = place;
    const { globalKinds, stateChangesOnlyBy } = host.alertDefaults;
    const requested = settings.handlers.map(({ kind, options }) => ({ kind, options, global: false }));
    const global = globalKinds
      .filter((kind) => !requested.some((handler) => handler.kind === kind))
      .map((kind) => ({ kind, options: {}, global: true }));
    const handlers: AlertHandler[] = [...requested, ...global];
    const rule = this.#createRule(settings, place, handlers.length > 0);
    this.#host = host;
    this.#alert = {
      node: place.name,
      rule,
      handlers,
      ...(stateChangesOnlyBy !== undefined && { stateChangesOnlyBy }),
    };
    host.alert(this.#alert, (index, option = '') => {
      const handler = settings.handlers[index];
      return handler?.places.get(option) ?? handler?.call.span ?? place.call.span;
    });
    rule.on('failure', ({ error, point }) => host.failed(place.name, error, point));
  }

  override point(point: GroupedPoint): void {
    this.#group = point.group;
    const outcome = this.#alert.rule.process(point);
    this.#host.judged(this.#alert, point, outcome);
    const { passed } = outcome;
    if (passed === undefined) return;
    const { name, tags = {}, fields, time } = passed;
    const group = tags === point.tags ? point.group : regrouped(point.group, name, tags);
    this.emitPoint({ name, tags, fields, time, group });
  }

  override batch(batch: GroupedBatch): void {
    this.#group = batch.group;
    const { name, tags = {}, points, time } = batch;
    const given = { name, tags, points, time };
    const outcome = this.#alert.rule.processBatch(given);
    this.#host.judged(this.#alert, given, outcome);
    if (outcome.passed !== undefined) this.emitBatch({ ...outcome.passed, time, group: batch.group });
  }

  override forget(group: Group): void {
    this.#group = group;
    this.#alert.rule.forget({ name: '' });
    this.emitForget(group);
  }

  #createRule(settings: AlertSettings, place: NodePlace, ownTopic: boolean): AlertRule {
    const { host, name } = place;
    const conditions: Record<string, LevelCondition> = {};
    for (const [level, body] of settings.conditions) {
      const lambda = checkedCondition(body, host);
      conditions[level] = (point) => lambda.evaluateBoolean(point);
    }
    const { stateChangesOnlyBy } = host.alertDefaults;
    const { options, inhibit } = settings;
    return construct(settings, place, {
      ...host.rule,
      ...options,
      ...conditions,
      ...(inhibit.length > 0 && { inhibit }),
      ...(stateChangesOnlyBy !== undefined && { stateChangesOnly: options.stateChangesOnly ?? true }),
      taskName: host.taskName,
      node: name,
      ...(ownTopic && { handlers: [] }),
      groupBy: {
        key: () => this.#group.key,
        label: () => this.#group.label,
        tags: () => this.#group.tags,
      },
    });
  }
}

/** Makes the rule; what is wrong with an option is shown where the script says it. */
function construct(settings: AlertSettings, { call, host }: NodePlace, options: AlertRuleOptions): AlertRule {
  try {
    return new AlertRule(options);
  } catch (error) {
    if (error instanceof TemplateError) textError(settings, host, options, error);
    if (!(error instanceof RuleOptionsError)) throw error;
    const option = /^[\w.]+/.exec(error.reason)?.[0] ?? '';
    const place = settings.places.get(option) ?? call.span;
    return host.source.fail(place, error.reason, error.cure, error);
  }
}

function textError(
  { places }: AlertSettings,
  { source }: NodeHost,
  options: AlertRuleOptions,
  error: TocsinError,
): never {
  for (const name of ['id', 'message', 'details'] as const) {
    const place = places.get(name);
    const text = options[name];
    if (place === undefined || typeof text !== 'string' || !isWrong({ [name]: text })) continue;
    // Where the text stands in the script without escapes, the place inside of it can be shown.
    const begin = source.text.indexOf(text, place.start);
    const exact = begin !== -1 && begin + text.length <= place.end;
    const start = exact ? begin + (error.position?.offset ?? 0) : place.start;
    const end = exact ? start + (error.text?.length ?? 1) : place.end;
    source.fail({ start, end }, `The template of ${name} is wrong: ${error.reason}`, error.cure, error);
  }
  throw error;
}

function isWrong(texts: Pick<AlertRuleOptions, 'id' | 'message' | 'details'>): boolean {
  try {
    return new AlertRule(texts) === undefined;
  } catch {
    return true;
  }
}

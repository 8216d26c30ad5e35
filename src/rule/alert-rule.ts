import type { AlertEvent } from '../alert/event.ts';
import { LEVELS, levelRank } from '../alert/level.ts';
import { nanosOf } from '../alert/nano-date.ts';
import type { Point, Tags } from '../alert/point.ts';
import { SafeEmitter } from '../alert/safe-emitter.ts';
import { type AlertRuleOptions, readRuleOptions } from './alert-rule-options.ts';
import { durationMs, durationNs } from './alert-state.ts';
import { type Augmentation, augmentBatch, augmentPoint, createAugmentation } from './augmentation.ts';
import type { Batch } from './batch.ts';
import { checkedTime, pointsOf } from './check-point.ts';
import { EventMemory } from './event-memory.ts';
import { EventOutlet } from './event-outlet.ts';
import { PointTables, seriesOfBatch } from './event-series.ts';
import type { EventSink } from './event-sink.ts';
import { createGrouping, type Grouping } from './group-by.ts';
import { GroupInhibitions, inhibitionsOf } from './group-inhibitions.ts';
import { AlertGroup, type EvictionReason, Groups } from './groups.ts';
import { type Inhibition, InhibitionRegistry } from './inhibition-registry.ts';
import { LevelConditions } from './level-conditions.ts';
import type { AlertRuleEvents, RuleOutcome, RuleReason, RuleStats } from './rule-outcome.ts';
import { RuleTexts } from './rule-texts.ts';
import { isEventReason, StateRules } from './state-rules.ts';

const NO_TAGS: Tags = Object.freeze({});

/**
 * Turns points into alert events, as Kapacitor's alert node does: conditions give each point a level, the level moves
 * the state of the point's group, and what is worth telling becomes an event.
 *
 * A rule works on its own, and it does not look at a clock: time is the points' own.
 *
 * @example
 * ```ts
 * import { AlertRule } from 'tocsin';
 *
 * const cpu = new AlertRule({
 *   topic: 'cpu',
 *   groupBy: ['host'],
 *   crit: '"idle" < 10',
 *   message: '{{ index .Tags "host" }} is {{ .Level }}',
 *   stateChangesOnly: true,
 * });
 * const point = { name: 'cpu', tags: { host: 'web-1' }, fields: { idle: 3 }, time: new Date() };
 * cpu.observe(point)?.message; // 'web-1 is CRITICAL'
 * cpu.observe(point); // undefined
 * cpu.process(point).reason; // 'unchanged'
 * ```
 */
export class AlertRule extends SafeEmitter<AlertRuleEvents> {
  /** The topic of the rule's events. Empty when there are only handlers of its own. */
  readonly topic: string;
  /** The topic of the rule's own handlers, in Kapacitor's naming: `main:<taskName>:<node>`. */
  readonly ownTopic: string;
  /** The rule's name in its events. */
  readonly taskName: string;
  readonly #category: string;
  readonly #recoverable: boolean;
  readonly #all: boolean;
  readonly #ownInhibitions: boolean;
  readonly #conditions: LevelConditions;
  readonly #rules: StateRules;
  readonly #grouping: Grouping;
  readonly #keyTag: string | undefined;
  readonly #groups: Groups;
  readonly #texts: RuleTexts;
  readonly #tables = new PointTables();
  readonly #augmentation: Augmentation | undefined;
  readonly #inhibitions: GroupInhibitions;
  readonly #outlet: EventOutlet;
  readonly #told: [number, number, number, number] = [0, 0, 0, 0];
  #observed = 0;
  #inhibited = 0;
  #conditionFailures = 0;
  #textFailures = 0;
  #evicted = 0;
  /** How the latest point came out: why, by what it was inhibited, and the event that it made, inhibited or not. */
  #reason: RuleReason = 'ok';
  #inhibition: Inhibition | undefined;
  #made: AlertEvent | undefined;

  /**
   * @throws {RuleOptionsError} When an option is wrong, unknown, or contradicts another.
   * @throws {LambdaSyntaxError} When an expression cannot be parsed.
   * @throws {LambdaTypeError} When an expression cannot be a condition.
   * @throws {TemplateError} When a template cannot be parsed.
   */
  constructor(options: AlertRuleOptions) {
    super();
    const settings = readRuleOptions(options);
    this.topic = settings.topic;
    this.ownTopic = settings.ownTopic;
    this.taskName = settings.taskName;
    this.#category = settings.category;
    this.#recoverable = options.noRecoveries !== true;
    this.#all = settings.all;
    this.#ownInhibitions = options.inhibitions === undefined;
    this.#conditions = new LevelConditions(options, settings.lambda, (kind, level, error, point) => {
      this.#conditionFailures++;
      this.emit('failure', { kind, level, point, error });
    });
    this.#rules = new StateRules(options);
    this.#grouping = createGrouping(options.groupBy, settings.groupByMeasurement);
    this.#keyTag = this.#grouping.keyTag;
    this.#groups = new Groups(options.maxGroups, settings.idleGroupTtl, (group, reason) =>
      this.#evict(group, reason),
    );
    this.#texts = new RuleTexts(options, settings, (kind, error, point) => {
      this.#textFailures++;
      this.emit('failure', { kind, level: undefined, point, error });
    });
    this.#augmentation = createAugmentation(options);
    this.#inhibitions = new GroupInhibitions(
      options.inhibit,
      this,
      this.#grouping,
      options.inhibitions ?? new InhibitionRegistry(),
      (group, event) => this.#release(group, event),
    );
    this.#outlet = new EventOutlet(
      this.topic,
      this.ownTopic,
      options.handlers,
      new EventMemory(options.maxGroups),
    );
  }

  /** What the rule has done so far. */
  get stats(): RuleStats {
    const [OK, INFO, WARNING, CRITICAL] = this.#told;
    return {
      observed: this.#observed,
      events: { OK, INFO, WARNING, CRITICAL },
      inhibited: this.#inhibited,
      conditionFailures: this.#conditionFailures,
      textFailures: this.#textFailures,
      groups: this.#groups.size,
      evicted: this.#evicted,
    };
  }

  /** The inhibitions that this rule heeds, to ask them what inhibits what. */
  get inhibitions(): InhibitionRegistry {
    return this.#inhibitions.registry;
  }

  /**
   * Sends the rule's events to a registry from now on, and puts the rule's own handlers there.
   *
   * @throws {RuleOptionsError} When the rule has neither topic nor handlers, or publishes already.
   * @throws {RegistryClosedError} When the rule has handlers of its own and the registry is closed.
   */
  publishTo(sink: EventSink): this {
    this.#outlet.open(sink);
    if (this.#ownInhibitions) this.#inhibitions.move(inhibitionsOf(sink), this.#groups.values());
    return this;
  }

  /**
   * Judges a point, and sends on the event that it makes.
   *
   * @returns The event, or `undefined` when there is nothing to tell.
   * @throws {InvalidPointError} When the point lacks a name, fields or a valid time.
   * @throws {RegistryClosedError} When there is an event and the registry that the rule publishes to is closed. What
   * another sink's `collect` throws comes out here as well. The rule has taken the point all the same.
   */
  observe(point: Point): AlertEvent | undefined {
    const ms = checkedTime(point);
    this.#observed++;
    const tag = this.#keyTag;
    const key = tag === undefined ? this.#grouping.key(point) : (point.tags?.[tag] ?? '');
    const group = this.#groups.get(key) ?? this.#createGroup(key, point);
    const before = group.level;
    const found = this.#conditions.find(point, before);
    const reason = this.#rules.decide(group, found, ms, point.time, false);
    this.#groups.seen(group, before, ms);
    this.#reason = reason;
    if (reason === 'ok' || reason === 'unchanged' || reason === 'flapping') return undefined;
    return this.#trigger(group, point, reason, undefined);
  }

  /**
   * Judges a batch as one: its level is the highest of its points, or with `all` the lowest. A batch without points
   * is ignored.
   *
   * @returns The event, or `undefined` when there is nothing to tell.
   * @throws {InvalidPointError} When the batch lacks a name, or one of its points is not usable.
   * @throws {RegistryClosedError} As {@link observe}.
   */
  observeBatch(batch: Batch): AlertEvent | undefined {
    const points = pointsOf(batch);
    const [first] = points;
    const last = points.at(-1);
    if (first === undefined || last === undefined) {
      this.#reason = 'emptyBatch';
      return undefined;
    }
    this.#observed++;
    const { name, tags = NO_TAGS } = batch;
    const head: Point = { name, tags, fields: first.fields, time: first.time };
    const key = this.#grouping.key(head);
    const group = this.#groups.get(key) ?? this.#createGroup(key, head);
    const before = group.level;
    let worst = first;
    let highest = -1;
    let lowest = 3;
    for (const point of points) {
      const found = this.#conditions.find(point, before);
      if (found < lowest) lowest = found;
      if (found > highest) {
        highest = found;
        worst = point;
      }
    }
    const found = this.#all ? lowest : highest;
    const time = this.#all || found === 0 ? (batch.time ?? last.time) : worst.time;
    const reason = this.#rules.decide(group, found, time.getTime(), time, true);
    this.#groups.seen(group, before, time.getTime());
    this.#reason = reason;
    if (reason === 'ok' || reason === 'unchanged' || reason === 'flapping') return undefined;
    return this.#trigger(group, { name, tags, fields: worst.fields, time }, reason, batch);
  }

  /**
   * The same as {@link observe}, and says why there is an event or none, and what is passed on.
   *
   * @throws {InvalidPointError} When the point lacks a name, fields or a valid time.
   * @throws {RegistryClosedError} As {@link observe}.
   */
  process(point: Point): RuleOutcome<Point> {
    return this.#outcome(() => this.observe(point), point, augmentPoint);
  }

  /**
   * The same as {@link observeBatch}, and says why there is an event or none, and what is passed on.
   *
   * @throws {InvalidPointError} When the batch lacks a name, or one of its points is not usable.
   * @throws {RegistryClosedError} As {@link observe}.
   */
  processBatch(batch: Batch): RuleOutcome<Batch> {
    return this.#outcome(() => this.observeBatch(batch), batch, augmentBatch);
  }

  /**
   * Forgets the group of a point's tags, or all groups. What a topic knows stays: the group's next point starts from
   * there.
   */
  forget(of?: Pick<Point, 'name' | 'tags'>): void {
    if (of !== undefined) {
      const group = this.#groups.get(this.#grouping.key(of));
      if (group !== undefined) this.#forget(group);
    } else for (const group of this.#groups.values()) this.#forget(group);
  }

  /**
   * Forgets all groups, and also which alerts it told, where no topic remembers that: it is as if it were new. What it
   * has counted stays.
   */
  reset(): void {
    this.forget();
    this.#outlet.reset();
  }

  /** Stops publishing: takes the rule's own handlers off, lifts what it inhibits, and forgets its groups. */
  async close(): Promise<void> {
    this.forget();
    this.#inhibitions.close();
    await this.#outlet.close();
  }

  #outcome<Given extends Pick<Point, 'name' | 'tags'>>(
    observe: () => AlertEvent | undefined,
    given: Given,
    augment: (given: Given, event: AlertEvent, augmentation: Augmentation) => Given,
  ): RuleOutcome<Given> {
    this.#made = undefined;
    this.#inhibition = undefined;
    const event = observe();
    const made = this.#made;
    const passed =
      made === undefined || this.#augmentation === undefined
        ? made && given
        : augment(given, made, this.#augmentation);
    // Looked up again, so that a point that only goes through observe() does not pay for it.
    const judged = this.#reason === 'emptyBatch' ? undefined : this.#groups.get(this.#grouping.key(given));
    return {
      event,
      reason: this.#reason,
      group: judged?.label ?? '',
      level: LEVELS[judged?.level ?? 0] ?? 'OK',
      inhibition: this.#inhibition,
      passed,
    };
  }

  /** A group's first point: a topic may know the alert already. */
  #createGroup(key: string, point: Point): AlertGroup {
    const group = new AlertGroup(key, this.#grouping.label(point));
    const id = this.#idOf(group, point);
    const known = this.#outlet.known(id);
    if (known !== undefined) {
      const { level, time } = known;
      this.#rules.restore(group, levelRank(level), time.getTime(), nanosOf(time));
      if (group.level > 0) this.#inhibitions.impose(group, point, id, time);
    }
    this.#groups.add(group);
    return group;
  }

  /** What comes of a level that counts: inhibitions are imposed or lifted, and, unless it is not told, there is an event. */
  #trigger(
    group: AlertGroup,
    point: Point,
    reason: RuleReason,
    batch: Batch | undefined,
  ): AlertEvent | undefined {
    const id = this.#idOf(group, point);
    if (group.level > 0) this.#inhibitions.impose(group, point, id, point.time);
    else this.#inhibitions.lift(group);
    if (!isEventReason(reason)) return undefined;
    const event = this.#createEvent(group, point, id, batch);
    this.#made = event;
    const inhibition = this.#inhibitions.inhibiting(event.category, event.tags);
    if (inhibition === undefined) return this.#send(group, event);
    this.#reason = 'inhibited';
    this.#inhibition = inhibition;
    const recovery = this.#rules.recoversSuppressed && group.level === 0 && group.told > 0;
    // A recovery is counted once, not again with every point that is OK while it is held back.
    if (!recovery) this.#inhibitions.drop(group);
    if (!recovery || !this.#inhibitions.withhold(group, event)) this.#inhibited++;
    return undefined;
  }

  #idOf(group: AlertGroup, point: Point): string {
    const id = this.#texts.id(point, group);
    if (id !== group.id) group.id = id;
    return group.id;
  }

  #createEvent(group: AlertGroup, point: Point, id: string, batch: Batch | undefined): AlertEvent {
    const { name, tags = NO_TAGS, fields, time } = point;
    const level = LEVELS[group.level] ?? 'OK';
    const ms = time.getTime();
    const ns = nanosOf(time);
    const duration = durationMs(group, ms, ns);
    const nanoseconds = durationNs(group, ms, ns);
    const message = this.#texts.message(id, level, duration, nanoseconds);
    return {
      topic: this.topic === '' ? this.ownTopic : this.topic,
      id,
      level,
      previousLevel: this.#outlet.previousLevel(id),
      message,
      details: this.#texts.details(message),
      time,
      duration,
      durationNs: nanoseconds,
      recoverable: this.#recoverable,
      noExternal: false,
      name,
      taskName: this.taskName,
      group: group.label,
      category: this.#category,
      tags,
      fields,
      series: batch === undefined ? this.#tables.of(point) : seriesOfBatch(batch),
    };
  }

  /** Tells a recovery that was held back: in the middle of a call to another rule, which is not to blame when that fails. */
  #release(group: AlertGroup, event: AlertEvent): void {
    try {
      this.#send(group, event);
    } catch (error) {
      this.emit('error', error);
    }
  }

  #send(group: AlertGroup, event: AlertEvent): AlertEvent {
    group.told = group.level;
    this.#told[group.level as 0 | 1 | 2 | 3]++;
    this.#inhibitions.drop(group);
    return this.#outlet.send(event);
  }

  #forget(group: AlertGroup): void {
    this.#groups.delete(group);
    this.#inhibitions.drop(group);
    this.#inhibitions.lift(group);
  }

  #evict(group: AlertGroup, reason: EvictionReason): void {
    this.#evicted++;
    this.#inhibitions.drop(group);
    this.#inhibitions.lift(group);
    this.emit('evicted', { group: group.label, level: LEVELS[group.level] ?? 'OK', reason });
  }

  protected override listenerFailed(error: unknown, event: PropertyKey): void {
    if (event !== 'error') this.emit('error', error);
  }
}

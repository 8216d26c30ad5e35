import { type Clock, systemClock } from '../alert/clock.ts';
import type { AlertEvent } from '../alert/event.ts';
import type { Tags } from '../alert/point.ts';
import { RuleTestError } from '../errors.ts';
import { AlertRule, type AlertRuleOptions } from '../rule/index.ts';
import { compareEvents, compareTrace, mustMatch } from './expect-events.ts';
import type { ExpectedEvent } from './expectation.ts';
import { mustBeObject } from './must-be.ts';
import { readStart } from './relative-time.ts';
import { type PointDefaults, type TestStep, Timeline } from './steps.ts';
import { judge, Trace, type TraceRow } from './trace.ts';

/** What {@link testRule} may be told. */
export interface RuleTestOptions {
  /** When the test starts. Default: the start of 2026, UTC. */
  readonly start?: Date | string | number;
  /** The measurement of points that name none. Default: the topic of the rule. */
  readonly name?: string;
  /** Tags of all points. */
  readonly tags?: Tags;
}

/** Puts a rule under test: see {@link testRule}. */
export class RuleTest {
  /** The rule. */
  readonly rule: AlertRule;
  readonly #defaults: PointDefaults;
  readonly #timeline = new Timeline();
  readonly #rows: TraceRow[] = [];

  /** @internal */
  constructor(rule: AlertRule | AlertRuleOptions, options: RuleTestOptions) {
    mustBeObject('a rule under test', rule);
    mustBeObject('the options of testRule()', options);
    const { start, name, tags } = options;
    const from = readStart('start', start);
    // What a rule asks its clock for is the time of the point that it judges.
    const clock: Clock = { ...systemClock, now: () => from + this.#timeline.now };
    this.rule = rule instanceof AlertRule ? rule : new AlertRule({ clock, ...rule });
    this.rule.reset();
    this.#defaults = { start: from, name: name ?? (this.rule.topic || 'test'), tags: tags ?? {} };
  }

  /**
   * Gives the rule points and batches.
   *
   * @throws {RuleTestError} When a step is none, or an event, which is nothing for a rule.
   * @throws {InvalidPointError} When a point is none.
   */
  feed(...steps: readonly TestStep[]): this {
    for (const moment of this.#timeline.moments(steps)) {
      if (moment.event !== undefined) {
        throw new RuleTestError('a rule takes points, not events', { cure: 'Use testTopics().' });
      }
      const row = judge(this.rule, moment, this.#defaults);
      if (row !== undefined) this.#rows.push(row);
    }
    return this;
  }

  /** What the rule made of every point. Printed, it is a table. */
  get trace(): Trace {
    return new Trace(this.#rows);
  }

  /** The events that the rule made. */
  get events(): AlertEvent[] {
    return this.trace.events;
  }

  /**
   * Expects exactly these events, in this order. Each is an object of which only what is given is compared, or a level
   * or reason alone.
   *
   * @throws {ExpectationError} With the trace as a table, and the first difference marked.
   * @throws {RuleTestError} When what is expected cannot be read.
   */
  expectEvents(expected: readonly (string | ExpectedEvent)[]): this {
    mustMatch(compareEvents(this.trace, expected));
    return this;
  }

  /**
   * Expects this of every point, those included that make no event: a level, a reason, or an object.
   *
   * @throws {ExpectationError} With the trace as a table, and the first difference marked.
   * @throws {RuleTestError} When what is expected cannot be read.
   */
  expectTrace(expected: readonly (string | ExpectedEvent)[]): this {
    mustMatch(compareTrace(this.trace, expected));
    return this;
  }

  /** The trace as a table. */
  toString(): string {
    return this.trace.toString();
  }
}

/**
 * Puts a rule under test. Points come at times relative to the start of the test; nothing is waited for. A rule that is
 * given as options gets a clock that stands at the time of the point, so `now()` in its conditions is under test too. A
 * rule that was under test before starts anew.
 *
 * @throws {RuleTestError} When `start` is no time, or the options are none.
 *
 * @example
 * ```ts
 * import { at, every, testRule } from 'tocsin/testing';
 *
 * const cpu = { topic: 'cpu', groupBy: ['host'], crit: '"idle" < 10', stateChangesOnly: true };
 * const idle = (value: number) => ({ fields: { idle: value } });
 *
 * testRule(cpu, { tags: { host: 'web-1' } })
 *   .feed(at('0s', idle(50)), every('10s', [8, 7, 60].map(idle)))
 *   .expectEvents([
 *     { at: '10s', level: 'CRITICAL', message: 'cpu:host=web-1 is CRITICAL' },
 *     { at: '30s', level: 'OK', duration: '20s' },
 *   ])
 *   .expectTrace(['ok', 'fired', 'unchanged', 'recovered']);
 * ```
 */
export function testRule(rule: AlertRule | AlertRuleOptions, options: RuleTestOptions = {}): RuleTest {
  return new RuleTest(rule, options);
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertEvent } from '../../src/alert/event.ts';
import type { Point, Tags } from '../../src/alert/point.ts';
import {
  AlertRule,
  type AlertRuleOptions,
  type EventSink,
  InhibitionRegistry,
} from '../../src/rule/index.ts';

const START = Date.UTC(2024, 0, 1);

function up(seconds: number, value: number, tags: Tags = {}): Point {
  return { name: 'ping', tags, fields: { up: value }, time: new Date(START + seconds * 1000) };
}

class Recorder implements EventSink {
  readonly events: AlertEvent[] = [];

  collect(event: AlertEvent): void {
    this.events.push(event);
  }

  get told(): string[] {
    return this.events.map(({ id, level }) => `${id} ${level}`);
  }
}

function pair(
  app: AlertRuleOptions = {},
  tags: readonly string[] = [],
): { boss: AlertRule; work: AlertRule; sink: Recorder } {
  const sink = new Recorder();
  const boss = new AlertRule({
    topic: 'hosts',
    taskName: 'boss',
    groupBy: ['host'],
    id: 'boss/{{ index .Tags "host" }}',
    crit: '"up" == 0',
    inhibit: [{ category: 'app', tags }],
  }).publishTo(sink);
  const work = new AlertRule({
    topic: 'apps',
    taskName: 'work',
    category: 'app',
    id: 'work',
    crit: '"up" == 0',
    ...app,
  }).publishTo(sink);
  return { boss, work, sink };
}

describe('a rule that inhibits a category', () => {
  it('keeps its events from being told, and says so', () => {
    const { boss, work, sink } = pair();
    boss.observe(up(0, 0, { host: 'a' }));
    const outcome = work.process(up(1, 0));
    expect(outcome).toMatchObject({
      event: undefined,
      reason: 'inhibited',
      inhibition: { category: 'app', taskName: 'boss', topic: 'hosts', id: 'boss/a', since: new Date(START) },
      passed: up(1, 0),
    });
    expect(work.stats).toMatchObject({ inhibited: 1, events: { CRITICAL: 0 } });
    boss.observe(up(2, 1, { host: 'a' }));
    expect(work.process(up(3, 0))).toMatchObject({ reason: 'repeated', inhibition: undefined });
    expect(sink.told).toEqual(['boss/a CRITICAL', 'boss/a OK', 'work CRITICAL']);
    expect(sink.events.at(-1)?.duration).toBe(2000);
  });

  it('only does so where the tags are equal', () => {
    const { boss, work } = pair({ groupBy: ['host'] }, ['host']);
    boss.observe(up(0, 0, { host: 'a' }));
    expect(work.process(up(1, 0, { host: 'a' })).reason).toBe('inhibited');
    expect(work.process(up(1, 0, { host: 'b' })).reason).toBe('fired');
  });

  it('lets go when it is closed, or its group is forgotten', async () => {
    const { boss, work } = pair();
    boss.observe(up(0, 0, { host: 'a' }));
    boss.observe(up(0, 0, { host: 'b' }));
    boss.forget(up(0, 0, { host: 'a' }));
    expect(work.process(up(1, 0)).reason).toBe('inhibited');
    await boss.close();
    expect(work.process(up(2, 0)).reason).toBe('repeated');
    expect(work.inhibitions.size).toBe(0);
  });

  it('takes its inhibitions along when it starts to publish', () => {
    const sink = new Recorder();
    const boss = new AlertRule({ topic: 'hosts', crit: '"up" == 0', inhibit: [{ category: 'app' }] });
    boss.observe(up(0, 0));
    boss.publishTo(sink);
    const work = new AlertRule({ topic: 'apps', category: 'app', crit: '"up" == 0' }).publishTo(sink);
    expect(work.process(up(1, 0)).reason).toBe('inhibited');
  });

  it('can inhibit itself, and then only recovers', () => {
    const rule = new AlertRule({ category: 'x', inhibit: [{ category: 'x' }], crit: '"up" == 0' });
    expect([0, 0, 1].map((value, i) => rule.process(up(i, value)).reason)).toEqual([
      'inhibited',
      'inhibited',
      'recovered',
    ]);
  });
});

describe('a recovery that is inhibited', () => {
  it('is lost, as in the original', () => {
    const { boss, work, sink } = pair();
    work.observe(up(0, 0));
    boss.observe(up(1, 0, { host: 'a' }));
    work.observe(up(2, 1));
    boss.observe(up(3, 1, { host: 'a' }));
    work.observe(up(4, 1));
    expect(sink.told).toEqual(['work CRITICAL', 'boss/a CRITICAL', 'boss/a OK']);
  });

  it('is told when the inhibition ends, with recoverSuppressed', () => {
    const { boss, work, sink } = pair({ recoverSuppressed: true });
    work.observe(up(0, 0));
    boss.observe(up(1, 0, { host: 'a' }));
    work.observe(up(2, 1));
    work.observe(up(3, 1));
    expect(work.stats.inhibited).toBe(1);
    boss.observe(up(4, 1, { host: 'a' }));
    work.observe(up(5, 1));
    expect(sink.told).toEqual(['work CRITICAL', 'boss/a CRITICAL', 'work OK', 'boss/a OK']);
    expect(work.stats.events).toMatchObject({ CRITICAL: 1, OK: 1 });
  });

  it('is not told when the alert fires again meanwhile', () => {
    const { boss, work, sink } = pair({ recoverSuppressed: true });
    work.observe(up(0, 0));
    boss.observe(up(1, 0, { host: 'a' }));
    work.observe(up(2, 1));
    work.observe(up(3, 0));
    boss.observe(up(4, 1, { host: 'a' }));
    work.observe(up(5, 1));
    expect(sink.told).toEqual(['work CRITICAL', 'boss/a CRITICAL', 'boss/a OK', 'work OK']);
  });

  it('waits for the last inhibition to end', () => {
    const { boss, work, sink } = pair({ recoverSuppressed: true });
    work.observe(up(0, 0));
    boss.observe(up(1, 0, { host: 'a' }));
    boss.observe(up(1, 0, { host: 'b' }));
    work.observe(up(2, 1));
    boss.observe(up(3, 1, { host: 'a' }));
    expect(sink.told).not.toContain('work OK');
    boss.observe(up(4, 1, { host: 'b' }));
    expect(sink.told).toContain('work OK');
  });

  it('is not owed by an alert that was never told', () => {
    const { boss, work, sink } = pair({ recoverSuppressed: true });
    boss.observe(up(0, 0, { host: 'a' }));
    work.observe(up(1, 0));
    work.observe(up(2, 1));
    boss.observe(up(3, 1, { host: 'a' }));
    expect(sink.told).toEqual(['boss/a CRITICAL', 'boss/a OK']);
  });
});

describe('whoever was told that it fires', () => {
  it('is told that it is over, whatever was held back in between', () => {
    const step = fc.record({
      rule: fc.constantFrom('boss', 'work'),
      host: fc.constantFrom('a', 'b'),
      value: fc.nat(1),
    });
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 200 }),
        fc.boolean(),
        fc.boolean(),
        (steps, changesOnly, flaps) => {
          const options: AlertRuleOptions = {
            groupBy: ['host'],
            id: 'work/{{ index .Tags "host" }}',
            recoverSuppressed: true,
            stateChangesOnly: changesOnly,
            ...(flaps && { flapping: { low: 0.2, high: 0.4 }, history: 6 }),
          };
          const { boss, work, sink } = pair(options, ['host']);
          for (const [i, { rule, host, value }] of steps.entries()) {
            (rule === 'boss' ? boss : work).observe(up(i, value, { host }));
          }
          // The boss recovers only after the last point of the work, so that some recoveries wait for that.
          for (let i = 0; i < 10; i++) for (const host of ['a', 'b']) work.observe(up(1000 + i, 1, { host }));
          for (const host of ['a', 'b']) boss.observe(up(2000, 1, { host }));
          const firing = new Set<string>();
          for (const { id, level, duration } of sink.events) {
            expect(duration).toBeGreaterThanOrEqual(0);
            if (level === 'OK') firing.delete(id);
            else firing.add(id);
          }
          expect(firing).toEqual(new Set());
          expect(work.inhibitions.size).toBe(0);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('an inhibition registry', () => {
  it('lists what is in force, and tells when something is lifted', () => {
    const registry = new InhibitionRegistry();
    const since = new Date(START);
    const first = { category: 'app', tags: { host: 'a' }, taskName: 't', topic: 'x', id: '1', since };
    const second = { category: 'app', tags: {}, taskName: 't', topic: 'x', id: '2', since };
    let lifted = 0;
    const end = registry.onLift(() => lifted++);
    registry.impose(first);
    registry.impose(first);
    registry.impose(second);
    expect(registry.size).toBe(2);
    expect(registry.list()).toEqual([first, second]);
    expect(registry.inhibiting('app', { host: 'a' })).toBe(first);
    expect(registry.inhibiting('app', { host: 'b' })).toBe(second);
    expect(registry.inhibiting('other', { host: 'a' })).toBeUndefined();
    registry.lift(second);
    registry.lift(second);
    expect(registry.inhibiting('app', undefined)).toBeUndefined();
    end();
    registry.lift(first);
    expect(lifted).toBe(1);
    expect(registry.list()).toEqual([]);
  });

  it('can be given to rules that publish to nobody', () => {
    const inhibitions = new InhibitionRegistry();
    const boss = new AlertRule({ crit: '"up" == 0', inhibit: [{ category: 'app' }], inhibitions });
    const work = new AlertRule({ crit: '"up" == 0', category: 'app', inhibitions });
    boss.observe(up(0, 0));
    expect(work.process(up(1, 0)).reason).toBe('inhibited');
  });
});

import { describe, expect, it } from 'vitest';
import type { AlertEvent } from '../../src/alert/event.ts';
import type { Point, Tags } from '../../src/alert/point.ts';
import { RegistryClosedError, RuleOptionsError } from '../../src/errors.ts';
import { AlertRule, type AlertRuleOptions, type EventSink } from '../../src/rule/index.ts';
import { TopicRegistry } from '../../src/topic/index.ts';

const START = Date.UTC(2024, 0, 1);
const RULE = {
  topic: 'cpu',
  taskName: 'watch',
  crit: '"idle" < 10',
  groupBy: ['host'],
} satisfies AlertRuleOptions;

function cpu(seconds: number, idle: number, tags: Tags = { host: 'a' }): Point {
  return { name: 'cpu', tags, fields: { idle }, time: new Date(START + seconds * 1000) };
}

describe('a rule that publishes to a registry', () => {
  it('sends its events to its topic', async () => {
    const registry = new TopicRegistry();
    const seen: AlertEvent[] = [];
    registry.handle('cpu', (event) => void seen.push(event));
    const rule = new AlertRule(RULE).publishTo(registry);
    expect(rule.observe(cpu(0, 50))).toBeUndefined();
    expect(rule.observe(cpu(1, 5))?.previousLevel).toBe('OK');
    expect(rule.observe(cpu(2, 5))?.previousLevel).toBe('CRITICAL');
    await registry.flush();
    expect(seen.map(({ level, duration }) => `${level} ${duration}`)).toEqual([
      'CRITICAL 0',
      'CRITICAL 1000',
    ]);
    expect(registry.eventState('cpu', 'cpu:host=a')).toMatchObject({
      level: 'CRITICAL',
      time: new Date(START + 2000),
    });
    await registry.close();
  });

  it('starts from what the topic knows', async () => {
    const registry = new TopicRegistry();
    await new AlertRule(RULE).publishTo(registry).observe(cpu(0, 5));
    const restarted = new AlertRule({ ...RULE, stateChangesOnly: '1m' }).publishTo(registry);
    expect(restarted.observe(cpu(10, 5))).toBeUndefined();
    expect(restarted.observe(cpu(60, 5))?.duration).toBe(60_000);
    expect(restarted.observe(cpu(70, 50))).toMatchObject({
      level: 'OK',
      previousLevel: 'CRITICAL',
      duration: 70_000,
    });
    await registry.close();
  });

  it('shares the level of an id with other rules of the topic', async () => {
    const registry = new TopicRegistry();
    const first = new AlertRule({ ...RULE, id: 'one' }).publishTo(registry);
    const second = new AlertRule({ ...RULE, id: 'one' }).publishTo(registry);
    first.observe(cpu(0, 5));
    expect(second.observe(cpu(5, 50))).toMatchObject({
      level: 'OK',
      previousLevel: 'CRITICAL',
      duration: 5000,
    });
    expect(first.observe(cpu(10, 5))).toMatchObject({
      level: 'CRITICAL',
      previousLevel: 'OK',
      duration: 10_000,
    });
    await registry.close();
  });

  it('gives its events to handlers of its own', async () => {
    const registry = new TopicRegistry();
    const seen: string[] = [];
    const handlers = [
      (event: AlertEvent) => void seen.push(`${event.topic} ${event.previousLevel} ${event.level}`),
    ];
    const rule = new AlertRule({ ...RULE, handlers }).publishTo(registry);
    expect(rule.ownTopic).toBe('main:watch:alert2');
    expect(rule.observe(cpu(0, 5))?.topic).toBe('cpu');
    await registry.flush();
    await rule.close();
    const again = new AlertRule({ ...RULE, handlers, node: 'alert7' }).publishTo(registry);
    again.observe(cpu(1, 5));
    await registry.flush();
    expect(seen).toEqual(['main:watch:alert2 OK CRITICAL', 'main:watch:alert7 CRITICAL CRITICAL']);
    expect(registry.topics().map(({ id }) => id)).toEqual(['cpu', 'main:watch:alert2', 'main:watch:alert7']);
    await registry.close();
  });

  it('has a topic of its own for handlers that are put there by others', async () => {
    const registry = new TopicRegistry();
    const seen: string[] = [];
    const rule = new AlertRule({ ...RULE, handlers: [] }).publishTo(registry);
    registry.handle(rule.ownTopic, (event) => void seen.push(event.level), { match: 'changed()' });
    for (let i = 0; i < 3; i++) rule.observe(cpu(i, 5));
    await registry.flush();
    expect(seen).toEqual(['CRITICAL']);
    await registry.close();
  });

  it('needs no topic when it has handlers of its own', async () => {
    const registry = new TopicRegistry();
    const seen: AlertEvent[] = [];
    const { topic: _, ...rest } = RULE;
    const rule = new AlertRule({
      ...rest,
      handlers: [(event: AlertEvent) => void seen.push(event)],
    }).publishTo(registry);
    expect(rule.observe(cpu(0, 5))).toMatchObject({ topic: 'main:watch:alert2', previousLevel: 'OK' });
    expect(rule.observe(cpu(1, 50))).toMatchObject({ previousLevel: 'CRITICAL' });
    await registry.flush();
    expect(seen.map(({ level }) => level)).toEqual(['CRITICAL', 'OK']);
    await registry.close();
  });

  it('starts its own topic from the shared one, and puts that right where they disagree', async () => {
    const registry = new TopicRegistry();
    const withHandlers = (): AlertRule =>
      new AlertRule({ ...RULE, id: 'one', stateChangesOnly: true, handlers: [() => {}] }).publishTo(registry);
    const other = new AlertRule({ ...RULE, id: 'one' }).publishTo(registry);
    other.observe(cpu(0, 5));
    expect(withHandlers().observe(cpu(1, 5))).toBeUndefined();
    expect(registry.eventState('main:watch:alert2', 'one')).toEqual(registry.eventState('cpu', 'one'));
    other.observe(cpu(2, 50));
    expect(registry.eventState('cpu', 'one')?.level).toBe('OK');
    expect(withHandlers().observe(cpu(3, 5))).toBeUndefined();
    expect(registry.eventState('cpu', 'one')).toMatchObject({ level: 'CRITICAL', time: new Date(START) });
    expect(registry.topics()).toMatchObject([
      { id: 'cpu', level: 'CRITICAL', collected: 2 },
      { id: 'main:watch:alert2', level: 'CRITICAL', collected: 0 },
    ]);
    await registry.close();
  });

  it('tells an OK that nobody knew of only once, restarts or not', async () => {
    const registry = new TopicRegistry();
    const options = { ...RULE, emitInitialOk: true };
    expect(new AlertRule(options).publishTo(registry).observe(cpu(0, 50))?.level).toBe('OK');
    expect(new AlertRule(options).publishTo(registry).observe(cpu(1, 50))).toBeUndefined();
    await registry.close();
  });
});

describe('a rule that cannot publish', () => {
  it('says why', async () => {
    const sink: EventSink = { collect: () => {} };
    expect(() => new AlertRule({ crit: 'TRUE' }).publishTo(sink)).toThrow(
      'needs a topic, or handlers of its own',
    );
    expect(() => new AlertRule({ ...RULE, handlers: [() => {}] }).publishTo(sink)).toThrow(
      'must publish to a registry',
    );
    for (const none of [null, {}, 'cpu'])
      expect(() => new AlertRule(RULE).publishTo(none as never)).toThrow('publishes to a registry');
    const rule = new AlertRule(RULE).publishTo(sink);
    expect(() => rule.publishTo(sink)).toThrow(RuleOptionsError);
    await rule.close();
    rule.publishTo(sink);
  });
});

describe('a rule whose registry is closed', () => {
  it('has taken the point, and says that the event went nowhere', async () => {
    const registry = new TopicRegistry();
    const rule = new AlertRule({ ...RULE, stateChangesOnly: true }).publishTo(registry);
    await registry.close();
    expect(() => rule.observe(cpu(0, 5))).toThrow(RegistryClosedError);
    expect(rule.process(cpu(1, 5)).reason).toBe('unchanged');
    expect(() => rule.process(cpu(2, 50))).toThrow(RegistryClosedError);
    expect(() => new AlertRule({ ...RULE, handlers: [() => {}] }).publishTo(registry)).toThrow(
      RegistryClosedError,
    );
    await rule.close();
  });

  it('lets the rule that held back its recovery end', async () => {
    const registry = new TopicRegistry();
    const boss = new AlertRule({ ...RULE, inhibit: [{ category: 'app' }] }).publishTo(registry);
    const work = new AlertRule({
      topic: 'app',
      category: 'app',
      crit: '"idle" < 10',
      recoverSuppressed: true,
    }).publishTo(registry);
    const errors: unknown[] = [];
    work.on('error', (error) => errors.push(error));
    work.observe(cpu(0, 5));
    boss.observe(cpu(1, 5));
    expect(work.process(cpu(2, 50)).reason).toBe('inhibited');
    await registry.close();
    await boss.close();
    expect(errors).toEqual([expect.any(RegistryClosedError)]);
    await work.close();
  });
});

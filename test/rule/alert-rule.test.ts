import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/alert/clock.ts';
import type { AlertEvent } from '../../src/alert/event.ts';
import { NanoDate } from '../../src/alert/nano-date.ts';
import type { Fields, Point, Tags } from '../../src/alert/point.ts';
import { alertDataJson } from '../../src/alert/wire.ts';
import {
  InvalidPointError,
  LambdaSyntaxError,
  LambdaTypeError,
  RuleOptionsError,
  TemplateError,
} from '../../src/errors.ts';
import { AlertRule, type AlertRuleOptions, type RuleFailure } from '../../src/rule/index.ts';

const START = Date.UTC(2024, 0, 1);

/** A point of `cpu`, `seconds` after the start. */
function cpu(seconds: number, fields: Fields, tags: Tags = {}): Point {
  return { name: 'cpu', tags, fields, time: new Date(START + seconds * 1000) };
}

const LEVELS = { info: '"idle" < 30', warn: '"idle" < 20', crit: '"idle" < 10' } satisfies AlertRuleOptions;

/** The levels of the events that a rule makes of values that come 10 seconds apart; `-` where there is none. */
function levels(options: AlertRuleOptions, values: readonly number[]): string {
  const rule = new AlertRule(options);
  return values.map((idle, i) => rule.observe(cpu(i * 10, { idle }))?.level ?? '-').join(' ');
}

describe('an event', () => {
  it('holds what was decided, and the point', () => {
    const rule = new AlertRule({
      ...LEVELS,
      topic: 'cpu',
      taskName: 'watch',
      category: 'hosts',
      groupBy: ['host'],
    });
    rule.observe(cpu(0, { idle: 15 }, { host: 'a', dc: 'x' }));
    const point = cpu(7, { idle: 5, user: 90n }, { host: 'a', dc: 'x' });
    expect(rule.observe(point)).toEqual({
      topic: 'cpu',
      id: 'cpu:host=a',
      level: 'CRITICAL',
      previousLevel: 'WARNING',
      message: 'cpu:host=a is CRITICAL',
      details: expect.stringContaining('&#34;ID&#34;:&#34;cpu:host=a&#34;'),
      time: point.time,
      duration: 7000,
      durationNs: 7_000_000_000,
      recoverable: true,
      noExternal: false,
      name: 'cpu',
      taskName: 'watch',
      group: 'host=a',
      category: 'hosts',
      tags: { host: 'a', dc: 'x' },
      fields: { idle: 5, user: 90n },
      series: [
        {
          name: 'cpu',
          tags: { host: 'a', dc: 'x' },
          columns: ['time', 'idle', 'user'],
          values: [[point.time, 5, 90n]],
        },
      ],
    });
  });

  it('keeps nanoseconds', () => {
    const rule = new AlertRule(LEVELS);
    rule.observe({ name: 'cpu', fields: { idle: 1 }, time: new NanoDate(START, 1) });
    const event = rule.observe({ name: 'cpu', fields: { idle: 1 }, time: new NanoDate(START + 1000, 4) });
    expect(event?.durationNs).toBe(1_000_000_003);
    expect(alertDataJson(event as AlertEvent)).toContain(
      '"time":"2024-01-01T00:00:01.000000004Z","duration":1000000003',
    );
  });
});

describe('levels', () => {
  it('are tried from the worst', () => {
    expect(levels(LEVELS, [50, 25, 15, 5, 15, 25, 50, 50])).toBe('- INFO WARNING CRITICAL WARNING INFO OK -');
    expect(levels({ crit: '"idle" < 10' }, [25, 5, 25])).toBe('- CRITICAL OK');
  });

  it('hold until their reset', () => {
    const options = { ...LEVELS, critReset: '"idle" > 25' };
    expect(levels(options, [5, 15, 22, 28, 50])).toBe('CRITICAL CRITICAL CRITICAL INFO OK');
    expect(levels({ warn: '"idle" < 20', critReset: 'FALSE' }, [5, 50])).toBe('WARNING OK');
  });

  it('can be functions', () => {
    const options = { crit: ({ fields }: Point) => Number(fields.idle) < 10 };
    expect(levels(options, [50, 5, 50])).toBe('- CRITICAL OK');
  });

  it('see tags, and the time', () => {
    const rule = new AlertRule({ warn: '"host" == \'a\' AND hour("time") == 1', timeZone: 'UTC' });
    expect(rule.observe(cpu(3600, { idle: 1 }, { host: 'a' }))?.level).toBe('WARNING');
    expect(rule.observe(cpu(3601, { idle: 1 }, { host: 'b' }))?.level).toBe('OK');
  });

  it('ask the clock that they are given', () => {
    const clock = { ...systemClock, now: () => START };
    const rule = new AlertRule({ warn: 'unixNano(now()) == 1704067200000000000', clock });
    expect(rule.observe(cpu(0, { idle: 1 }))?.level).toBe('WARNING');
  });

  it('go on with the others when one fails, and report it', () => {
    const rule = new AlertRule({ ...LEVELS, crit: '"missing" > 1', critReset: '"gone" > 1' });
    const failures: RuleFailure[] = [];
    rule.on('failure', (failure) => void failures.push(failure));
    const point = cpu(0, { idle: 15 });
    expect(rule.observe(point)?.level).toBe('WARNING');
    expect(failures).toMatchObject([{ kind: 'level', level: 'CRITICAL', point }]);
    expect(failures[0]?.error.code).toBe('LAMBDA_EVALUATION');
    expect(rule.stats.conditionFailures).toBe(1);
  });

  it('count a reset that fails as one that holds', () => {
    const rule = new AlertRule({ crit: '"idle" < 10', critReset: '"gone" > 1' });
    expect(rule.observe(cpu(0, { idle: 5 }))?.level).toBe('CRITICAL');
    expect(rule.observe(cpu(1, { idle: 50 }))?.level).toBe('OK');
    expect(rule.stats.conditionFailures).toBe(1);
  });

  it('fail on a name that is both a tag and a field', () => {
    const rule = new AlertRule({ crit: '"idle" < 10' });
    expect(rule.observe(cpu(0, { idle: 5 }, { idle: 'yes' }))).toBeUndefined();
    expect(rule.stats.conditionFailures).toBe(1);
  });

  it('fail when a function throws or answers neither true nor false', () => {
    const rule = new AlertRule({
      warn: () => 1 as unknown as boolean,
      crit: () => {
        throw new Error('broken');
      },
    });
    const reasons: string[] = [];
    rule.on('failure', ({ error }) => void reasons.push(error.reason));
    expect(rule.observe(cpu(0, {}))).toBeUndefined();
    expect(reasons).toEqual(['A condition threw: broken', 'warn must return true or false, got 1']);
  });
});

describe('groups', () => {
  const tell = (options: AlertRuleOptions, tags: readonly Tags[]): (string | undefined)[] => {
    const rule = new AlertRule({ ...LEVELS, ...options, stateChangesOnly: true });
    return tags.map((each, i) => rule.observe(cpu(i, { idle: 1 }, each))?.id);
  };
  const points: Tags[] = [
    { host: 'a', dc: 'x' },
    { host: 'b', dc: 'x' },
    { host: 'a', dc: 'y' },
    { host: 'a', dc: 'x' },
  ];

  it('are one without groupBy', () => {
    expect(tell({}, points)).toEqual(['cpu:nil', undefined, undefined, undefined]);
  });

  it('are made by tags, sorted by name', () => {
    expect(tell({ groupBy: ['host'] }, points)).toEqual(['cpu:host=a', 'cpu:host=b', undefined, undefined]);
    expect(tell({ groupBy: ['host', 'dc'] }, points)).toEqual([
      'cpu:dc=x,host=a',
      'cpu:dc=x,host=b',
      'cpu:dc=y,host=a',
      undefined,
    ]);
    expect(tell({ groupBy: '*' }, points)).toEqual(tell({ groupBy: ['host', 'dc'] }, points));
    expect(tell({ groupBy: ['*'] }, points)).toEqual(tell({ groupBy: '*' }, points));
    expect(tell({ groupBy: { exclude: ['dc'] } }, points)).toEqual(tell({ groupBy: ['host'] }, points));
  });

  it('take a tag that is missing as empty', () => {
    expect(tell({ groupBy: ['host'] }, [{}, { host: '' }, { host: 'a' }])).toEqual([
      'cpu:host=',
      undefined,
      'cpu:host=a',
    ]);
    expect(tell({ groupBy: '*' }, [{}])).toEqual(['cpu:nil']);
  });

  it('are kept apart whatever their tags hold', () => {
    const odd: Tags[] = [
      { a: 'x\u0001', b: 'y' },
      { a: 'x', b: '\u0001y' },
      { a: 'x\u0002s', b: 'y' },
      { a: 'x\u0001y', b: '' },
    ];
    for (const groupBy of [['a', 'b'], '*'] as const) {
      const rule = new AlertRule({ ...LEVELS, groupBy, id: '{{ .Group }}' });
      for (const tags of odd) rule.observe(cpu(0, { idle: 1 }, tags));
      expect(rule.stats.groups).toBe(4);
    }
    const rule = new AlertRule({ ...LEVELS, groupBy: ['__proto__', 'constructor'] });
    const tags = JSON.parse('{"__proto__":"p"}') as Tags;
    expect(rule.observe(cpu(0, { idle: 1 }, tags))?.group).toBe('__proto__=p,constructor=');
  });

  it('can be made by measurement as well', () => {
    const rule = new AlertRule({ ...LEVELS, groupByMeasurement: true, groupBy: ['host'] });
    const point = cpu(0, { idle: 1 }, { host: 'a' });
    expect(rule.observe(point)?.group).toBe('cpu\nhost=a');
    expect(rule.observe({ ...point, name: 'mem' })?.group).toBe('mem\nhost=a');
    expect(rule.stats.groups).toBe(2);
    expect(new AlertRule({ ...LEVELS, groupByMeasurement: true }).observe(point)?.group).toBe('cpu');
  });

  it('start from what was told of their id', () => {
    const rule = new AlertRule({ ...LEVELS, id: 'one', groupBy: ['host'], stateChangesOnly: true });
    expect(rule.observe(cpu(0, { idle: 1 }, { host: 'a' }))?.level).toBe('CRITICAL');
    expect(rule.observe(cpu(1, { idle: 1 }, { host: 'b' }))).toBeUndefined();
    expect(rule.observe(cpu(2, { idle: 50 }, { host: 'c' }))).toMatchObject({
      level: 'OK',
      previousLevel: 'CRITICAL',
      duration: 2000,
    });
  });

  it('can be forgotten', () => {
    const rule = new AlertRule({ ...LEVELS, groupBy: ['host'] });
    rule.observe(cpu(0, { idle: 50 }, { host: 'a' }));
    rule.observe(cpu(0, { idle: 50 }, { host: 'b' }));
    rule.forget(cpu(0, {}, { host: 'a' }));
    expect(rule.stats.groups).toBe(1);
    rule.forget();
    expect(rule.stats.groups).toBe(0);
  });
});

describe('an outcome', () => {
  it('names the group that was judged, and its level', () => {
    const rule = new AlertRule({ ...LEVELS, groupBy: ['host'], stateChangesOnly: true });
    rule.process(cpu(0, { idle: 5 }, { host: 'a' }));
    expect(rule.process(cpu(1, { idle: 5 }, { host: 'a' }))).toMatchObject({
      reason: 'unchanged',
      group: 'host=a',
      level: 'CRITICAL',
    });
    expect(rule.process(cpu(2, { idle: 50 }, { host: 'b' }))).toMatchObject({
      reason: 'ok',
      group: 'host=b',
      level: 'OK',
    });
  });
});

describe('a rule that is reset', () => {
  it('has forgotten what it told', () => {
    const rule = new AlertRule({ ...LEVELS, stateChangesOnly: true });
    rule.observe(cpu(0, { idle: 5 }));
    rule.forget();
    expect(rule.observe(cpu(1, { idle: 5 }))).toBeUndefined();
    rule.reset();
    expect(rule.observe(cpu(2, { idle: 5 }))).toMatchObject({ previousLevel: 'OK', duration: 0 });
    expect(rule.stats.observed).toBe(3);
  });
});

describe('a bounded number of groups', () => {
  const host = (name: string, seconds: number, idle: number): Point => cpu(seconds, { idle }, { host: name });

  it('forgets the one that has been OK for longest', () => {
    const rule = new AlertRule({ ...LEVELS, groupBy: ['host'], maxGroups: 3 });
    const evicted: string[] = [];
    rule.on('evicted', ({ group, reason }) => void evicted.push(`${group} ${reason}`));
    for (const [i, name] of ['a', 'b', 'c'].entries()) rule.observe(host(name, i, 50));
    rule.observe(host('a', 4, 1));
    rule.observe(host('a', 5, 50));
    rule.observe(host('b', 6, 1));
    rule.observe(host('d', 7, 50));
    rule.observe(host('e', 8, 50));
    expect(evicted).toEqual(['host=c maxGroups', 'host=a maxGroups']);
    expect(rule.stats).toMatchObject({ groups: 3, evicted: 2 });
    expect(rule.observe(host('b', 9, 50))?.level).toBe('OK');
  });

  it('forgets the oldest when none is OK, and takes it up where it was', () => {
    const rule = new AlertRule({ ...LEVELS, groupBy: ['host'], maxGroups: 2, stateChangesOnly: true });
    for (const name of ['a', 'b']) rule.observe(host(name, 0, 1));
    rule.observe(host('c', 1, 50));
    expect(rule.stats.groups).toBe(2);
    expect(rule.observe(host('a', 2, 1))).toBeUndefined();
    expect(rule.observe(host('a', 3, 50))).toMatchObject({ level: 'OK', previousLevel: 'CRITICAL' });
  });

  it('forgets those that are OK and not seen for long', () => {
    const rule = new AlertRule({ ...LEVELS, groupBy: ['host'], idleGroupTtl: '1m' });
    rule.observe(host('a', 0, 50));
    rule.observe(host('b', 0, 1));
    for (let i = 0; i < 10; i++) rule.observe(host('c', i * 30, 50));
    expect(rule.stats).toMatchObject({ groups: 2, evicted: 1 });
    expect(rule.observe(host('b', 300, 50))?.level).toBe('OK');
  });
});

describe('texts', () => {
  it('are Go templates', () => {
    const rule = new AlertRule({
      ...LEVELS,
      taskName: 'watch',
      groupBy: ['host'],
      id: '{{ index .Tags "host" }}/{{ .TaskName }}',
      message: '{{ .ID }} {{ .Level }} {{ index .Fields "idle" }} {{ .Duration }}',
      details: '<b>{{ .Message }}</b>{{ .Tags.host }}',
    });
    expect(rule.observe(cpu(0, { idle: 5 }, { host: '<a>' }))).toMatchObject({
      id: '<a>/watch',
      message: '<a>/watch CRITICAL 5 0s',
      details: '<b>&lt;a&gt;/watch CRITICAL 5 0s</b>&lt;a&gt;',
    });
  });

  it('can be functions', () => {
    const rule = new AlertRule({
      ...LEVELS,
      taskName: 'watch',
      groupBy: ['host'],
      id: ({ name, group, taskName, tags }) => `${name}|${group}|${taskName}|${tags.host}`,
      message: ({ id, level, duration, fields }) => `${id} ${level} ${duration} ${fields.idle}`,
      details: ({ message, time }) => `${message} ${time.toISOString()}`,
    });
    rule.observe(cpu(0, { idle: 5 }, { host: 'a' }));
    expect(rule.observe(cpu(1.5, { idle: 5 }, { host: 'a' }))).toMatchObject({
      id: 'cpu|host=a|watch|a',
      message: 'cpu|host=a|watch|a CRITICAL 1500 5',
      details: 'cpu|host=a|watch|a CRITICAL 1500 5 2024-01-01T00:00:01.500Z',
    });
  });

  it('have default details that are what their template gives, whatever changes within a group', () => {
    const options = { ...LEVELS, groupBy: ['host'], id: '{{ .Name }}:{{ index .Tags "dc" }}' };
    const byDefault = new AlertRule(options);
    const byTemplate = new AlertRule({ ...options, details: '{{ json . }}' });
    const points = [
      cpu(0, { idle: 5 }, { host: 'a', dc: 'x' }),
      cpu(1, { idle: 5 }, { host: 'a', dc: 'x', rack: '<1>' }),
      { ...cpu(2, { idle: 5, note: `it's` }, { host: 'a', dc: 'x' }), name: 'other' },
      cpu(3, { idle: 5, big: 1e30 }, { host: 'a', dc: 'y' }),
      cpu(4, { idle: 50 }, { host: 'a', dc: 'y' }),
      cpu(5, { idle: 5 }, { host: 'a', dc: 'y' }),
    ];
    for (const point of points) {
      const details = byTemplate.observe(point)?.details;
      expect(details).toContain('&#34;Level&#34;');
      expect(byDefault.observe(point)?.details).toBe(details);
    }
  });

  it('give way to the default when they fail, and that is reported', () => {
    const rule = new AlertRule({
      ...LEVELS,
      id: '{{ .Tags.host.name }}',
      message: () => {
        throw new Error('no');
      },
      details: () => 5 as unknown as string,
    });
    const failures: string[] = [];
    rule.on('failure', ({ kind, error }) => void failures.push(`${kind} ${error.code}`));
    const event = rule.observe(cpu(0, { idle: 5 }, { host: 'a' }));
    expect(event).toMatchObject({ id: 'cpu:nil', message: 'cpu:nil is CRITICAL' });
    expect(event?.details).toContain('&#34;Message&#34;:&#34;cpu:nil is CRITICAL&#34;');
    expect(new Set(failures)).toEqual(
      new Set(['id TEMPLATE_RENDER', 'message TEMPLATE_RENDER', 'details TEMPLATE_RENDER']),
    );
    expect(rule.stats.textFailures).toBe(failures.length);
  });

  it('show the server in the default details', () => {
    const serverInfo = { hostname: 'h"1', clusterID: 'c', serverID: 's' };
    const plain = new AlertRule({ ...LEVELS, taskName: 't', serverInfo });
    const template = new AlertRule({ ...LEVELS, taskName: 't', serverInfo, details: '{{ json . }}' });
    const point = cpu(0, { idle: 1, a: 'x<"+\'é\u0000\u2028', n: 10n, f: 1e21, b: false }, { 'k"+': "v'" });
    expect(plain.observe(point)?.details).toBe(template.observe(point)?.details);
  });
});

describe('a listener that throws', () => {
  it('does not disturb the rule', () => {
    const rule = new AlertRule({ crit: '"missing" > 1' });
    const errors: unknown[] = [];
    rule.on('failure', () => {
      throw new Error('listener');
    });
    rule.on('error', (error) => void errors.push(error));
    expect(rule.observe(cpu(0, {}))).toBeUndefined();
    expect(errors).toEqual([new Error('listener')]);
  });

  it('is reported as well when it is asynchronous', async () => {
    const rule = new AlertRule({ crit: '"missing" > 1' });
    const errors: unknown[] = [];
    rule.on('failure', () => Promise.reject(new Error('later')) as never);
    rule.on('error', (error) => void errors.push(error));
    rule.observe(cpu(0, {}));
    await Promise.resolve();
    await Promise.resolve();
    expect(errors).toEqual([new Error('later')]);
  });
});

describe('batches', () => {
  const batch = (seconds: number, ...idle: number[]) => ({
    name: 'cpu',
    tags: { host: 'a' },
    points: idle.map((value, i) => ({
      fields: { idle: value, i: BigInt(i) },
      time: new Date(START + (seconds + i) * 1000),
    })),
    time: new Date(START + (seconds + 10) * 1000),
  });

  it('have the level of their worst point, and its fields and time', () => {
    const rule = new AlertRule({ ...LEVELS, groupBy: ['host'] });
    const event = rule.observeBatch(batch(0, 50, 15, 5, 3, 25));
    expect(event).toMatchObject({
      level: 'CRITICAL',
      fields: { i: 2n },
      time: new Date(START + 2000),
      tags: { host: 'a' },
    });
    expect(event?.series?.[0]?.values).toHaveLength(5);
    expect(rule.observeBatch(batch(20, 50, 50))).toMatchObject({
      level: 'OK',
      time: new Date(START + 30_000),
    });
    expect(rule.observeBatch(batch(40, 50))).toBeUndefined();
  });

  it('have the level of their best point with all', () => {
    const rule = new AlertRule({ ...LEVELS, all: true });
    expect(rule.observeBatch(batch(0, 50, 5))).toBeUndefined();
    expect(rule.observeBatch(batch(20, 25, 5, 15))).toMatchObject({
      level: 'INFO',
      fields: { i: 1n },
      time: new Date(START + 30_000),
    });
  });

  it('are ignored without points', () => {
    const rule = new AlertRule(LEVELS);
    rule.observeBatch(batch(0, 5));
    expect(rule.processBatch({ name: 'cpu', points: [] })).toMatchObject({
      event: undefined,
      reason: 'emptyBatch',
    });
    expect(rule.stats.observed).toBe(1);
  });

  it('recover while flapping', () => {
    const rule = new AlertRule({ ...LEVELS, flapping: { low: 0.1, high: 0.2 }, history: 5 });
    const reasons = [5, 50, 5, 50, 5].map((idle, i) => rule.processBatch(batch(i * 20, idle)).reason);
    expect(reasons).toEqual(['flapping', 'recovered', 'flapping', 'recovered', 'flapping']);
  });

  it('end with their last point unless they say otherwise', () => {
    const rule = new AlertRule({ ...LEVELS, all: true });
    const { time: _, ...open } = batch(0, 5, 5);
    expect(rule.observeBatch(open)?.time).toEqual(new Date(START + 1000));
  });

  it('pass their tags on to their points', () => {
    const rule = new AlertRule({ crit: '"host" == \'a\' AND "core" == \'1\'' });
    const points = [{ tags: { core: '1' }, fields: { idle: 1 }, time: new Date(START) }];
    const event = rule.observeBatch({ name: 'cpu', tags: { host: 'a' }, points });
    expect(event?.level).toBe('CRITICAL');
    expect(event?.series?.[0]).toMatchObject({
      columns: ['time', 'core', 'idle'],
      values: [[new Date(START), '1', 1]],
    });
  });
});

describe('what is passed on', () => {
  it('is the point that made an event, with the outcome', () => {
    const rule = new AlertRule({
      ...LEVELS,
      levelTag: 'level',
      idField: 'alert',
      durationField: 'for',
      messageField: 'text',
    });
    expect(rule.process(cpu(0, { idle: 50 })).passed).toBeUndefined();
    const point = cpu(1, { idle: 5 }, { host: 'a' });
    expect(rule.process(point).passed).toEqual({
      ...point,
      tags: { host: 'a', level: 'CRITICAL' },
      fields: { idle: 5, alert: 'cpu:nil', for: 0n, text: 'cpu:nil is CRITICAL' },
    });
    expect(point.fields).toEqual({ idle: 5 });
  });

  it('is the point itself when nothing is to be added', () => {
    const point = cpu(0, { idle: 5 });
    expect(new AlertRule(LEVELS).process(point).passed).toBe(point);
  });

  it('is the batch, with the outcome in it and in each point', () => {
    const rule = new AlertRule({ ...LEVELS, levelField: 'level', idTag: 'alert' });
    const points = [{ fields: { idle: 5 }, time: new Date(START), tags: { core: '1' } }];
    expect(rule.processBatch({ name: 'cpu', points }).passed).toEqual({
      name: 'cpu',
      tags: { alert: 'cpu:nil' },
      points: [
        {
          fields: { idle: 5, level: 'CRITICAL' },
          time: new Date(START),
          tags: { core: '1', alert: 'cpu:nil' },
        },
      ],
    });
  });
});

describe('points that no rule can judge', () => {
  it.each<[unknown, string]>([
    [undefined, 'A point must be an object, got undefined'],
    [{ fields: {}, time: new Date() }, 'A point needs a name, got undefined'],
    [{ name: '', fields: {}, time: new Date() }, "A point needs a name, got ''"],
    [{ name: 'cpu', fields: 5, time: new Date() }, "The point 'cpu' needs fields, got 5"],
    [{ name: 'cpu', fields: null, time: new Date() }, "The point 'cpu' needs fields, got null"],
    [{ name: 'cpu', tags: 'a=b', fields: {}, time: new Date() }, "has tags that are no object but 'a=b'"],
    [{ name: 'cpu', fields: {} }, "The point 'cpu' needs a valid Date as its time, got undefined"],
    [{ name: 'cpu', fields: {}, time: new Date(Number.NaN) }, 'got an invalid Date'],
    [{ name: 'cpu', fields: {}, time: 1_700_000_000 }, 'needs a valid Date as its time, got 1700000000'],
  ])('%j', (point, message) => {
    const rule = new AlertRule(LEVELS);
    expect(() => rule.observe(point as Point)).toThrow(InvalidPointError);
    expect(() => rule.observe(point as Point)).toThrow(message);
    expect(rule.stats).toMatchObject({ observed: 0, groups: 0 });
  });

  it('are refused in batches too', () => {
    const rule = new AlertRule(LEVELS);
    const points = [{ fields: { idle: 1 }, time: new Date(Number.NaN) }];
    expect(() => rule.observeBatch({ name: 'cpu', points })).toThrow(InvalidPointError);
    expect(() => rule.observeBatch({ name: 'cpu' } as never)).toThrow('A batch needs a list of points');
    expect(() => rule.observeBatch({ name: 'cpu', points: [], time: 'now' as never })).toThrow(
      "The batch 'cpu' needs a valid Date",
    );
    expect(rule.stats.observed).toBe(0);
  });
});

describe('wrong options', () => {
  it.each<[object, string]>([
    [{ critical: '"a" > 1' }, "A rule has no option 'critical'"],
    [{ stateChangeOnly: true }, "Did you mean 'stateChangesOnly'?"],
    [{ topic: 5 }, 'topic must be a text, got 5'],
    [{ groupBy: 'host' }, "groupBy must be a list of tag names, '*' or { exclude: [...] }, got 'host'"],
    [{ groupBy: ['host', 5] }, 'groupBy must be a list of tag names, got ["host",5]'],
    [{ groupBy: { exclude: 'host' } }, "groupBy.exclude must be a list of tag names, got 'host'"],
    [{ inhibit: [{ tags: ['host'] }] }, 'inhibit must be a list of { category, tags }'],
    [{ inhibit: 'app' }, "inhibit must be a list of { category, tags }, got 'app'"],
    [{ maxGroups: 0 }, 'maxGroups must be a whole number from 1, got 0'],
    [{ idleGroupTtl: '0s' }, 'idleGroupTtl must be longer than zero'],
    [{ flapping: { low: 0.1, high: 2 } }, 'flapping.high must be a number from 0 to 1, got 2'],
    [{ all: 'yes' }, "all must be true or false, got 'yes'"],
    [{ message: 5 }, 'message must be a template or a function, got 5'],
    [{ crit: 5 }, 'crit must be an expression or a function, got 5'],
    [{ levelTag: true }, 'levelTag must be a text, got true'],
    [{ handlers: [() => {}] }, 'handlers need a taskName'],
    [
      { noRecoveries: true, recoverSuppressed: true },
      'noRecoveries and recoverSuppressed contradict each other',
    ],
  ])('%j', (options, message) => {
    expect(() => new AlertRule(options as AlertRuleOptions)).toThrow(RuleOptionsError);
    expect(() => new AlertRule(options as AlertRuleOptions)).toThrow(message);
  });

  it('are found in expressions and templates', () => {
    expect(() => new AlertRule({ crit: '"a" = 5' })).toThrow(LambdaSyntaxError);
    expect(() => new AlertRule({ crit: '5' })).toThrow(LambdaTypeError);
    expect(() => new AlertRule({ crit: '5' })).toThrow('crit must be true or false');
    expect(() => new AlertRule({ critReset: '"a" >' })).toThrow(LambdaSyntaxError);
    expect(() => new AlertRule({ id: '{{ if }}' })).toThrow(TemplateError);
    expect(() => new AlertRule({ message: '{{ json . }}' })).toThrow(TemplateError);
  });
});

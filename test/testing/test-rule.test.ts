import { describe, expect, it } from 'vitest';
import { ExpectationError, RuleTestError } from '../../src/errors.ts';
import { AlertRule } from '../../src/rule/index.ts';
import { at, batchAt, eventAt, every, gap, type TestPoint, testRule } from '../../src/testing/index.ts';

const options = {
  topic: 'cpu',
  groupBy: ['host'],
  warn: '"idle" < 30',
  crit: '"idle" < 10',
  message: '{{ index .Tags "host" }} is {{ .Level }}',
  stateChangesOnly: true,
};
const tags = { host: 'web-1' };
const idle = (value: number): TestPoint => ({ fields: { idle: value } });
const values = (...numbers: number[]): TestPoint[] => numbers.map(idle);

/** What a call throws, without its stack. */
function failure(call: () => unknown): ExpectationError {
  try {
    call();
  } catch (error) {
    if (error instanceof ExpectationError) return error;
    throw error;
  }
  throw new Error('expected an ExpectationError');
}

describe('testRule', () => {
  it('feeds points and tells what came of each', () => {
    const test = testRule(options, { tags }).feed(at('0s', idle(50)), every('10s', values(8, 7, 60)));
    expect(test.trace.levels).toEqual(['OK', 'CRITICAL', 'CRITICAL', 'OK']);
    expect(test.trace.reasons).toEqual(['ok', 'fired', 'unchanged', 'recovered']);
    expect(test.events.map(({ message }) => message)).toEqual(['web-1 is CRITICAL', 'web-1 is OK']);
    expect(test.trace.rows[1]).toMatchObject({
      offset: 10_000,
      group: 'host=web-1',
      topic: 'cpu',
      failures: [],
    });
    expect(test.events[0]?.time).toEqual(new Date('2026-01-01T00:00:10Z'));
  });

  it.each([
    ['a series starts at once', [every('10s', values(1, 2))], [0, 10_000]],
    [
      'a series goes on one interval after a point',
      [at('5s', idle(1)), every('10s', values(1, 2))],
      [5000, 15_000, 25_000],
    ],
    [
      'a series begins when a gap is over',
      [at('0s', idle(1)), gap('1h'), every('10s', values(1, 2))],
      [0, 3_600_000, 3_610_000],
    ],
    [
      'a function may leave points out',
      [every('1m', (n) => (n === 1 ? undefined : idle(n)), 3)],
      [0, 120_000],
    ],
    ['a series of nothing is nothing', [every('1m', []), at('1s', idle(1))], [1000]],
  ] as const)('%s', (_name, steps, offsets) => {
    const { trace } = testRule(options).feed(...steps);
    expect(trace.rows.map(({ offset }) => offset)).toEqual(offsets);
  });

  it('goes on where an earlier feed ended', () => {
    const test = testRule(options).feed(at('1m', idle(1)));
    test.feed(every('1m', values(1)));
    expect(test.trace.rows.map(({ offset }) => offset)).toEqual([60_000, 120_000]);
  });

  it('feeds batches', () => {
    const batch = (...numbers: number[]) => ({
      tags,
      points: numbers.map((value, n) => ({ ...idle(value), ago: `${numbers.length - n}s` })),
    });
    testRule({ ...options, all: true })
      .feed(batchAt('1m', batch(8, 50)), batchAt('2m', batch(8, 9)), batchAt('3m', { points: [] }))
      .expectTrace([
        { reason: 'ok', group: 'host=web-1' },
        { at: '2m', level: 'CRITICAL', reason: 'fired' },
        'emptyBatch',
      ]);
  });

  it('stands now() at the time of the point', () => {
    testRule({ topic: 'job', crit: 'unixNano(now()) - "last" > 3600000000000' }, { start: 0 })
      .feed(at('30m', { fields: { last: 0n } }), at('61m', { fields: { last: 0n } }))
      .expectTrace(['OK', 'CRITICAL']);
  });

  it('starts a rule anew that was under test before, with a topic and without', () => {
    for (const topic of ['cpu', '']) {
      const rule = new AlertRule({ ...options, topic });
      testRule(rule)
        .feed(every('1s', values(1)))
        .expectTrace(['fired']);
      testRule(rule)
        .feed(every('1s', values(50)))
        .expectTrace(['ok']);
    }
  });

  it('shows conditions that failed', () => {
    const { trace } = testRule({ ...options, crit: '"idel" < 10' }).feed(at('0s', idle(4)));
    expect(trace.rows[0]?.failures).toHaveLength(1);
    expect(String(trace)).toContain('! level CRITICAL: ');
    expect(String(trace)).toContain('idel');
  });

  it.each([
    [() => at('5 minutes', idle(1)), 'at: "5 minutes" is no length of time'],
    [() => at(-1, idle(1)), 'at: -1 is no length of time'],
    [() => every('10s', idle as never, undefined as never), 'every: the number of points'],
    [() => every('10s', idle, 1e9), 'every: the number of points'],
    [() => testRule(options, { start: 'soon' }), "start: 'soon' is no time"],
    [() => testRule(options).feed(eventAt('1s', { topic: 'a', id: 'b', level: 'OK' })), 'not events'],
  ])('refuses what makes no sense', (call, reason) => {
    expect(call).toThrow(RuleTestError);
    expect(call).toThrow(reason);
  });
});

describe('expectEvents', () => {
  const test = () => testRule(options, { tags }).feed(every('10s', values(50, 20, 8, 60)));

  it('passes when they are the same', () => {
    test().expectEvents([
      { at: '10s', level: 'WARNING', previousLevel: 'OK', id: 'cpu:host=web-1', topic: 'cpu' },
      { at: 20_000, reason: 'raised', message: /CRIT/, tags, fields: { idle: 8 } },
      { level: 'OK', duration: '20s', group: 'host=web-1', taskName: '' },
    ]);
    test().expectEvents(['WARNING', 'raised', 'OK']);
  });

  it('shows the trace, with the first difference marked', () => {
    const error = failure(() =>
      test().expectEvents(['WARNING', { at: '20s', level: 'WARNING', message: 'web-1 is WARNING' }, 'OK']),
    );
    expect(error.message).toBe(
      [
        'event 2 differs: level is CRITICAL, expected WARNING; message is "web-1 is CRITICAL", expected "web-1 is WARNING"',
        '',
        '  at   group       fields   level     why        message',
        '  0s   host=web-1  idle=50  OK        ok',
        '  10s  host=web-1  idle=20  WARNING   fired      web-1 is WARNING',
        '✗ 20s  host=web-1  idle=8   CRITICAL  raised     web-1 is CRITICAL',
        '→ 20s                       WARNING              web-1 is WARNING',
        '  30s  host=web-1  idle=60  OK        recovered  web-1 is OK',
      ].join('\n'),
    );
    expect(error.code).toBe('EXPECTATION');
  });

  it('shows where an event is missing', () => {
    const { message } = failure(() =>
      test().expectEvents(['WARNING', 'CRITICAL', 'OK', { at: '15s', level: 'INFO' }]),
    );
    expect(message).toContain('event 4 is missing: expected 4 events, got 3');
    expect(message.split('\n')[5]).toBe('→ 15s                       INFO');
  });

  it('marks what was not expected', () => {
    const { message } = failure(() => test().expectEvents(['WARNING']));
    expect(message).toContain('expected 1 event, got 3');
    expect(message.split('\n').filter((line) => line.startsWith('✗'))).toHaveLength(2);
    expect(failure(() => test().expectEvents([])).message).toContain('expected no events, got 3');
  });

  it.each<[object | string, string]>([
    [{ at: '11s' }, 'at is 10s, expected 11s'],
    [{ previousLevel: 'INFO' }, 'previousLevel is "OK", expected "INFO"'],
    [{ id: 'x' }, 'id is "cpu:host=web-1", expected "x"'],
    [{ message: /^x/ }, 'message is "web-1 is WARNING", expected /^x/'],
    [{ tags: { host: 'web-2' } }, 'tags is { host=web-1 }, expected { host=web-2 }'],
    [{ fields: { idle: 20n } }, 'fields is { idle=20 }, expected { idle=20n }'],
    [{ tags: { constructor: 'x' } }, 'tags is'],
    ['recovered', 'reason is fired, expected recovered'],
  ])('compares %o', (expected, difference) => {
    expect(failure(() => test().expectEvents([expected as never])).message).toContain(difference);
  });

  it.each([
    ['CRIT', "'CRIT' is neither a level nor a reason"],
    [{ mesage: 'x' }, "an event has no 'mesage' that can be expected. Did you mean 'message'?"],
    [{ level: 'CRIT' }, "'CRIT' is no level"],
    [{ reason: 'fire' }, "'fire' is no reason. Did you mean 'fired'?"],
    [{ at: 'noon' }, 'event 1.at: "noon" is no length of time'],
    [7, 'expected a level, a reason or an object, got 7'],
  ])('refuses %o, which nothing could meet', (expected, reason) => {
    const call = () => test().expectEvents([expected as never]);
    expect(call).toThrow(RuleTestError);
    expect(call).toThrow(reason);
  });

  it('shows of a long trace what is near the difference', () => {
    const long = testRule(options).feed(every('1s', (n) => idle(n === 500 ? 1 : 50), 1000));
    const { message } = failure(() => long.expectEvents(['CRITICAL']));
    const lines = message.split('\n');
    expect(lines.length).toBeLessThan(50);
    expect(message).toMatch(/… 48\d more/);
  });
});

describe('expectTrace', () => {
  it('compares every point', () => {
    const test = testRule(options).feed(every('1s', values(50, 8)));
    test.expectTrace(['ok', 'fired']);
    expect(failure(() => test.expectTrace(['ok'])).message).toContain('expected 1 row, got 2');
    expect(failure(() => test.expectTrace(['ok', 'ok'])).message).toContain(
      'row 2 differs: reason is fired, expected ok',
    );
  });

  it('says that there were no points', () => {
    expect(String(testRule(options))).toContain('(no points)');
    testRule(options).expectTrace([]).expectEvents([]);
  });
});

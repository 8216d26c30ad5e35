import { describe, expect, it } from 'vitest';
import { fieldsOf, pipe, point, run } from './run-script.ts';

describe('from', () => {
  it('selects by measurement, database, retention policy and conditions', () => {
    const script = `stream|from()
      .database('telegraf').retentionPolicy('autogen').measurement('cpu')
      .where(lambda: "usage" > 10).where(lambda: "host" =~ /^web/)
      |log()`;
    const { task, seen, failures } = run(script);
    const good = point(0, { usage: 20 }, { host: 'web-1' }, 'cpu');
    task.observe(good, { database: 'telegraf', retentionPolicy: 'autogen' });
    task.observe(good);
    task.observe(good, { database: 'other', retentionPolicy: 'autogen' });
    task.observe(good, { database: 'telegraf', retentionPolicy: 'week' });
    task.observe({ ...good, name: 'mem' });
    task.observe({ ...good, fields: { usage: 5 } });
    task.observe({ ...good, tags: { host: 'db-1' } });
    expect(seen).toHaveLength(2);
    expect(failures).toHaveLength(0);
    task.observe({ ...good, tags: {} });
    expect(failures[0]).toMatchObject({ node: 'from1', error: { code: 'LAMBDA_EVALUATION' } });
  });

  it('truncates and rounds times', () => {
    expect(pipe('', {}, '.truncate(10s)').give(point(19.5, { x: 1 })).seen[0]?.time).toBe(10);
    expect(pipe('', {}, '.round(10s)').give(point(15, { x: 1 }), point(14.999, { x: 1 })).seen).toMatchObject(
      [{ time: 20 }, { time: 10 }],
    );
  });

  it('gives each group its own state', () => {
    const { seen } = pipe('|stateCount(lambda: TRUE)', {}, `.groupBy('host')`).give(
      point(0, { x: 1 }, { host: 'a' }),
      point(1, { x: 1 }, { host: 'b' }),
      point(2, { x: 1 }, { host: 'a' }),
    );
    expect(seen.map(({ fields }) => fields?.state_count)).toEqual([1n, 1n, 2n]);
  });

  it('groups by measurement, and by all tags', () => {
    const tags = { a: '1', b: '2' };
    const script = (by: string) => `stream|from()${by}|alert().crit(lambda: TRUE)`;
    expect(run(script('.groupByMeasurement()')).give(point(0, { x: 1 }, tags)).events[0]).toMatchObject({
      group: 'm',
      id: 'm:m',
    });
    expect(run(script('.groupBy(*)')).give(point(0, { x: 1 }, tags)).events[0]).toMatchObject({
      group: 'a=1,b=2',
    });
  });
});

describe('where', () => {
  it('lets through what its condition holds for', () => {
    const run = pipe('|where(lambda: "x" > 1)').give(
      point(0, { x: 1 }),
      point(1, { x: 2 }),
      point(2, { y: 2 }),
    );
    expect(fieldsOf(run)).toEqual([{ x: 2 }]);
    expect(run.failures).toMatchObject([{ node: 'where2' }]);
  });

  it('takes points out of batches', () => {
    const { seen } = pipe('|window().periodCount(3).everyCount(3)|where(lambda: "x" > 1)').give(
      ...[1, 2, 3].map((x) => point(x, { x })),
    );
    expect(seen[0]?.points?.map(({ fields }) => fields.x)).toEqual([2, 3]);
  });

  it('counts for each group', () => {
    const { seen } = pipe('|where(lambda: count() > 1)', {}, `.groupBy('h')`).give(
      point(0, { x: 1 }, { h: 'a' }),
      point(1, { x: 2 }, { h: 'b' }),
      point(2, { x: 3 }, { h: 'a' }),
    );
    expect(seen).toMatchObject([{ fields: { x: 3 } }]);
  });
});

describe('groupBy', () => {
  it('groups anew, all tags but some too', () => {
    const script = `stream|from()|groupBy(*).exclude('b')|alert().crit(lambda: TRUE)`;
    const { events } = run(script).give(point(0, { x: 1 }, { c: '3', b: '2', a: '1' }));
    expect(events[0]?.group).toBe('a=1,c=3');
  });

  it('takes batches apart, and sends them on when one of another end comes', () => {
    const { seen } = pipe(`|window().periodCount(2).everyCount(2)|groupBy('h')`).give(
      point(0, { x: 1 }, { h: 'a' }),
      point(1, { x: 2 }, { h: 'b' }),
      point(2, { x: 3 }, { h: 'a' }),
      point(3, { x: 4 }, { h: 'a' }),
    );
    expect(seen).toMatchObject([
      { time: 1, tags: { h: 'a' }, points: [{ fields: { x: 1 } }] },
      { time: 1, tags: { h: 'b' }, points: [{ fields: { x: 2 } }] },
    ]);
  });
});

describe('eval', () => {
  it('keeps the results alone, all fields, or those named', () => {
    const script = (end: string) =>
      pipe(`|eval(lambda: "x" + 1.0, lambda: "a" * 2.0).as('a', 'b')${end}`).give(
        point(0, { x: 1, y: 7 }, { h: 'w' }),
      );
    expect(script('').seen[0]).toMatchObject({ fields: { a: 2, b: 4 }, tags: { h: 'w' } });
    expect(fieldsOf(script(''))).toEqual([{ a: 2, b: 4 }]);
    expect(fieldsOf(script('.keep()'))).toEqual([{ x: 1, y: 7, a: 2, b: 4 }]);
    expect(fieldsOf(script(`.keep('y', 'b')`))).toEqual([{ y: 7, b: 4 }]);
    expect(script(`.keep('nope')`).failures[0]?.error.reason).toMatch(/nope/);
  });

  it('makes tags of results, which can change the group', () => {
    const { seen, events } = run(`stream|from().groupBy('h')
      |eval(lambda: strToUpper("h"), lambda: "x").as('h', 'x').tags('h')
      |log()|alert().crit(lambda: TRUE)`).give(point(0, { x: 1 }, { h: 'web' }));
    expect(seen[0]).toMatchObject({ tags: { h: 'WEB' }, fields: { x: 1 } });
    expect(events[0]?.group).toBe('h=WEB');
  });

  it('refuses a tag that is no text, and drops points that fail, quietly when asked', () => {
    const number = pipe(`|eval(lambda: "x").as('t').tags('t')`).give(point(0, { x: 1 }));
    expect(number.failures[0]?.error.cure).toMatch(/string\(\)/);
    const loud = pipe(`|eval(lambda: "nope" + 1.0).as('a')`).give(point(0, { x: 1 }));
    expect([loud.seen.length, loud.failures.length]).toEqual([0, 1]);
    const quiet = pipe(`|eval(lambda: "nope" + 1.0).as('a').quiet()`).give(point(0, { x: 1 }));
    expect([quiet.seen.length, quiet.failures.length]).toEqual([0, 0]);
  });

  it('is quiet like any other node', () => {
    const quiet = `stream.quiet()|from().quiet().where(lambda: "x" > 1)|mean('x').quiet()|alert().quiet().crit(lambda: "y" > 1)|log().quiet()`;
    expect(
      run(quiet).give(point(0, {}), point(1, { x: 'a' }), point(2, { x: 2 }), point(3, { x: 3 })).failures,
    ).toEqual([]);
    const loud = quiet.replaceAll('.quiet()', '');
    expect(
      run(loud).give(point(0, {}), point(1, { x: 'a' }), point(2, { x: 2 }), point(3, { x: 3 })).failures,
    ).toHaveLength(3);
  });

  it('works on the points of batches, and turns durations into nanoseconds', () => {
    const { seen } = pipe(
      `|window().periodCount(2).everyCount(2)|eval(lambda: "x" * 2, lambda: 3s).as('d', 's')`,
      {
        strict: true,
      },
    ).give(point(0, { x: 1n }), point(1, { x: 2n }));
    expect(seen[0]?.points?.map(({ fields }) => fields)).toEqual([
      { d: 2n, s: 3_000_000_000n },
      { d: 4n, s: 3_000_000_000n },
    ]);
  });

  it('wants a name for each expression', () => {
    expect(() => pipe('|eval(lambda: "x")')).toThrow(/1 expressions and 0 names/);
  });
});

describe('default and delete', () => {
  it('gives what is missing', () => {
    const { seen } = pipe(`|default().field('x', 1).field('s', 'a').tag('h', 'none')`).give(
      point(0, { x: 5 }),
      point(1, { y: 1 }, { h: 'w' }),
    );
    expect(seen).toMatchObject([
      { fields: { x: 5, s: 'a' }, tags: { h: 'none' } },
      { fields: { x: 1n, y: 1, s: 'a' }, tags: { h: 'w' } },
    ]);
  });

  it('takes away, and with a tag its dimension', () => {
    const { seen, events } = run(
      `stream|from().groupBy('h', 'k')|delete().field('x').tag('h')|log()|alert().crit(lambda: TRUE)`,
    ).give(point(0, { x: 5, y: 6 }, { h: 'w', k: 'v' }));
    expect(seen[0]).toEqual({ time: 0, name: 'm', fields: { y: 6 }, tags: { k: 'v' } });
    expect(events[0]?.group).toBe('k=v');
  });

  it('works on batches', () => {
    const { seen } = pipe(
      `|window().periodCount(1).everyCount(1)|default().field('z', 0.5)|delete().field('x')`,
    ).give(point(0, { x: 5 }));
    expect(seen[0]?.points?.[0]?.fields).toEqual({ z: 0.5 });
  });
});

describe('log, noop, sample, shift', () => {
  it('tells what goes by with level and prefix', () => {
    const { task } = run(`stream|from()|log().level('WARN').prefix('p')`);
    const told: unknown[] = [];
    task.on('log', (entry) => told.push(entry));
    task.observe(point(0, { x: 1 }));
    expect(told).toMatchObject([{ node: 'log2', level: 'WARN', prefix: 'p', data: { fields: { x: 1 } } }]);
    expect(() => run(`stream|from()|log().level('LOUD')`)).toThrow(/There is no log level LOUD/);
  });

  it('passes on', () => {
    expect(pipe('|noop()').give(point(0, { x: 1 })).seen).toHaveLength(1);
  });

  it('samples by number and by time', () => {
    const points = [0, 5, 10, 15, 20].map((s) => point(s, { x: s }));
    expect(
      pipe('|sample(2)')
        .give(...points)
        .seen.map(({ time }) => time),
    ).toEqual([0, 10, 20]);
    expect(
      pipe('|sample(10s)')
        .give(...points, point(20.5, { x: 1 }))
        .seen.map(({ time }) => time),
    ).toEqual([0, 10, 20]);
    const batches = pipe('|window().periodCount(1).everyCount(1)|sample(2)').give(...points);
    expect(batches.seen.map(({ time }) => time)).toEqual([0, 10, 20]);
  });

  it('shifts points and batches', () => {
    expect(pipe('|shift(-5s)').give(point(10, { x: 1 })).seen[0]?.time).toBe(5);
    const { seen } = pipe('|window().periodCount(1).everyCount(1)|shift(1m)').give(point(10, { x: 1 }));
    expect(seen[0]).toMatchObject({ time: 70, points: [{ time: 70 }] });
  });
});

describe('derivative', () => {
  it('is per unit, with the other fields of the later point', () => {
    const run = pipe(`|derivative('x').unit(1m).as('rate')`).give(
      point(0, { x: 1n, y: 1 }),
      point(30, { x: 11n, y: 2 }),
      point(60, { x: 1n, y: 3 }),
    );
    expect(fieldsOf(run)).toEqual([
      { x: 11n, y: 2, rate: 20 },
      { x: 1n, y: 3, rate: -20 },
    ]);
    expect(run.seen[0]?.time).toBe(30);
  });

  it('replaces the field, drops falls, and says what it cannot do', () => {
    const run = pipe(`|derivative('x').nonNegative()`).give(
      point(0, { x: 1 }),
      point(1, { x: 0 }),
      point(2, { x: 5 }),
      point(2, { x: 6 }),
      point(3, { y: 1 }),
    );
    expect(fieldsOf(run)).toEqual([{ x: 5 }]);
    expect(run.failures.map(({ error }) => error.reason)).toEqual([
      'Two points have the same time, so that there is no derivative',
      "The point has no number in its field 'x'",
    ]);
  });

  it('works within batches', () => {
    const { seen } = pipe(`|window().periodCount(3).everyCount(3)|derivative('x')`).give(
      ...[1, 3, 7].map((x, i) => point(i, { x })),
    );
    expect(seen[0]?.points?.map(({ fields }) => fields.x)).toEqual([2, 4]);
  });
});

describe('difference, elapsed, movingAverage, cumulativeSum', () => {
  const ints = [1n, 4n, 2n].map((x, i) => point(i * 2, { x, y: 1 }, { h: 'a', z: 'b' }));

  it('compute from one point to the next, of ints and floats', () => {
    const floats = [1.5, 4, 2].map((x, i) => point(i, { x }));
    expect(fieldsOf(pipe(`|difference('x')`).give(...ints))).toEqual([
      { difference: 3n },
      { difference: -2n },
    ]);
    expect(fieldsOf(pipe(`|difference('x').as('d')`).give(...floats))).toEqual([{ d: 2.5 }, { d: -2 }]);
    expect(fieldsOf(pipe(`|elapsed('x', 1s)`).give(...ints))).toEqual([{ elapsed: 2n }, { elapsed: 2n }]);
    expect(fieldsOf(pipe(`|movingAverage('x', 2)`).give(...ints))).toEqual([
      { movingAverage: 2.5 },
      { movingAverage: 3 },
    ]);
    expect(fieldsOf(pipe(`|cumulativeSum('x')`).give(...ints))).toEqual([
      { cumulativeSum: 1n },
      { cumulativeSum: 5n },
      { cumulativeSum: 7n },
    ]);
    expect(fieldsOf(pipe(`|cumulativeSum('x')`).give(...floats)).at(-1)).toEqual({ cumulativeSum: 7.5 });
  });

  it('keep the time of the point and the tags of the group', () => {
    const { seen } = pipe(`|difference('x')`, {}, `.groupBy('h')`).give(...ints);
    expect(seen[0]).toEqual({ time: 2, name: 'm', tags: { h: 'a' }, fields: { difference: 3n } });
  });

  it('begin anew in each batch, and tell of what they cannot use', () => {
    const run = pipe(`|window().periodCount(2).everyCount(2)|cumulativeSum('x')`).give(
      ...ints,
      point(9, { x: 1n }),
    );
    expect(run.seen.map(({ points }) => points?.map(({ fields }) => fields.cumulativeSum))).toEqual([
      [1n, 5n],
      [2n, 3n],
    ]);
    expect(pipe(`|difference('x')`).give(point(0, { x: 'text' })).failures).toHaveLength(1);
  });
});

describe('stateDuration and stateCount', () => {
  const points = [0, 1, 1, 0, 1].map((x, i) => point(i * 30, { x }));

  it('say for how long and how often', () => {
    const durations = pipe('|stateDuration(lambda: "x" == 1).unit(1m)').give(...points);
    expect(durations.seen.map(({ fields }) => fields?.state_duration)).toEqual([-1, 0, 0.5, -1, 0]);
    const counts = pipe(`|stateCount(lambda: "x" == 1).as('n')`).give(...points);
    expect(counts.seen.map(({ fields }) => fields?.n)).toEqual([-1n, 1n, 2n, -1n, 1n]);
  });

  it('drop points for which the condition fails', () => {
    const run = pipe('|stateCount(lambda: "x" == 1)').give(point(0, { y: 1 }), point(1, { x: 1 }));
    expect([run.seen.length, run.failures.length]).toEqual([1, 1]);
  });

  it('begin anew in each batch', () => {
    const { seen } = pipe('|window().periodCount(2).everyCount(2)|stateCount(lambda: TRUE)').give(...points);
    expect(seen.map((batch) => batch.points?.map(({ fields }) => fields.state_count))).toEqual([
      [1n, 2n],
      [1n, 2n],
    ]);
  });
});

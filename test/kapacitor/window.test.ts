import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VectorWindow } from '../conformance/alertnode/vector.ts';
import { createWindow } from '../conformance/alertnode/window-model.ts';
import { pipe, point, type Run, secondsOf } from './run-script.ts';

const every = (step: number, until: number, from = 0) =>
  Array.from({ length: Math.floor((until - from) / step) + 1 }, (_, i) => point(from + i * step, { x: i }));

const batches = ({ seen }: Run) => seen.map(({ time, points }) => [time, points?.map((each) => each.time)]);

describe('window', () => {
  it('tells the last period every so often, by the times of points', () => {
    const run = pipe('|window().period(20s).every(10s)').give(...every(5, 30));
    expect(batches(run)).toEqual([
      [10, [0, 5]],
      [20, [0, 5, 10, 15]],
      [30, [10, 15, 20, 25]],
    ]);
  });

  it('aligns its ends', () => {
    const run = pipe('|window().period(10s).every(10s).align()').give(...every(5, 33, 3));
    expect(batches(run)).toEqual([
      [10, [3, 8]],
      [20, [13, 18]],
      [30, [23, 28]],
    ]);
  });

  it('waits for a full period', () => {
    const run = pipe('|window().period(20s).every(5s).fillPeriod()').give(...every(5, 25));
    expect(batches(run)).toEqual([
      [20, [0, 5, 10, 15]],
      [25, [5, 10, 15, 20]],
    ]);
    const aligned = pipe('|window().period(20s).every(10s).fillPeriod().align()').give(...every(5, 38, 3));
    expect(batches(aligned)[0]).toEqual([30, [13, 18, 23, 28]]);
  });

  it('tells with every point when every is left out', () => {
    const run = pipe('|window().period(10s)').give(...every(5, 15));
    expect(batches(run)).toEqual([
      [0, [0]],
      [5, [0, 5]],
      [10, [5, 10]],
      [15, [10, 15]],
    ]);
  });

  it('goes by number', () => {
    const run = pipe('|window().periodCount(3).everyCount(2)').give(...every(1, 5));
    expect(batches(run)).toEqual([
      [1, [0, 1]],
      [3, [1, 2, 3]],
      [5, [3, 4, 5]],
    ]);
    const full = pipe('|window().periodCount(3).everyCount(1).fillPeriod()').give(...every(1, 3));
    expect(batches(full)).toEqual([
      [2, [0, 1, 2]],
      [3, [1, 2, 3]],
    ]);
  });

  it('has the tags of the group, its points all of theirs', () => {
    const { seen } = pipe('|window().periodCount(1).everyCount(1)', {}, `.groupBy('h')`).give(
      point(0, { x: 1 }, { h: 'a', k: 'b' }),
    );
    expect(seen[0]).toMatchObject({ tags: { h: 'a' }, points: [{ tags: { h: 'a', k: 'b' } }] });
  });

  it('refuses sizes that make no sense', () => {
    for (const wrong of [
      '|window()',
      '|window().every(1m)',
      '|window().period(1m).periodCount(5).everyCount(1)',
      '|window().periodCount(5)',
      '|window().period(10s).align()',
    ])
      expect(() => pipe(wrong), wrong).toThrow(/line 1:15/);
  });
});

describe('aggregates', () => {
  const values = (field: string, list: readonly (number | bigint | string)[]) =>
    list.map((x, i) => point(i, { [field]: x, other: i }, { h: 'a', k: `k${i}` }));
  const over = (call: string, list: readonly (number | bigint | string)[]) =>
    pipe(
      `|window().periodCount(${list.length}).everyCount(${list.length})|${call}`,
      {},
      `.groupBy('h')`,
    ).give(...values('x', list));
  const result = (call: string, list: readonly (number | bigint | string)[]) =>
    over(call, list).seen[0]?.fields;

  it('give one value of a window', () => {
    expect(result(`count('x')`, [1, 2, 2])).toEqual({ count: 3n });
    expect(result(`count('x')`, ['a', 'b'])).toEqual({ count: 2n });
    expect(result(`sum('x')`, [1, 2.5])).toEqual({ sum: 3.5 });
    expect(result(`sum('x')`, [1n, 2n])).toEqual({ sum: 3n });
    expect(result(`mean('x')`, [1n, 2n])).toEqual({ mean: 1.5 });
    expect(result(`median('x')`, [5, 1, 3])).toEqual({ median: 3 });
    expect(result(`median('x')`, [5n, 1n])).toEqual({ median: 3 });
    expect(result(`mode('x')`, [3, 1, 3, 1, 2])).toEqual({ mode: 3 });
    expect(result(`mode('x')`, [3, 2, 1])).toEqual({ mode: 1 });
    expect(result(`spread('x')`, [3n, 10n])).toEqual({ spread: 7n });
    expect(result(`stddev('x')`, [2, 4, 4, 4, 5, 5, 7, 9])?.stddev).toBeCloseTo(2.138, 3);
    expect(result(`mean('x').as('usage')`, [4])).toEqual({ usage: 4 });
  });

  it('have the end of the window and the tags of the group', () => {
    expect(over(`mean('x')`, [1, 2, 3]).seen[0]).toEqual({
      time: 2,
      name: 'm',
      tags: { h: 'a' },
      fields: { mean: 2 },
    });
    const { seen } = pipe(`|window().period(10s).every(10s)|mean('x')`).give(
      point(1, { x: 1 }),
      point(14, { x: 2 }),
    );
    expect(seen[0]?.time).toBe(11);
  });

  it('that select keep the tags and fields of their point, and its time when asked', () => {
    expect(over(`max('x')`, [1, 9, 3]).seen[0]).toEqual({
      time: 2,
      name: 'm',
      tags: { h: 'a', k: 'k1' },
      fields: { max: 9, other: 1 },
    });
    expect(over(`min('x').as('x').usePointTimes()`, [5, 1, 3]).seen[0]).toMatchObject({
      time: 1,
      fields: { x: 1, other: 1 },
    });
    expect(result(`first('x')`, ['a', 'b'])).toMatchObject({ first: 'a' });
    expect(result(`last('x')`, ['a', 'b'])).toMatchObject({ last: 'b' });
    expect(result(`percentile('x', 50.0)`, [4, 1, 3, 2])).toMatchObject({ percentile: 2 });
    expect(result(`percentile('x', 90)`, [4, 1, 3, 2])).toMatchObject({ percentile: 4 });
    expect(result(`percentile('x', 1)`, [4, 1])).toBeUndefined();
    expect(result(`max('x')`, [3, 3])).toMatchObject({ other: 0 });
  });

  it('distinct gives a batch', () => {
    expect(over(`distinct('x')`, ['a', 'b', 'a']).seen[0]).toMatchObject({
      time: 2,
      points: [{ fields: { distinct: 'a' } }, { fields: { distinct: 'b' } }],
    });
    expect(
      over(`distinct('x').usePointTimes()`, ['a', 'b', 'a']).seen[0]?.points?.map(({ time }) => time),
    ).toEqual([0, 1]);
  });

  it('of an empty window are nothing, but a count is 0', () => {
    const empty = (call: string) =>
      pipe(`|window().period(10s).every(10s)|where(lambda: "x" > 100)|${call}`).give(
        point(0, { x: 1 }),
        point(10, { x: 1 }),
      );
    expect(empty(`count('x')`).seen).toMatchObject([{ time: 10, fields: { count: 0n } }]);
    expect(empty(`sum('x')`).seen).toMatchObject([{ fields: { sum: 0 } }]);
    expect(empty(`mean('x')`).seen).toEqual([]);
  });

  it('of a stream are over the points of one time', () => {
    const { seen } = pipe(`|sum('x')`).give(
      point(0, { x: 1 }),
      point(0, { x: 2 }),
      point(1, { x: 4 }),
      point(2, { x: 1 }),
    );
    expect(seen).toMatchObject([
      { time: 0, fields: { sum: 3 } },
      { time: 1, fields: { sum: 4 } },
    ]);
  });

  it('leave out points that they cannot use, and say so', () => {
    const run = over(`mean('x')`, [1, 'text', 3]);
    expect(run.seen[0]?.fields).toEqual({ mean: 2 });
    expect(run.failures.map(({ error }) => error.reason)).toEqual(["The field 'x' is no number"]);
    expect(over(`sum('x')`, [1, 2n]).failures).toMatchObject([
      { error: { reason: expect.stringMatching(/another type/) } },
    ]);
    expect(over(`count('nope')`, [1]).failures).toMatchObject([
      { error: { reason: "The point has no field 'nope'" } },
    ]);
  });

  it('chain', () => {
    const { seen } = pipe(
      `|window().periodCount(2).everyCount(2)|mean('x')|window().periodCount(2).everyCount(2)|max('mean').as('peak')`,
    ).give(...[1, 3, 5, 9].map((x, i) => point(i, { x })));
    expect(seen).toMatchObject([{ time: 3, fields: { peak: 7 } }]);
  });
});

describe('windows, compared with a model', () => {
  it('send on the same batches', () => {
    const duration = fc.integer({ min: 1, max: 30 }).map((seconds) => `${seconds}s`);
    const byTime = fc.record({
      period: duration,
      every: fc.oneof(duration, fc.constant('0s')),
      align: fc.boolean(),
      fillPeriod: fc.boolean(),
    });
    const byCount = fc.record({
      periodCount: fc.integer({ min: 1, max: 8 }),
      everyCount: fc.integer({ min: 1, max: 8 }),
      fillPeriod: fc.boolean(),
    });
    const steps = fc.array(fc.integer({ min: -3000, max: 20_000 }), { maxLength: 60 });
    fc.assert(
      fc.property(fc.oneof(byTime, byCount), steps, (settings, millis) => {
        const { every = '', align = false } = settings as VectorWindow;
        fc.pre(!(align && every === '0s'));
        const script = Object.entries(settings)
          .filter(([, value]) => value !== false)
          .map(([name, value]) => `.${name}(${value === true ? '' : value})`)
          .join('');
        const result = pipe(`|window()${script}`);
        const model = createWindow(settings as VectorWindow, {});
        let now = 100_000;
        const expected: unknown[] = [];
        for (const [i, step] of millis.entries()) {
          // The model knows no points out of order for windows that are told with every point.
          now += every === '0s' ? Math.abs(step) : step;
          const given = point(now / 1000, { x: i });
          result.task.observe(given);
          const batch = model(given);
          if (batch !== undefined)
            expected.push([secondsOf(batch.time ?? given.time), batch.points.map(({ fields }) => fields.x)]);
        }
        expect(result.seen.map(({ time, points }) => [time, points?.map(({ fields }) => fields.x)])).toEqual(
          expected,
        );
      }),
    );
  });
});

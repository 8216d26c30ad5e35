import { describe, expect, it } from 'vitest';
import { RuleTestError } from '../../src/errors.ts';
import { FakeClock, testRule, testTopics } from '../../src/testing/index.ts';

describe('FakeClock', () => {
  it('stands still until it is moved', async () => {
    const clock = new FakeClock('2026-02-03T04:05:06Z');
    const start = Date.parse('2026-02-03T04:05:06Z');
    await clock.settle();
    expect(clock.now()).toBe(start);
    await clock.advance('1h30m');
    await clock.advance(0.5);
    expect(clock.now()).toBe(start + 5_400_000.5);
  });

  it('fires timers in the order of their times, and those of one time as they were set', async () => {
    const clock = new FakeClock(0);
    const fired: string[] = [];
    const set = (name: string, after: number) =>
      clock.setTimeout(() => fired.push(`${name}@${clock.now()}`), after);
    set('c', 30);
    set('a', 10);
    set('b', 10);
    set('late', 31);
    await clock.advance(30);
    expect(fired).toEqual(['a@10', 'b@10', 'c@30']);
    expect(clock.timers).toBe(1);
    expect(clock.now()).toBe(30);
  });

  it('lets what follows from a timer happen before the next', async () => {
    const clock = new FakeClock(0);
    const seen: number[] = [];
    const again = async (): Promise<void> => {
      await Promise.resolve();
      seen.push(clock.now());
      if (seen.length < 5) clock.setTimeout(() => void again(), 10);
    };
    clock.setTimeout(() => void again(), 10);
    await clock.advance(35);
    expect(seen).toEqual([10, 20, 30]);
  });

  it('forgets a timer that is cancelled, also twice or by another', async () => {
    const clock = new FakeClock(0);
    const fired: string[] = [];
    const second = clock.setTimeout(() => fired.push('second'), 20);
    clock.setTimeout(() => second.cancel(), 10);
    const third = clock.setTimeout(() => fired.push('third'), 5);
    await clock.advance(50);
    third.cancel();
    second.cancel();
    expect(fired).toEqual(['third']);
    expect(clock.timers).toBe(0);
  });

  it.each(['soon', '-1s', Number.NaN, -1, '40000d'])(
    'refuses to advance by %s, as a test does',
    async (time) => {
      const clock = new FakeClock();
      const error = await clock.advance(time).catch((error: unknown) => error);
      expect(error).toBeInstanceOf(RuleTestError);
      const alerts = await testTopics({});
      expect(() => alerts.advance(time)).toThrow(error as RuleTestError);
      expect(clock.now()).toBe(new FakeClock().now());
    },
  );

  it('refuses a start that is no time, as a test does', () => {
    expect(() => new FakeClock('soon')).toThrow(RuleTestError);
    expect(() => new FakeClock('soon')).toThrow("FakeClock: 'soon' is no time. Write it as in ");
    expect(() => testRule({}, { start: 'soon' })).toThrow("start: 'soon' is no time. Write it as in ");
  });
});

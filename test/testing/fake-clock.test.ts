import { FakeClock } from 'tocsin/testing';
import { describe, expect, it } from 'vitest';

describe('FakeClock', () => {
  it('stands still until it is advanced, and fires timers at their time, in their order', async () => {
    const clock = new FakeClock('2026-01-01T00:00:00Z');
    const start = clock.now();
    const fired: string[] = [];
    const note = (name: string) => (): void => void fired.push(`${name} ${clock.now() - start}`);
    clock.setTimeout(note('late'), 2_000);
    clock.setTimeout(note('early'), 1_000);
    clock.setTimeout(note('early too'), 1_000);
    clock.setTimeout(note('gone'), 500).cancel();
    await clock.advance('999ms');
    expect(fired).toEqual([]);
    await clock.advance(1_001);
    expect(fired).toEqual(['early 1000', 'early too 1000', 'late 2000']);
    expect(clock.now() - start).toBe(2_000);
    expect(clock.timers).toBe(0);
  });

  it('lets happen what follows from a timer before the next one', async () => {
    const clock = new FakeClock();
    const log: string[] = [];
    const wait = (milliseconds: number): Promise<void> =>
      new Promise((resolve) => void clock.setTimeout(resolve, milliseconds));
    const loop = async (): Promise<void> => {
      for (let n = 1; n <= 3; n++) {
        await wait(10);
        log.push(`loop ${n}`);
      }
    };
    void loop();
    clock.setTimeout(() => log.push('timer'), 25);
    await clock.advance('1s');
    expect(log).toEqual(['loop 1', 'loop 2', 'timer', 'loop 3']);
  });

  it.each(['soon', -1, Number.NaN])('refuses to advance by %s', async (time) => {
    await expect(new FakeClock().advance(time)).rejects.toThrow(/is no length of time/);
  });

  it('refuses to begin at no time', () => {
    expect(() => new FakeClock('never')).toThrow("FakeClock: 'never' is no time");
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/alert/clock.ts';

describe('systemClock', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('fires once, after the time asked for', () => {
    const fired = vi.fn();
    systemClock.setTimeout(fired, 1000);
    vi.advanceTimersByTime(999);
    expect(fired).not.toHaveBeenCalled();
    vi.advanceTimersByTime(5000);
    expect(fired).toHaveBeenCalledOnce();
  });

  it('waits longer than the 24 days that a platform timer can', () => {
    const fired = vi.fn();
    const month = 30 * 24 * 3_600_000;
    systemClock.setTimeout(fired, month);
    vi.advanceTimersByTime(month - 1);
    expect(fired).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(fired).toHaveBeenCalledOnce();
  });

  it('does not fire once cancelled, not even in the later part of a long wait', () => {
    const fired = vi.fn();
    const month = 30 * 24 * 3_600_000;
    const timer = systemClock.setTimeout(fired, month);
    vi.advanceTimersByTime(month - 10);
    timer.cancel();
    vi.advanceTimersByTime(month);
    expect(fired).not.toHaveBeenCalled();
  });
});

import type { Clock } from 'tocsin';

/** A clock that starts at a recorded time and runs `speed` times as fast as the one on the wall. */
export function replayClock(start: Date, speed: number): Clock {
  const began = performance.now();
  return {
    now: () => start.getTime() + (performance.now() - began) * speed,
    setTimeout(callback, milliseconds, { background = false } = {}) {
      const handle = setTimeout(callback, milliseconds / speed);
      if (background) handle.unref();
      return { cancel: () => clearTimeout(handle) };
    },
  };
}

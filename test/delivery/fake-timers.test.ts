import { afterEach, expect, it, vi } from 'vitest';
import { event, scene } from './scene.ts';

afterEach(() => void vi.useRealTimers());

const FAKED = ['setImmediate', 'setTimeout', 'queueMicrotask'] as const;

it('delivers while the timers of Node are faked by a test framework', async () => {
  vi.useFakeTimers({ toFake: [...FAKED] });
  const took: string[] = [];
  const { clock, offer } = scene(({ id }) => void took.push(id));
  offer(event('a'));
  await clock.advance('1s');
  expect(took).toEqual(['a']);
});

it('sets timers after a test that faked them and left a try under way', async () => {
  vi.useFakeTimers({ toFake: ['setImmediate'] });
  scene(() => new Promise(() => {})).offer(event('a'));
  await Promise.resolve();
  vi.useRealTimers();
  const { clock, observer, offer } = scene(() => new Promise(() => {}), { timeout: '5s', maxTries: 1 });
  offer(event('b'));
  await clock.advance('5s');
  expect(observer.letters.map(({ event: { id } }) => id)).toEqual(['b']);
});

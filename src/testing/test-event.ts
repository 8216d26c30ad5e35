import type { AlertEvent } from '../alert/event.ts';
import { NanoDate } from '../alert/nano-date.ts';

/**
 * An alert event for tests: a disk that is nearly full. What is given replaces what it has.
 *
 * @example
 * ```ts
 * import { testEvent } from 'tocsin/testing';
 *
 * const recovery = testEvent({ level: 'OK', previousLevel: 'CRITICAL' });
 * ```
 */
export function testEvent(overrides: Partial<AlertEvent> = {}): AlertEvent {
  return {
    topic: 'disk',
    id: 'disk:web-1',
    level: 'CRITICAL',
    previousLevel: 'OK',
    message: 'disk on web-1 is CRITICAL',
    details: 'only 3.5 percent are left',
    time: NanoDate.fromRFC3339('2026-01-05T06:07:08.090807006Z'),
    duration: 90_000,
    recoverable: true,
    noExternal: false,
    name: 'disk',
    taskName: 'disk_watch',
    group: 'host=web-1',
    category: '',
    tags: { host: 'web-1' },
    fields: { free: 3.5, inodes: 1_234_567n },
    series: [
      {
        name: 'disk',
        tags: { host: 'web-1' },
        columns: ['time', 'free', 'inodes'],
        values: [[NanoDate.fromRFC3339('2026-01-05T06:07:08.090807006Z'), 3.5, 1_234_567n]],
      },
    ],
    ...overrides,
  };
}

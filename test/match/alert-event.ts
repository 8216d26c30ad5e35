import type { AlertEvent } from '../../src/alert/event.ts';

/** An event for tests. */
export function alertEvent(parts: Partial<AlertEvent> = {}): AlertEvent {
  return {
    topic: 'cpu',
    id: 'cpu:web-1',
    level: 'CRITICAL',
    previousLevel: 'OK',
    message: 'busy',
    details: '',
    time: new Date(0),
    duration: 0,
    recoverable: true,
    noExternal: false,
    name: 'cpu',
    taskName: 'cpu_alert',
    group: 'host=web-1',
    category: '',
    tags: { host: 'web-1', dc: 'eu' },
    fields: { usage: 97.5, count: 3n },
    series: null,
    ...parts,
  };
}

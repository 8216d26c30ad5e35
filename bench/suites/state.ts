import { type AlertEvent, type Level, TopicRegistry } from '../dist/index.js';
import type { Row, Table } from '../measure.ts';

const BATCH = 1000;

function eventsOf(ids: number, level: Level): AlertEvent[] {
  // Ids far apart, so that the memory they touch is not already in a cache.
  return Array.from({ length: BATCH }, (_, i) => ({
    topic: 'cpu',
    id: `cpu:host=web-${(i * 7919) % ids}`,
    level,
    previousLevel: 'OK',
    message: '',
    details: '',
    time: new Date(1_700_000_000_000),
    duration: 0,
    recoverable: true,
    noExternal: false,
    name: 'cpu',
    taskName: '',
    group: '',
    category: '',
    tags: {},
    fields: {},
    series: null,
  }));
}

/** Level changes with many known ids. */
export function stateTables(): readonly Table[] {
  return [1000, 100_000, 1_000_000].map(
    (ids): Table => ({
      title: `A level change with ${ids.toLocaleString('en')} known ids`,
      note: 'No handlers: the event that they would get, the state of the topic and its highest level.',
      targets: { tocsin: 2.5 },
      rows: () => rowsOf(ids),
    }),
  );
}

function rowsOf(ids: number): readonly Row[] {
  const set = new Map<string, { level: Level; time: Date }>();
  const written = new Map<string, { level: Level; time: Date }>();
  const alerts = new TopicRegistry();
  for (let i = 0; i < ids; i++) {
    const id = `cpu:host=web-${i}`;
    set.set(id, { level: 'OK', time: new Date(0) });
    written.set(id, { level: 'OK', time: new Date(0) });
    alerts.collect({ topic: 'cpu', id, level: 'INFO' });
  }
  const waves = [eventsOf(ids, 'CRITICAL'), eventsOf(ids, 'WARNING')];
  const row = (name: string, change: (event: AlertEvent) => void): Row => {
    let wave = 0;
    return {
      name,
      operations: BATCH,
      run() {
        for (const event of waves[wave++ % 2] ?? []) change(event);
      },
    };
  };
  return [
    row('a bare Map: get, then set', ({ id, level, time }) => {
      if (set.get(id)?.level !== level) set.set(id, { level, time });
    }),
    row('a bare Map: get, its record written over', ({ id, level, time }) => {
      const state = written.get(id);
      if (state === undefined || state.level === level) return;
      state.level = level;
      state.time = time;
    }),
    row('tocsin', (event) => alerts.collect(event)),
  ];
}

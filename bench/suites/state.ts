import { type AlertEvent, type Level, TopicRegistry } from '../../dist/index.js';
import { seeded } from '../data.ts';
import type { Row, Table } from '../measure.ts';

const BATCH = 1000;

function eventsOf(count: number, level: Level, numberOf: (i: number) => number): AlertEvent[] {
  return Array.from({ length: count }, (_, i) => ({
    topic: 'cpu',
    id: `cpu:host=web-${numberOf(i)}`,
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

/** Level changes with many known ids: with texts that were looked up before, and with texts fresh from the wire. */
export function stateTables(): readonly Table[] {
  const sizes = [1000, 100_000, 1_000_000];
  return [
    ...sizes.map(
      (ids): Table => ({
        title: `A level change with ${ids.toLocaleString('en')} known ids`,
        note: 'No handlers: the event that they would get, the state of the topic and its highest level.',
        targets: { tocsin: 2.5 },
        rows: () => rowsOf(ids),
      }),
    ),
    ...sizes.map(
      (ids): Table => ({
        title: `The same with ids fresh from the wire, ${ids.toLocaleString('en')} known`,
        note: 'Each event brings a text of its own as its id, in no order, as events do that were parsed or made from a template.',
        targets: { tocsin: 2.5 },
        rows: () => freshRowsOf(ids),
      }),
    ),
  ];
}

function freshRowsOf(ids: number): readonly Row[] {
  const set = new Map<string, { level: Level; time: Date }>();
  const written = new Map<string, { level: Level; time: Date }>();
  const alerts = new TopicRegistry();
  const random = seeded(5);
  for (let i = 0; i < ids; i++) {
    const [event] = eventsOf(1, 'OK', () => i);
    if (event === undefined) continue;
    set.set(event.id, { level: event.level, time: event.time });
    written.set(event.id, { level: event.level, time: event.time });
    alerts.collect(event);
  }
  let fresh: readonly AlertEvent[] = [];
  const row = (name: string, change: (event: AlertEvent) => void): Row => ({
    name,
    operations: BATCH,
    run() {
      for (const event of fresh) change(event);
    },
    after: async () => {
      fresh = eventsOf(BATCH, random() < 0.5 ? 'WARNING' : 'CRITICAL', () => Math.floor(random() * ids));
    },
  });
  return changesOf(set, written, alerts, row);
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
  // Ids far apart, so that the memory they touch is not already in a cache.
  const apart = (i: number): number => (i * 7919) % ids;
  const waves = [eventsOf(BATCH, 'CRITICAL', apart), eventsOf(BATCH, 'WARNING', apart)];
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
  return changesOf(set, written, alerts, row);
}

type Known = Map<string, { level: Level; time: Date }>;

function changesOf(
  set: Known,
  written: Known,
  alerts: TopicRegistry,
  row: (name: string, change: (event: AlertEvent) => void) => Row,
): readonly Row[] {
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

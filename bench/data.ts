import { NanoDate } from '../dist/index.js';
import type { AlertEvent, Level, Point } from '../src/index.ts';

/** A repeatable stream of numbers from 0 to 1 (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const LEVELS: readonly Level[] = ['OK', 'INFO', 'WARNING', 'CRITICAL'];

/** A thousand different points of several shapes, as a busy service sees them. */
export function makePoints(count = 1000, hosts = 100): Point[] {
  const random = seeded(7);
  return Array.from({ length: count }, (_, i): Point => {
    const host = `web-${i % hosts}`;
    const time = new Date(1_700_000_000_000 + i * 10);
    switch (i % 4) {
      case 0:
        return {
          name: 'cpu',
          tags: { host, cpu: `cpu${i % 8}` },
          fields: { idle_usage: random() * 100, usage_user: random() * 100 },
          time,
        };
      case 1:
        return {
          name: 'cpu',
          tags: { dc: 'eu-west', host },
          fields: { usage_user: random() * 100, idle_usage: random() * 100, cores: 8n },
          time,
        };
      case 2:
        return {
          name: 'cpu',
          tags: { cpu: 'cpu-total', rack: `r${i % 40}`, host },
          fields: { usage_system: random(), usage_user: random() * 100, idle_usage: random() * 100 },
          time,
        };
      default:
        return {
          name: 'cpu',
          tags: { host },
          fields: { idle_usage: random() * 100, usage_user: random() * 100, note: 'steady', up: true },
          time,
        };
    }
  });
}

/** Points of other measurements: other names and shapes, times with nanoseconds, and points without tags. */
export function makeOtherPoints(count = 1000): Point[] {
  const random = seeded(13);
  return Array.from({ length: count }, (_, i): Point => {
    const host = `db-${i % 100}`;
    const time = new NanoDate(1_700_000_000_000 + i * 10, i);
    switch (i % 3) {
      case 0:
        return {
          name: 'disk',
          tags: { path: `/data/${i % 7}`, host, device: 'nvme0' },
          fields: { used_percent: random() * 100, free: BigInt(i) },
          time,
        };
      case 1:
        return { name: 'net', fields: { usage_user: random() * 100, bytes_sent: i }, time };
      default:
        return {
          name: 'http',
          tags: { method: 'GET', route: `/r/${i % 20}` },
          fields: { status: 200, idle_usage: random() * 100, duration: random(), usage_user: random() },
          time,
        };
    }
  });
}

/** A thousand different events of several shapes. */
export function makeEvents(count = 1000, ids = 200): AlertEvent[] {
  const random = seeded(11);
  return makePoints(count).map((point, i): AlertEvent => {
    const level = LEVELS[Math.floor(random() * 4)] ?? 'OK';
    return {
      topic: 'cpu',
      id: `cpu:host=web-${i % ids}`,
      level,
      previousLevel: LEVELS[Math.floor(random() * 4)] ?? 'OK',
      message: `web-${i % ids} is ${level}`,
      details: '',
      time: point.time,
      duration: Math.floor(random() * 600_000),
      recoverable: true,
      noExternal: false,
      name: point.name,
      taskName: `task-${i % 3}`,
      group: `host=web-${i % ids}`,
      category: '',
      tags: point.tags ?? {},
      fields: point.fields,
      series: null,
    };
  });
}

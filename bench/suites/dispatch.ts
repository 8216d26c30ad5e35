import { EventEmitter } from 'eventemitter3';
import { Engine } from 'json-rules-engine';
import { type AlertEvent, AlertRule, TopicRegistry } from '../../dist/index.js';
import { makeEvents, makePoints } from '../data.ts';
import type { Table } from '../measure.ts';

const events = makeEvents();
const points = makePoints().slice(0, 100);
let handled = 0;
const drained = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** Peers that do part of what a registry or a rule does. */
export function dispatchTables(): readonly Table[] {
  return [
    {
      title: 'An event to one listener',
      note: 'eventemitter3 calls the listener. tocsin also keeps the state of the id and has a queue, retries and figures for the handler.',
      rows: () => {
        const emitter = new EventEmitter<{ cpu: [AlertEvent] }>();
        emitter.on('cpu', () => void handled++);
        const alerts = new TopicRegistry();
        alerts.handle('cpu', () => void handled++);
        return [
          {
            name: 'eventemitter3',
            operations: events.length,
            run() {
              for (const event of events) emitter.emit('cpu', event);
            },
            settle: drained,
          },
          {
            name: 'tocsin',
            operations: events.length,
            run() {
              for (const event of events) alerts.collect(event);
            },
            settle: drained,
          },
        ];
      },
    },
    {
      title: 'A rule on a point',
      note: 'Half of the points make an event. tocsin also keeps the state of the point’s group and writes id, message and details.',
      rows: () => {
        const rule = new AlertRule({ groupBy: ['host'], crit: '"idle_usage" < 50', details: '' });
        const engine = new Engine([
          {
            conditions: { all: [{ fact: 'idle_usage', operator: 'lessThan', value: 50 }] },
            event: { type: 'critical' },
          },
        ]);
        let runs: Promise<unknown>[] = [];
        return [
          {
            name: 'tocsin',
            operations: points.length,
            run() {
              for (const point of points) rule.observe(point);
            },
          },
          {
            name: 'json-rules-engine',
            operations: points.length,
            run() {
              runs = points.map(({ fields }) => engine.run(fields as Record<string, unknown>));
            },
            settle: async () => void (await Promise.all(runs)),
          },
        ];
      },
    },
  ];
}

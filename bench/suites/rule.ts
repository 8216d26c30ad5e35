import { makePoints } from '../data.ts';
import { AlertRule, type Point } from '../dist/index.js';
import type { Row, Table } from '../measure.ts';

/** A thousand points whose hosts change with every round, as if fresh from the wire: in the processor's cache, unlike the groups. */
function pointsOf(groups: number): () => readonly Point[] {
  const points = makePoints();
  const hosts = Array.from({ length: groups }, (_, i) => `web-${i}`);
  let next = 0;
  return () => {
    for (const point of points) {
      next = (next + 7919) % groups;
      (point.tags as Record<string, string>).host = hosts[next] ?? '';
    }
    return points;
  };
}

function observing(name: string, rule: AlertRule, points: () => readonly Point[]): Row {
  return {
    name,
    operations: 1000,
    run() {
      for (const point of points()) rule.observe(point);
    },
  };
}

function floor(points: () => readonly Point[]): Row {
  const groups = new Map<string, { level: number; time: Date }>();
  const critical = (point: Point): boolean => (point.fields.idle_usage as number) < -1;
  return {
    name: 'hand-written',
    operations: 1000,
    run() {
      for (const point of points()) {
        const host = point.tags?.host ?? '';
        let group = groups.get(host);
        if (group === undefined) {
          group = { level: 0, time: point.time };
          groups.set(host, group);
        }
        if (critical(point)) group.level = 3;
        group.time = point.time;
      }
    },
  };
}

/** Alert rules: points that are OK, and points that make events. */
export function ruleTables(): readonly Table[] {
  const tables = [100, 10_000].map((groups): Table => {
    const points = pointsOf(groups);
    return {
      title: `A point that is OK, ${groups.toLocaleString('en')} groups`,
      note: 'The floor looks up the group of the point in a Map and calls a closure.',
      targets: { tocsin: 3 },
      rows: () => [
        floor(points),
        observing('tocsin', new AlertRule({ groupBy: ['host'], crit: '"idle_usage" < -1.0' }), points),
      ],
    };
  });
  const points = pointsOf(100);
  const templates = {
    id: '{{ .Name }}/{{ index .Tags "host" }}',
    message: '{{ .ID }} is {{ .Level }}: {{ index .Fields "idle_usage" }}',
  };
  return [
    ...tables,
    {
      title: 'A point that makes an event, with templates for id and message',
      note: 'Every point is critical; details are the default or left empty.',
      rows: () => [
        observing(
          'details empty',
          new AlertRule({ groupBy: ['host'], crit: '"idle_usage" > -1.0', ...templates, details: '' }),
          points,
        ),
        observing(
          'details by default',
          new AlertRule({ groupBy: ['host'], crit: '"idle_usage" > -1.0', ...templates }),
          points,
        ),
      ],
    },
  ];
}

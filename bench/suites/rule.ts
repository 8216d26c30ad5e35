import { AlertRule, type Point } from '../../dist/index.js';
import { makeOtherPoints, makePoints } from '../data.ts';
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

type Condition = (point: Point) => boolean;

/** What a person would write by hand for a rule by host: a `Map` of groups, and a closure as the condition. */
function handWritten(critical: Condition, points: () => readonly Point[]): Row {
  const groups = new Map<string, { level: number; time: Date }>();
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

/** The hand-written code has other conditions to run as well, over the points that the rules were warmed with. */
function warmHandWritten(): void {
  const points = [...makePoints(), ...makeOtherPoints()];
  const others: readonly Condition[] = [
    ({ fields }) => (fields.usage_user as number) > 80,
    ({ fields }) => (fields.usage_user as number) < 10 && (fields.idle_usage as number) < 50,
    ({ tags }) => tags?.host === 'web-3',
    ({ fields }) => (fields.idle_usage as number) + (fields.usage_user as number) > 150,
  ];
  for (const condition of others) {
    const row = handWritten(condition, () => points);
    for (let i = 0; i < 30; i++) row.run();
  }
}

/** Alert rules: points that are OK, and points that make events. */
export function ruleTables(): readonly Table[] {
  warmHandWritten();
  const tables = [100, 10_000].map((groups): Table => {
    const points = pointsOf(groups);
    return {
      title: `A point that is OK, ${groups.toLocaleString('en')} groups`,
      note: 'The floor looks up the group of the point in a Map and calls a closure; both have run other conditions, and points of other shapes, before.',
      targets: { tocsin: 3 },
      rows: () => [
        handWritten((point) => (point.fields.idle_usage as number) < -1, points),
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

import { AlertRule, type Point, renderTemplate } from '../../dist/index.js';
import { makePoints } from '../data.ts';
import type { Row, Table } from '../measure.ts';

const points = makePoints();
const TEMPLATE =
  '{{ index .Tags "host" }}: {{ if eq .Level "CRITICAL" }}bad{{ else }}fine{{ end }}, idle {{ index .Fields "idle_usage" | printf "%.2f" }}';

function observing(name: string, message: string | ((point: Point) => string)): Row {
  const rule = new AlertRule({
    groupBy: ['host'],
    crit: '"idle_usage" > -1.0',
    details: '',
    message: message as string,
  });
  return {
    name,
    operations: points.length,
    run() {
      for (const point of points) rule.observe(point);
    },
  };
}

/** Templates. */
export function textTables(): readonly Table[] {
  return [
    {
      title: 'An event with a message of a function and of a template',
      note: `The template is \`${TEMPLATE}\`. The whole of \`observe\`, so the difference is what the template costs.`,
      rows: () => [
        observing(
          'a function',
          ({ tags, fields }) => `${tags?.host}: bad, idle ${(fields.idle_usage as number).toFixed(2)}`,
        ),
        observing('a template', TEMPLATE),
      ],
    },
    {
      title: 'Compiling and rendering a template',
      note: '`renderTemplate` does both each time.',
      rows: () => [
        {
          name: 'renderTemplate',
          operations: 1,
          run: () =>
            renderTemplate(TEMPLATE, {
              topic: 'cpu',
              id: 'a',
              level: 'CRITICAL',
              tags: { host: 'web-1' },
              fields: { idle_usage: 3.25 },
            }),
        },
      ],
    },
  ];
}

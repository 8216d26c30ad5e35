import { parse as parseCel } from '@marcbachmann/cel-js';
import { Parser } from 'expr-eval';
import { compileExpression } from 'filtrex';
import jexl from 'jexl';
import { type AlertEvent, compileLambda, compileMatch, type Point, pointScope } from '../../dist/index.js';
import { makeEvents, makePoints } from '../data.ts';
import type { Table } from '../measure.ts';

const points = makePoints();
const events = makeEvents();

// Other expressions over the same data first, so that no call site has seen one shape only.
for (const source of [
  '"usage_user" > 50',
  '"idle_usage" + "usage_user" > 100.0',
  `"host" == 'web-3' OR "idle_usage" < 5`,
]) {
  const lambda = compileLambda(source, { scope: pointScope });
  for (const point of points) lambda.evaluateBoolean(point);
}
for (const source of ['changed()', 'level() >= WARNING', `"host" == 'web-7' AND level() == CRITICAL`]) {
  const match = compileMatch(source);
  for (const event of events) match.matches(event);
}

function count<T>(items: readonly T[], test: (item: T) => unknown): () => number {
  return () => {
    let hits = 0;
    for (const item of items) if (test(item)) hits++;
    return hits;
  };
}

type Judge = (point: Point) => unknown;

function overFields(name: string, judge: Judge): { name: string; operations: number; run: () => number } {
  return { name, operations: points.length, run: count(points, judge) };
}

const fieldsOf = (point: Point): Record<string, unknown> => point.fields as Record<string, unknown>;

function peers(expression: { c: string; words: string }): ReturnType<typeof overFields>[] {
  const expr = new Parser().parse(expression.words);
  const cel = parseCel(expression.c);
  const filtrex = compileExpression(expression.words);
  const compiled = jexl.compile(expression.c);
  return [
    overFields('expr-eval (fork)', (point) => expr.evaluate(fieldsOf(point) as never)),
    overFields('cel-js', (point) => cel(fieldsOf(point))),
    overFields('filtrex', (point) => filtrex(fieldsOf(point))),
    overFields('jexl', (point) => compiled.evalSync(fieldsOf(point))),
  ];
}

const short = compileLambda('"idle_usage" < 10', { scope: pointScope });
const six = compileLambda(
  '"idle_usage" < 10 AND "usage_user" > 20 AND "idle_usage" + "usage_user" > 50 OR "usage_user" > 90 AND "idle_usage" > 2 AND "usage_user" < 99',
  { scope: pointScope },
);
const regex = compileMatch('level() == CRITICAL AND "host" =~ /^web-[0-4]/');
const hostPattern = /^web-[0-4]/;

/** The expression language against hand-written closures and other languages. */
export const lambdaTables: readonly Table[] = [
  {
    title: 'A comparison: `"idle_usage" < 10`',
    note: 'Each row judges 1,000 points of four shapes.',
    targets: { tocsin: 6 },
    rows: () => [
      overFields('hand-written', (point) => (point.fields.idle_usage as number) < 10),
      overFields('tocsin', (point) => short.evaluateBoolean(point)),
      ...peers({ c: 'idle_usage < 10.0', words: 'idle_usage < 10' }),
    ],
  },
  {
    title: 'Six terms',
    note: 'Comparisons, an addition, AND and OR over two fields.',
    targets: { tocsin: 20 },
    rows: () => [
      overFields('hand-written', ({ fields }) => {
        const idle = fields.idle_usage as number;
        const user = fields.usage_user as number;
        return (idle < 10 && user > 20 && idle + user > 50) || (user > 90 && idle > 2 && user < 99);
      }),
      overFields('tocsin', (point) => six.evaluateBoolean(point)),
      ...peers({
        c: 'idle_usage < 10.0 && usage_user > 20.0 && idle_usage + usage_user > 50.0 || usage_user > 90.0 && idle_usage > 2.0 && usage_user < 99.0',
        words:
          'idle_usage < 10 and usage_user > 20 and idle_usage + usage_user > 50 or usage_user > 90 and idle_usage > 2 and usage_user < 99',
      }),
    ],
  },
  {
    title: 'A match with a regular expression: `level() == CRITICAL AND "host" =~ /^web-[0-4]/`',
    note: 'Over 1,000 events; tag values repeat, and the hand-written closure uses a native RegExp.',
    targets: { tocsin: 5 },
    rows: () => [
      {
        name: 'hand-written',
        operations: events.length,
        run: count(
          events,
          (event: AlertEvent) => event.level === 'CRITICAL' && hostPattern.test(event.tags.host ?? ''),
        ),
      },
      {
        name: 'tocsin',
        operations: events.length,
        run: count(events, (event: AlertEvent) => regex.matches(event)),
      },
    ],
  },
];

let serial = 0;

/** What it costs to compile. */
export const compileTables: readonly Table[] = [
  {
    title: 'Compiling `"idle_usage" < 10`',
    note: 'The number changes each time, so that nothing can be remembered.',
    rows: () => [
      {
        name: 'tocsin',
        operations: 1,
        run: () => compileLambda(`"idle_usage" < ${serial++ % 100_000}`, { scope: pointScope }),
      },
      {
        name: 'expr-eval (fork)',
        operations: 1,
        run: () => new Parser().parse(`idle_usage < ${serial++ % 100_000}`),
      },
      { name: 'cel-js', operations: 1, run: () => parseCel(`idle_usage < ${serial++ % 100_000}.0`) },
      { name: 'filtrex', operations: 1, run: () => compileExpression(`idle_usage < ${serial++ % 100_000}`) },
    ],
  },
];

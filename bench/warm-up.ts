import {
  AlertRule,
  type AlertRuleOptions,
  compileLambda,
  mapScope,
  pointScope,
  TopicRegistry,
} from '../dist/index.js';
import { makeEvents, makeOtherPoints, makePoints } from './data.ts';

const EXPRESSIONS = [
  '"usage_user" > 50',
  '"usage_user" < 3',
  '"idle_usage" < -5.0',
  '"idle_usage" + "usage_user" > 100.0',
  `"host" == 'web-3' OR "idle_usage" < 5`,
];

const MATCHES = [
  'changed()',
  'level() >= WARNING',
  `"host" == 'web-7' AND level() == CRITICAL`,
  `"host" == 'db-7' OR "cpu" == 'cpu1'`,
];

const RULES: readonly AlertRuleOptions[] = [
  { groupBy: ['host'], warn: '"usage_user" > 40', crit: '"usage_user" > 80', stateChangesOnly: true },
  {
    groupBy: ['host', 'cpu'],
    crit: '"usage_user" < 10 AND "idle_usage" < 50',
    flapping: { low: 0.2, high: 0.5 },
  },
  { groupBy: '*', info: `"host" == 'web-3'`, details: '' },
  { crit: '"idle_usage" + "usage_user" > 150.0', id: 'all', maxGroups: 10 },
  { groupBy: ['dc'], warn: ({ fields }) => fields.usage_user === 90, idleGroupTtl: '1m' },
  { groupBy: ['rack'], crit: '"idle_usage" < 3', message: '{{ .ID }} {{ index .Tags "rack" }}' },
  { groupBy: ['cpu'], crit: '"idle_usage" < -100.0', noRecoveries: true },
];

const ROUNDS = 30;

/**
 * Runs other expressions, matches and rules over points and events of other shapes as well, as they are in a process
 * that has many of each: what is measured then shares its code with them, and nothing is fast by being alone.
 */
export async function warmUp(): Promise<void> {
  const points = [...makePoints(), ...makeOtherPoints()];
  const events = makeEvents();
  const alerts = new TopicRegistry();
  for (const match of MATCHES) alerts.handle('cpu', { handle: () => {} }, { match });
  const lambdas = EXPRESSIONS.map((source) => compileLambda(source, { scope: pointScope }));
  const maps = EXPRESSIONS.map((source) => compileLambda(source, { scope: mapScope }));
  const rules = RULES.map((options, i) => {
    const rule = new AlertRule({ ...options, topic: `warm-${i}` });
    return i % 2 === 0 ? rule.publishTo(alerts) : rule;
  });
  const tryout = (evaluate: () => unknown): void => {
    try {
      evaluate();
    } catch {
      // An expression may name what a point lacks.
    }
  };
  for (let round = 0; round < ROUNDS; round++) {
    for (const point of points) {
      for (const lambda of lambdas) tryout(() => lambda.evaluateBoolean(point));
      for (const lambda of maps) tryout(() => lambda.evaluateBoolean(point.fields));
      for (const rule of rules) rule.observe(point);
    }
    for (const event of events) alerts.collect(event);
    await new Promise((resolve) => void setImmediate(resolve));
  }
  await alerts.close();
}

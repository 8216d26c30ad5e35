import type { NodeDefinition } from '../pipeline/node-definition.ts';
import { aggregates } from './aggregate.ts';
import { alert } from './alert.ts';
import { barrier } from './barrier.ts';
import { defaultNode } from './default.ts';
import { deleteNode } from './delete.ts';
import { derivative } from './derivative.ts';
import { evalNode } from './eval.ts';
import { from } from './from.ts';
import { groupBy } from './group-by.ts';
import { log } from './log.ts';
import { noop } from './noop.ts';
import { sample } from './sample.ts';
import { shift } from './shift.ts';
import { stateCount, stateDuration } from './state-tracking.ts';
import { transformations } from './transformation.ts';
import { where } from './where.ts';
import { window } from './window.ts';

const definitions: readonly NodeDefinition[] = [
  from,
  where,
  groupBy,
  evalNode,
  defaultNode,
  deleteNode,
  window,
  ...aggregates,
  derivative,
  ...transformations,
  sample,
  shift,
  stateDuration,
  stateCount,
  barrier,
  log,
  noop,
  alert,
];

/** The kinds of nodes by the names that scripts use. */
export const NODES: Readonly<Record<string, NodeDefinition>> = Object.fromEntries(
  definitions.map((definition) => [definition.name, definition]),
);

const OUTPUT = 'Leave the node out with { ignore: […] }, and act on the alert events in code.';
const IN_CODE = 'Do it in code, before observe().';

/** What Kapacitor has and is not here, with what to do instead. */
export const MISSING_NODES: Readonly<Record<string, string>> = {
  influxDBOut: OUTPUT,
  httpOut: OUTPUT,
  httpPost: 'Use |alert().post(…), or leave the node out with { ignore: […] }.',
  kapacitorLoopback: OUTPUT,
  k8sAutoscale: OUTPUT,
  swarmAutoscale: OUTPUT,
  ec2Autoscale: OUTPUT,
  join: IN_CODE,
  union: IN_CODE,
  combine: IN_CODE,
  flatten: IN_CODE,
  sideload: IN_CODE,
  mapReduce: 'Call the aggregate itself: |mean(…).',
  query: 'Ask the database in code, and give the points to observe().',
  queryFlux: 'Ask the database in code, and give the points to observe().',
  changeDetect: 'Use |difference(…), or changed() in the match of a handler.',
  trickle: 'Most nodes take batches; an alert node does.',
  top: 'Use |max(…) or |percentile(…).',
  bottom: 'Use |min(…) or |percentile(…).',
  holtWinters: IN_CODE,
  holtWintersWithFit: IN_CODE,
};

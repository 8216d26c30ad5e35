import type { AlertEvent } from '../../../src/alert/event.ts';
import { formatRFC3339 } from '../../../src/alert/nano-date.ts';
import type { Point } from '../../../src/alert/point.ts';
import { durationNsText, seriesJson } from '../../../src/alert/wire.ts';
import { PointTables, seriesOfBatch } from '../../../src/rule/event-series.ts';
import type { Batch, RuleFailure } from '../../../src/rule/index.ts';
import { type DefineTask, defineByRule, type RunningTask, type TaskOutput } from '../alertnode/alert-task.ts';
import { sameJson } from '../alertnode/compare.ts';
import { Scenario } from '../alertnode/scenario.ts';
import { decodePoint, encodeFields, type Vector, type VectorError } from '../alertnode/vector.ts';
import { type CaseResult, runCases, type Suite } from '../suite.ts';

/** An event as the vectors write it, without what says from which point it came. */
export function eventJson(event: AlertEvent): Record<string, unknown> {
  const { id, message, details, level, previousLevel, recoverable } = event;
  return {
    id,
    message,
    details,
    time: formatRFC3339(event.time),
    durationNs: durationNsText(event),
    level,
    previousLevel,
    recoverable,
    data: { series: JSON.parse(seriesJson(event.series)) },
  };
}

/** The suite for one way to make tasks of vectors. */
export function alertNodeSuite(defineTask: DefineTask): Suite {
  return (vectors) =>
    runCases(vectors as Vector[], (vector) =>
      vector.steps === undefined ? runSingle(vector, defineTask) : new Scenario(vector, defineTask).run(),
    );
}

export const suite: Suite = alertNodeSuite(defineByRule);

interface Got {
  readonly events: Record<string, unknown>[];
  readonly outputs: unknown[];
  readonly errors: VectorError[];
}

function runSingle(vector: Vector, defineTask: DefineTask): CaseResult {
  const { id, taskName = '', rule = {}, points = [], events = [], outputs, errors = [], taskError } = vector;
  const random = vector.group === 'random';
  const expected = {
    events,
    outputs,
    errors: errors.map(withoutText(random)),
    taskError,
    defineError: vector.defineError,
  };
  const failures: VectorError[] = [];
  let current = 0;
  const failed = (_node: string, failure: Pick<RuleFailure, 'kind' | 'level'>): void => {
    failures.push({ ...(!random && { point: current }), ...failureJson(failure) });
  };
  let task: RunningTask;
  try {
    const defined = defineTask({ rule, tick: vector.tick ?? '' });
    task = defined.start(taskName, undefined, () => () => {}, failed);
  } catch (error) {
    const earlier = errors.length > 0 && events.length === 0;
    return {
      id,
      passed: vector.defineError !== undefined || earlier,
      expected,
      got: { error: String(error) },
      vector,
    };
  }
  const got: Got = { events: [], outputs: [], errors: failures };
  for (const [i, point] of points.entries()) {
    current = i;
    for (const output of task.write(decodePoint(point))) record(got, output, i, vector);
  }
  const asExpected =
    vector.defineError === undefined &&
    sameJson(got.events, events) &&
    sameJson(got.errors, expected.errors) &&
    (outputs === undefined || sameJson(got.outputs, outputs));
  return { id, passed: asExpected, expected, got: { ...got, ...afterTextFailure(vector, got) }, vector };
}

/** For a task that the original ends because a text failed: whether ours did the same up to there. */
function afterTextFailure(vector: Vector, got: Got): { readonly goesOn?: boolean } {
  const isText = ({ msg }: VectorError): boolean => msg === 'node failed';
  const end = vector.errors?.find(isText)?.point;
  if (vector.taskError === undefined || end === undefined || got.errors.find(isText)?.point !== end)
    return {};
  const before = got.events.filter(({ point }) => Number(point) < end);
  return { goesOn: sameJson(before, vector.events) };
}

function record(got: Got, { event, passed, batch }: TaskOutput, point: number, vector: Vector): void {
  const random = vector.group === 'random';
  if (event !== undefined) {
    const { data, ...rest } = eventJson(event);
    const origin = random && batch !== undefined ? { batch: sequence(batch) } : { point };
    const augmented =
      vector.group === 'augment' && passed !== undefined && !('points' in passed)
        ? { tags: passed.tags ?? {}, fields: encodeFields(passed.fields) }
        : {};
    got.events.push({ ...origin, ...rest, ...augmented, ...(!random && { data }) });
  }
  if (passed !== undefined) got.outputs.push({ point, series: passedSeries(passed) });
}

function passedSeries(passed: Point | Batch): unknown {
  return JSON.parse(seriesJson('points' in passed ? seriesOfBatch(passed) : new PointTables().of(passed)));
}

function sequence(batch: Batch): number[] {
  return batch.points.map(({ fields }) => Number(fields.seq));
}

function failureJson({
  kind,
  level,
}: Pick<RuleFailure, 'kind' | 'level'>): Pick<VectorError, 'msg' | 'level'> {
  if (kind === 'level') return { msg: 'error evaluating expression for level', ...(level && { level }) };
  if (kind === 'reset') {
    return { msg: 'error evaluating reset expression for current level', ...(level && { level }) };
  }
  return { msg: 'node failed' };
}

function withoutText(random: boolean): (error: VectorError) => VectorError {
  return ({ point, msg, level }) => ({
    ...(!random && point !== undefined && { point }),
    msg,
    ...(level !== undefined && { level }),
  });
}

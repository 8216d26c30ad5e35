import type { AlertEvent } from '../../../src/alert/event.ts';
import type { Level } from '../../../src/alert/level.ts';
import { LambdaEvaluationError, TocsinError } from '../../../src/errors.ts';
import { compileMatch, type MatchExpression } from '../../../src/match/index.ts';
import { type CaseResult, runCases, type Suite } from '../suite.ts';

interface VectorEvent {
  readonly id?: string;
  readonly level: Level;
  readonly previousLevel: Level;
  readonly name?: string;
  readonly taskName?: string;
  readonly durationNs?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

interface MatchVector {
  readonly id: string;
  readonly match: string;
  readonly events: readonly VectorEvent[];
  readonly results: readonly (boolean | { readonly error: string })[];
  readonly compileError?: string;
  readonly compilePanic?: boolean;
  readonly compileCrash?: boolean;
}

function eventOf({
  durationNs = '0',
  tags = {},
  id = 'id',
  name = '',
  taskName = '',
  ...rest
}: VectorEvent): AlertEvent {
  return {
    topic: 'topic',
    id,
    name,
    taskName,
    tags,
    ...rest,
    message: '',
    details: '',
    time: new Date(0),
    duration: Number(durationNs) / 1e6,
    durationNs: BigInt(durationNs),
    recoverable: true,
    noExternal: false,
    group: '',
    category: '',
    fields: {},
    series: null,
  };
}

/** An event for which the answer is another than the original's. */
export interface Mismatch {
  readonly event: unknown;
  readonly expected: boolean | { readonly error: string };
  readonly got: Answer;
}

type Answer = boolean | { readonly error: string } | { readonly thrown: string };

function failure(error: unknown): Answer {
  if (error instanceof TocsinError) return { error: error.message };
  return { thrown: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

function answer(match: MatchExpression, event: AlertEvent): Answer {
  try {
    return match.matches(event);
  } catch (error) {
    const answered = failure(error);
    // What is found with an event in hand is an error of evaluation and no other.
    return 'error' in Object(answered) && !(error instanceof LambdaEvaluationError)
      ? { thrown: 'not an evaluation error' }
      : answered;
  }
}

function isError(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'error' in value;
}

/** Whether an index would have stepped over the event. */
function skips({ index }: MatchExpression, event: AlertEvent): boolean {
  const value = index?.valueOf(event);
  return value !== undefined && index?.values.has(value) === false;
}

function run(vector: MatchVector): CaseResult {
  const { id, match: source, events, results } = vector;
  const refused =
    vector.compileError !== undefined || vector.compilePanic === true || vector.compileCrash === true;
  let match: MatchExpression | undefined;
  let failed: Answer | undefined;
  try {
    match = compileMatch(source, { strict: true });
  } catch (error) {
    failed = failure(error);
  }
  const fail = (expected: unknown, got: unknown, event?: unknown): CaseResult => ({
    id,
    passed: false,
    vector,
    expected: { match: source, event, result: expected },
    got,
  });
  if (refused)
    return isError(failed)
      ? { id, passed: true, vector }
      : fail({ error: vector.compileError }, failed ?? 'compiled');
  const mismatches: Mismatch[] = [];
  for (const [i, expected] of results.entries()) {
    const given = events[i];
    if (given === undefined) return fail(expected, 'no event');
    const event = eventOf(given);
    const got = failed ?? (match === undefined ? { thrown: 'no match' } : answer(match, event));
    // An index of handlers may only step over what is plainly false.
    const skipped = match !== undefined && skips(match, event) && got !== false;
    if (skipped) mismatches.push({ event: given, expected, got: { thrown: 'an index would step over it' } });
    else if (isError(expected) ? !isError(got) : got !== expected)
      mismatches.push({ event: given, expected, got });
  }
  if (mismatches.length === 0) return { id, passed: true, vector };
  return { id, passed: false, vector, expected: { match: source, ...mismatches[0] }, got: mismatches };
}

/** Match expressions over rows of events. */
export const suite: Suite = (vectors) => runCases(vectors as readonly MatchVector[], run);

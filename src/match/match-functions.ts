import type { AlertEvent } from '../alert/event.ts';
import { type Int64, int64 } from '../alert/int64.ts';
import type { Level } from '../alert/level.ts';
import { LAMBDA_FUNCTIONS, type LambdaFunction, type LambdaType, type LambdaValue } from '../lambda/index.ts';

function rank(level: Level): number {
  return level === 'OK' ? 0 : level === 'INFO' ? 1 : level === 'WARNING' ? 2 : 3;
}

function durationOf({ durationNs, duration }: AlertEvent): Int64 {
  if (durationNs === undefined) return int64(BigInt(Math.round(duration * 1e6)));
  return typeof durationNs === 'bigint' ? int64(durationNs) : durationNs;
}

function ofEvent(name: string, result: LambdaType, read: (event: AlertEvent) => unknown): LambdaFunction {
  return { name, signatures: [{ args: [], result, make: () => read }] };
}

const alertDuration = ofEvent('alertDuration', 'duration', durationOf);

/** The functions of a match, which ask the event. None takes arguments, fails or remembers. */
export const EVENT_FUNCTIONS: readonly LambdaFunction[] = [
  ofEvent('changed', 'bool', (event) => event.level !== event.previousLevel),
  ofEvent('level', 'int', (event) => rank(event.level)),
  ofEvent('previousLevel', 'int', (event) => rank(event.previousLevel)),
  ofEvent('name', 'string', (event) => event.name),
  ofEvent('taskName', 'string', (event) => event.taskName),
  ofEvent('id', 'string', (event) => event.id),
  ofEvent('topic', 'string', (event) => event.topic),
  ofEvent('message', 'string', (event) => event.message),
  ofEvent('group', 'string', (event) => event.group),
  alertDuration,
];

/** `duration()` without arguments is the alert's; with arguments it is the conversion. */
const duration: LambdaFunction = {
  name: 'duration',
  signatures: [...(LAMBDA_FUNCTIONS.get('duration')?.signatures ?? []), ...alertDuration.signatures],
};

/** All that a match has beyond the language. */
export const MATCH_FUNCTIONS: readonly LambdaFunction[] = [...EVENT_FUNCTIONS, duration];

/** The levels, which in a match are ints. */
export const LEVEL_IDENTIFIERS: Readonly<Record<Level, LambdaValue>> = {
  OK: 0n,
  INFO: 1n,
  WARNING: 2n,
  CRITICAL: 3n,
};

/** What to write instead of levels that do not exist. */
export const LEVEL_HINTS: Readonly<Record<string, string>> = {
  CRIT: 'Did you mean CRITICAL?',
  WARN: 'Did you mean WARNING?',
  ERROR: 'The levels are OK, INFO, WARNING and CRITICAL.',
};

/** What to write instead of words that do not exist. */
export const MATCH_HINTS: Readonly<Record<string, string>> = {
  ...LEVEL_HINTS,
  state: 'Did you mean level()?',
  stateChanged: 'Did you mean changed()?',
  host: 'A tag stands in double quotes: "host".',
  tag: 'A tag stands in double quotes: "host".',
  tags: 'A tag stands in double quotes: "host".',
};

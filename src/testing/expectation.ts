import type { AlertEvent } from '../alert/event.ts';
import { isLevel, LEVELS, type Level } from '../alert/level.ts';
import { nearest } from '../alert/nearest.ts';
import type { Fields, Tags } from '../alert/point.ts';
import { RuleTestError } from '../errors.ts';
import type { RuleReason } from '../rule/index.ts';
import { readTime, type TestTime, timeText } from './relative-time.ts';

/** What is expected of an event or of a row of a trace: only what is given is looked at. */
export interface ExpectedEvent {
  /** When, counted from the start of the test. */
  readonly at?: TestTime;
  /** Its level. */
  readonly level?: Level;
  /** The level before. */
  readonly previousLevel?: Level;
  /** Its message, or a pattern that fits it. */
  readonly message?: string | RegExp;
  /** Its details, or a pattern that fits them. */
  readonly details?: string | RegExp;
  /** Why there is an event, or none. */
  readonly reason?: RuleReason;
  /** The alert that it is about. */
  readonly id?: string;
  /** The topic that it is on. */
  readonly topic?: string;
  /** Its group. */
  readonly group?: string;
  /** The rule that made it. */
  readonly taskName?: string;
  /** How long the alert has not been OK. */
  readonly duration?: TestTime;
  /** Tags that it has, others aside. */
  readonly tags?: Tags;
  /** Fields that it has, others aside. */
  readonly fields?: Fields;
}

/** What there is to be compared. */
export interface Actual {
  readonly offset: number;
  readonly level: Level;
  readonly group: string;
  readonly topic: string;
  readonly reason?: RuleReason;
  readonly event: AlertEvent | undefined;
}

/** One part that differs. */
export interface Difference {
  readonly key: keyof ExpectedEvent;
  readonly expected: string;
  readonly actual: string;
}

/** Every reason, to know one from a level. */
const REASONS: ReadonlySet<string> = new Set(
  Object.keys({
    fired: 0,
    raised: 0,
    lowered: 0,
    repeated: 0,
    recovered: 0,
    initialOk: 0,
    ok: 0,
    unchanged: 0,
    flapping: 0,
    noRecoveries: 0,
    inhibited: 0,
    emptyBatch: 0,
  } satisfies Record<RuleReason, 0>),
);

type Reader = (actual: Actual) => unknown;

const READERS: { readonly [Key in keyof Required<ExpectedEvent>]: Reader } = {
  at: ({ offset }) => offset,
  level: ({ level }) => level,
  previousLevel: ({ event }) => event?.previousLevel,
  message: ({ event }) => event?.message,
  details: ({ event }) => event?.details,
  reason: ({ reason }) => reason,
  id: ({ event }) => event?.id,
  topic: ({ topic }) => topic,
  group: ({ group }) => group,
  taskName: ({ event }) => event?.taskName,
  duration: ({ event }) => event?.duration,
  tags: ({ event }) => event?.tags,
  fields: ({ event }) => event?.fields,
};

/** The names of what can be expected. */
export const EXPECTED_KEYS: readonly string[] = Object.keys(READERS);

/**
 * Reads what is expected of an event: an object, or the level or reason alone.
 *
 * @throws {RuleTestError} When it holds what no event can have, so that a misspelled key is not taken for met.
 */
export function readExpected(what: string, given: string | ExpectedEvent): ExpectedEvent {
  if (typeof given === 'string') {
    if (isLevel(given)) return { level: given };
    if (REASONS.has(given)) return { reason: given as RuleReason };
    throw new RuleTestError(`${what}: '${given}' is neither a level nor a reason`, {
      cure: `For a message write { message: '${given}' }.`,
    });
  }
  if (typeof given !== 'object' || given === null) {
    throw new RuleTestError(`${what}: expected a level, a reason or an object, got ${String(given)}`);
  }
  const { level, previousLevel, reason, at, duration } = given;
  for (const key of Object.keys(given)) {
    if (EXPECTED_KEYS.includes(key)) continue;
    const meant = nearest(key, EXPECTED_KEYS);
    throw new RuleTestError(`${what}: an event has no '${key}' that can be expected`, {
      cure: meant === undefined ? `There are ${EXPECTED_KEYS.join(', ')}.` : `Did you mean '${meant}'?`,
    });
  }
  for (const one of [level, previousLevel]) {
    if (one !== undefined && !isLevel(one)) {
      throw new RuleTestError(`${what}: '${String(one)}' is no level`, {
        cure: `There are ${LEVELS.join(', ')}.`,
      });
    }
  }
  if (reason !== undefined && !REASONS.has(reason)) {
    const meant = nearest(String(reason), REASONS);
    throw new RuleTestError(`${what}: '${String(reason)}' is no reason`, {
      cure: meant === undefined ? `There are ${[...REASONS].join(', ')}.` : `Did you mean '${meant}'?`,
    });
  }
  if (at !== undefined) readTime(`${what}.at`, at);
  if (duration !== undefined) readTime(`${what}.duration`, duration);
  return given;
}

/** What differs between what was expected and what is there. */
export function differences(expected: ExpectedEvent, actual: Actual): Difference[] {
  return (Object.keys(expected) as (keyof ExpectedEvent)[]).flatMap((key) => {
    const wanted = expected[key];
    if (wanted === undefined) return [];
    const found = READERS[key](actual);
    if (fits(key, wanted, found)) return [];
    return [{ key, expected: valueText(key, wanted), actual: valueText(key, found) }];
  });
}

/** What was expected, in the columns of a table. */
export function expectedCells(
  expected: ExpectedEvent,
): Record<'at' | 'topic' | 'group' | 'level' | 'why' | 'message', string> {
  const cell = (key: keyof ExpectedEvent): string =>
    expected[key] === undefined ? '' : valueText(key, expected[key], false);
  return {
    at: cell('at'),
    topic: cell('topic'),
    group: cell('group'),
    level: cell('level'),
    why: cell('reason'),
    message: cell('message'),
  };
}

function fits(key: keyof ExpectedEvent, wanted: unknown, found: unknown): boolean {
  if (key === 'at' || key === 'duration') return readTime(key, wanted as TestTime) === found;
  if (wanted instanceof RegExp) {
    wanted.lastIndex = 0;
    return typeof found === 'string' && wanted.test(found);
  }
  if (typeof wanted !== 'object' || wanted === null) return Object.is(wanted, found);
  const values = (found ?? {}) as Readonly<Record<string, unknown>>;
  return Object.entries(wanted).every(
    ([name, value]) => Object.hasOwn(values, name) && Object.is(values[name], value),
  );
}

function valueText(key: keyof ExpectedEvent, value: unknown, quoted = true): string {
  if (value === undefined) return 'nothing';
  if (key === 'at' || key === 'duration') return timeText(readTime(key, value as TestTime));
  if (value instanceof RegExp) return String(value);
  if (typeof value === 'string')
    return quoted && key !== 'level' && key !== 'reason' ? JSON.stringify(value) : value;
  const entries = Object.entries(value as object).map(
    ([name, one]) => `${name}=${String(one)}${typeof one === 'bigint' ? 'n' : ''}`,
  );
  return `{ ${entries.join(', ')} }`;
}

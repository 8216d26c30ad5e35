import type { AlertEvent, AlertEventInput } from '../alert/event.ts';
import { isLevel, LEVELS, type Level } from '../alert/level.ts';
import { nearest } from '../alert/nearest.ts';
import type { Fields, Tags } from '../alert/point.ts';
import { InvalidEventError } from '../errors.ts';
import type { EventState } from './event-state.ts';

type Draft = { -readonly [Key in keyof AlertEvent]: AlertEvent[Key] };

const NO_TAGS: Tags = Object.freeze({});
const NO_FIELDS: Fields = Object.freeze({});

/**
 * Checks what a host gave to `collect` and fills in what it left out: the time of now, a message of `<id> is <level>`.
 *
 * @param known What the topic knows of the id. Its level is the event's `previousLevel`, and its text of the id is the
 * event's: whoever keeps something by id then compares one and the same text.
 * @throws {InvalidEventError} When topic, id, level, time, duration or a text cannot be used.
 */
export function completeEvent(
  input: AlertEventInput,
  known: { readonly id: string; readonly level: Level } | undefined,
  now: () => number,
): AlertEvent {
  const { topic, level } = input;
  const { id } = known ?? input;
  const previousLevel = known?.level ?? input.previousLevel ?? 'OK';
  const time = input.time ?? new Date(now());
  const duration = input.duration ?? 0;
  const message = input.message ?? `${id} is ${level}`;
  const details = input.details ?? '';
  if (
    !isLevel(level) ||
    !isLevel(previousLevel) ||
    !(time instanceof Date) ||
    Number.isNaN(time.getTime()) ||
    !Number.isFinite(duration) ||
    typeof message !== 'string' ||
    typeof details !== 'string'
  ) {
    throw invalid(input);
  }
  const event: Draft = {
    topic,
    id,
    level,
    previousLevel,
    message,
    details,
    time,
    duration,
    recoverable: input.recoverable ?? true,
    noExternal: input.noExternal ?? false,
    name: input.name ?? '',
    taskName: input.taskName ?? '',
    group: input.group ?? '',
    category: input.category ?? '',
    tags: input.tags ?? NO_TAGS,
    fields: input.fields ?? NO_FIELDS,
    series: input.series ?? null,
  };
  if (input.durationNs !== undefined) event.durationNs = input.durationNs;
  return event;
}

/**
 * Checks a state that a host lets a topic know, and fills in its texts where it has none.
 *
 * @throws {InvalidEventError} When topic, id, level, time, duration or a text cannot be used.
 */
export function completeState(topic: string, id: string, state: EventState): AlertEvent {
  const given = Object(state) as Partial<EventState>;
  const input = {
    message: '',
    ...given,
    time: given.time ?? new Date(Number.NaN),
    topic,
    id,
  } as AlertEventInput;
  if (typeof topic !== 'string' || topic === '' || typeof id !== 'string') throw invalid(input);
  return completeEvent(input, undefined, () => 0);
}

/** The reason why an event cannot be collected. */
export function invalid(input: Partial<AlertEventInput> | null | undefined): InvalidEventError {
  const { topic, id, level } = input ?? {};
  if (typeof topic !== 'string' || topic === '')
    return new InvalidEventError('an event needs the name of a topic');
  if (typeof id !== 'string') return new InvalidEventError(`an event on topic '${topic}' needs an id`);
  const which = `event '${id}' on topic '${topic}'`;
  if (!isLevel(level)) return badLevel('level', which, level);
  const previousLevel: unknown = input?.previousLevel ?? 'OK';
  const time: unknown = input?.time ?? new Date(0);
  const duration: unknown = input?.duration ?? 0;
  if (!isLevel(previousLevel)) return badLevel('previousLevel', which, previousLevel);
  if (!(time instanceof Date)) return new InvalidEventError(`the time of ${which} is no Date`);
  if (Number.isNaN(time.getTime())) return new InvalidEventError(`the time of ${which} is an invalid Date`);
  if (!Number.isFinite(duration)) {
    const cure = 'Give a finite number of milliseconds.';
    return new InvalidEventError(`the duration of ${which} is ${String(duration)}`, { cure });
  }
  const part = typeof (input?.message ?? '') === 'string' ? 'details' : 'message';
  return new InvalidEventError(`the ${part} of ${which} must be a text`);
}

function badLevel(part: string, which: string, level: unknown): InvalidEventError {
  const suggestion = typeof level === 'string' ? nearest(level, LEVELS) : undefined;
  return new InvalidEventError(`the ${part} of ${which} is ${shown(level)}`, {
    cure: suggestion ? `Did you mean '${suggestion}'?` : `Levels are ${LEVELS.join(', ')}.`,
  });
}

function shown(level: unknown): string {
  if (typeof level === 'string') return JSON.stringify(level);
  if (level === undefined) return 'missing';
  return typeof level === 'number' ? String(level) : `a ${typeof level}`;
}

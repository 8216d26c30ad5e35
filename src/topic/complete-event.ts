import type { AlertEvent, AlertEventInput } from '../alert/event.ts';
import { isLevel, LEVELS, type Level } from '../alert/level.ts';
import { nearest } from '../alert/nearest.ts';
import type { Fields, Tags } from '../alert/point.ts';
import { InvalidEventError } from '../errors.ts';

type Draft = { -readonly [Key in keyof AlertEvent]: AlertEvent[Key] };

const NO_TAGS: Tags = Object.freeze({});
const NO_FIELDS: Fields = Object.freeze({});

/**
 * Checks what a host gave to `collect` and fills in what it left out: `previousLevel` as given by the caller,
 * the time of now, a message of `<id> is <level>`.
 *
 * @throws {InvalidEventError} When topic, id, level, time or duration cannot be used.
 */
export function completeEvent(input: AlertEventInput, previousLevel: Level, now: () => number): AlertEvent {
  const { topic, id, level } = input;
  const time = input.time ?? new Date(now());
  const duration = input.duration ?? 0;
  if (!isLevel(level) || Number.isNaN(time.getTime()) || !Number.isFinite(duration)) throw invalid(input);
  const event: Draft = {
    topic,
    id,
    level,
    previousLevel,
    message: input.message ?? `${id} is ${level}`,
    details: input.details ?? '',
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

/** The reason why an event cannot be collected. */
export function invalid(input: Partial<AlertEventInput>): InvalidEventError {
  const { topic, id, level } = input;
  if (typeof topic !== 'string' || topic === '')
    return new InvalidEventError('an event needs the name of a topic');
  if (typeof id !== 'string') return new InvalidEventError(`an event on topic '${topic}' needs an id`);
  const which = `event '${id}' on topic '${topic}'`;
  if (!isLevel(level)) {
    const suggestion = typeof level === 'string' ? nearest(level, LEVELS) : undefined;
    return new InvalidEventError(`the level of ${which} is ${JSON.stringify(level) ?? 'missing'}`, {
      cure: suggestion ? `Did you mean '${suggestion}'?` : `Levels are ${LEVELS.join(', ')}.`,
    });
  }
  if (Number.isNaN(input.time?.getTime()))
    return new InvalidEventError(`the time of ${which} is an invalid Date`);
  return new InvalidEventError(`the duration of ${which} is ${input.duration}`, {
    cure: 'Give a finite number of milliseconds.',
  });
}

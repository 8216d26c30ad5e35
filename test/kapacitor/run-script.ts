import type { AlertEvent } from '../../src/alert/event.ts';
import { NanoDate, unixNano } from '../../src/alert/nano-date.ts';
import type { Fields, Point, Tags } from '../../src/alert/point.ts';
import {
  type LoadTickscriptOptions,
  loadTickscript,
  type TaskFailure,
  type TickscriptTask,
} from '../../src/kapacitor/index.ts';
import type { Batch } from '../../src/rule/index.ts';

/** The time so many seconds after the start of a day. */
export function at(seconds: number): Date {
  return NanoDate.fromUnixNano(BigInt(Date.UTC(2026, 0, 5)) * 1_000_000n + BigInt(Math.round(seconds * 1e9)));
}

/** Seconds after the start of that day. */
export function secondsOf(time: Date): number {
  return Number(unixNano(time) - unixNano(at(0))) / 1e9;
}

/** A point of the measurement `m`. */
export function point(seconds: number, fields: Fields, tags: Tags = {}, name = 'm'): Point {
  return { name, tags, fields, time: at(seconds) };
}

/** What went by a `|log()` at the end of a script, in plain form. */
export interface Seen {
  readonly time: number;
  readonly name?: string;
  readonly tags?: Tags;
  readonly fields?: Fields;
  readonly points?: readonly { readonly time: number; readonly fields: Fields; readonly tags: Tags }[];
}

/** A script that runs by the times of points, and what it said. */
export interface Run {
  readonly task: TickscriptTask;
  readonly seen: Seen[];
  readonly failures: TaskFailure[];
  readonly events: AlertEvent[];
  give(...points: Point[]): Run;
  advance(seconds: number): Run;
}

/** Loads `stream|from()<rest>|log()`. */
export function pipe(rest: string, options: LoadTickscriptOptions = {}, from = ''): Run {
  return run(`stream|from()${from}${rest}|log()`, options);
}

/** Loads a script; whatever goes by its log nodes is kept. */
export function run(script: string, options: LoadTickscriptOptions = {}): Run {
  const task = loadTickscript(script, { name: 'task', clock: 'points', timeZone: 'UTC', ...options });
  const seen: Seen[] = [];
  const failures: TaskFailure[] = [];
  const events: AlertEvent[] = [];
  task.on('log', ({ data }) => seen.push(plain(data)));
  task.on('failure', (failure) => failures.push(failure));
  const result: Run = {
    task,
    seen,
    failures,
    events,
    give(...points) {
      for (const each of points) events.push(...task.observe(each));
      return result;
    },
    advance(seconds) {
      events.push(...task.advance(at(seconds)));
      return result;
    },
  };
  return result;
}

function plain(data: Point | Batch): Seen {
  if ('points' in data) {
    const points = data.points.map(({ time, fields, tags = {} }) => ({
      time: secondsOf(time),
      fields,
      tags,
    }));
    return { time: secondsOf(data.time ?? at(0)), name: data.name, tags: data.tags ?? {}, points };
  }
  const { name, tags = {}, fields, time } = data;
  return { time: secondsOf(time), name, tags, fields };
}

/** The fields of what was seen. */
export function fieldsOf({ seen }: Run): (Fields | undefined)[] {
  return seen.map(({ fields }) => fields);
}

import type { AlertEvent } from '../alert/event.ts';
import type { Level } from '../alert/level.ts';
import type { Fields } from '../alert/point.ts';
import type { AlertRule, RuleFailure, RuleReason } from '../rule/index.ts';
import { timeText } from './relative-time.ts';
import { batchOf, type Moment, type PointDefaults, pointOf } from './steps.ts';
import { type TableLine, tableText } from './table.ts';

/** What a rule made of one point or batch. */
export interface TraceRow {
  /** When, in milliseconds since the start of the test. */
  readonly offset: number;
  /** The topic of the rule. */
  readonly topic: string;
  /** The group that was judged, such as `host=web-1`; empty without `groupBy`. */
  readonly group: string;
  /** The fields of the point, or of the last point of the batch. */
  readonly fields: Fields;
  /** The level that counts for the group now. */
  readonly level: Level;
  /** Why there is an event, or why there is none. */
  readonly reason: RuleReason;
  /** The event, when there is one. */
  readonly event: AlertEvent | undefined;
  /** Conditions and texts that failed. */
  readonly failures: readonly RuleFailure[];
}

/** What rules made of everything that a test fed them, in order. */
export class Trace {
  /** A row a point or batch. */
  readonly rows: readonly TraceRow[];

  /** What went wrong before anything was judged, in scripts. */
  readonly problems: readonly string[];

  /**
   * @param rows What happened, in order.
   * @param problems What went wrong before anything was judged.
   */
  constructor(rows: readonly TraceRow[], problems: readonly string[] = []) {
    this.rows = rows;
    this.problems = problems;
  }

  /** The events. */
  get events(): AlertEvent[] {
    return this.rows.flatMap(({ event }) => (event === undefined ? [] : [event]));
  }

  /** The level after each point or batch. */
  get levels(): Level[] {
    return this.rows.map(({ level }) => level);
  }

  /** Why there was an event or none, for each point or batch. */
  get reasons(): RuleReason[] {
    return this.rows.map(({ reason }) => reason);
  }

  /** The trace as a table. */
  toString(): string {
    return traceText(this);
  }
}

/** A line that is put into a table: what was expected, before the row of an index. */
export interface ExpectedLine {
  readonly before: number;
  readonly cells: Partial<Record<TraceColumn, string>>;
}

/** The columns of a trace. */
export type TraceColumn = (typeof COLUMNS)[number];

const COLUMNS = ['at', 'topic', 'group', 'fields', 'level', 'why', 'message'] as const;
const SHOWN_FIELDS = 4;

/** A trace as a table, the rows of the given indexes marked, and below it what went wrong. */
export function traceText(
  { rows, problems }: Trace,
  marked: ReadonlySet<number> = new Set(),
  expected?: ExpectedLine,
): string {
  const notes = problems.map((problem) => `! ${problem}`).join('\n');
  const table = rowsText(rows, marked, expected);
  return notes === '' ? table : `${table}\n\n${notes}`;
}

function rowsText(
  rows: readonly TraceRow[],
  marked: ReadonlySet<number>,
  expected: ExpectedLine | undefined,
): string {
  if (rows.length === 0 && expected === undefined) return '  (no points)';
  const severalTopics = new Set(rows.map(({ topic }) => topic)).size > 1;
  const lines = rows.map((row, index): TableLine => {
    const cells = cellsOf(row);
    return {
      cells: COLUMNS.map((column) => (column === 'topic' && !severalTopics ? '' : (cells[column] ?? ''))),
      notes: row.failures.map(failureNote),
      ...(marked.has(index) && { mark: '✗' }),
    };
  });
  if (expected !== undefined) {
    const cells = COLUMNS.map((column) => expected.cells[column] ?? '');
    lines.splice(expected.before, 0, { cells, mark: '→' });
  }
  return tableText(COLUMNS, lines);
}

/** The cells of a row. */
export function cellsOf(row: TraceRow): Readonly<Record<TraceColumn, string>> {
  return {
    at: timeText(row.offset),
    topic: row.topic,
    group: row.group,
    fields: fieldsText(row.fields),
    level: row.level,
    why: row.reason,
    message: row.event?.message ?? '',
  };
}

function fieldsText(fields: Fields): string {
  const entries = Object.entries(fields);
  const shown = entries.slice(0, SHOWN_FIELDS).map(([name, value]) => `${name}=${String(value)}`);
  return entries.length > SHOWN_FIELDS ? `${shown.join(' ')} …` : shown.join(' ');
}

function failureNote({ kind, level, error }: RuleFailure): string {
  return `! ${level === undefined ? kind : `${kind} ${level}`}: ${error.message.replace(/\n/g, '\n      ')}`;
}

/** Gives a rule what comes at a moment, and says what it made of it; `undefined` when there is nothing for it. */
export function judge(
  rule: AlertRule,
  { offset, point, batch }: Moment,
  defaults: PointDefaults,
): TraceRow | undefined {
  if (point === undefined && batch === undefined) return undefined;
  const failures: RuleFailure[] = [];
  const note = (failure: RuleFailure): void => void failures.push(failure);
  rule.on('failure', note);
  try {
    const { event, reason, level, group } =
      point !== undefined
        ? rule.process(pointOf(point, offset, defaults))
        : rule.processBatch(batchOf(batch ?? { points: [] }, offset, defaults));
    const fields = point?.fields ?? batch?.points.at(-1)?.fields ?? {};
    return { offset, topic: rule.topic, group, fields, level, reason, event, failures };
  } finally {
    rule.off('failure', note);
  }
}

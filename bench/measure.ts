/** One thing to time: `run` does its work `operations` times. */
export interface Row {
  readonly name: string;
  readonly operations: number;
  readonly run: () => unknown;
  /** Waits for what `run` left under way; its time counts. */
  readonly settle?: () => Promise<void>;
  /** The same, but its time does not count. */
  readonly after?: () => Promise<void>;
}

/** What a row took: nanoseconds an operation, and how that compares with the first row of its table. */
export interface Timing {
  readonly name: string;
  readonly nanoseconds: number;
  readonly ratio: number;
}

/** A table of rows that do the same; the first is the floor, the hand-written code that the others are held against. */
export interface Table {
  readonly title: string;
  /** What was measured and how. */
  readonly note: string;
  /** Makes the rows when the table's turn comes, so that what the others keep does not weigh on them. */
  readonly rows: () => readonly Row[];
  /** The most that a row's ratio may be, by its name. */
  readonly targets?: Readonly<Record<string, number>>;
  /** The most nanoseconds that a row may take on the machine that the targets were set on, by its name. */
  readonly limits?: Readonly<Record<string, number>>;
}

/** A table and what its rows took. Its `rows` are gone once it has come out of another process. */
export interface Measured {
  readonly table: Omit<Table, 'rows'>;
  readonly timings: readonly Timing[];
}

const SAMPLES = 25;
const SAMPLE_MS = 20;

let sink: unknown;

/**
 * Times rows against each other: each sample runs every row once, so that what disturbs the machine disturbs
 * all of them, and the median of the samples counts.
 */
export async function measure(rows: readonly Row[]): Promise<Timing[]> {
  const rounds: number[] = [];
  for (const row of rows) await calibrate(row);
  for (const row of rows) rounds.push(await calibrate(row));
  // What lives long is moved together, as in a process that has run for a while.
  for (let round = 0; round < 3; round++) (globalThis as { gc?: () => void }).gc?.();
  const samples: number[][] = rows.map(() => []);
  for (let sample = 0; sample < SAMPLES; sample++) {
    for (const [index, row] of rows.entries()) {
      const count = rounds[index] ?? 1;
      samples[index]?.push((await spend(row, count)) / (count * row.operations));
    }
  }
  const medians = samples.map((values) => values.sort((a, b) => a - b)[SAMPLES >> 1] ?? Number.NaN);
  return rows.map((row, index) => {
    const nanoseconds = medians[index] ?? Number.NaN;
    return { name: row.name, nanoseconds, ratio: nanoseconds / (medians[0] ?? Number.NaN) };
  });
}

/**
 * Nanoseconds of processor time for `count` runs. Unlike the time of day it does not count what other processes take
 * away, and it does count the threads of the garbage collector.
 */
async function spend(row: Row, count: number): Promise<number> {
  let spent = 0;
  let started = process.cpuUsage();
  for (let i = 0; i < count; i++) {
    sink = row.run();
    if (row.settle) await row.settle();
    if (row.after === undefined) continue;
    spent += microsecondsSince(started);
    await row.after();
    started = process.cpuUsage();
  }
  return (spent + microsecondsSince(started)) * 1000;
}

function microsecondsSince(started: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(started);
  return user + system;
}

/** How many runs fill a sample. */
async function calibrate(row: Row): Promise<number> {
  for (let count = 1; ; ) {
    const spent = (await spend(row, count)) / 1e6;
    if (spent >= SAMPLE_MS) return count;
    count = Math.max(count + 1, Math.ceil((count * SAMPLE_MS) / Math.max(spent, 0.05)));
  }
}

/** Keeps what was computed from being optimised away. */
export function lastResult(): unknown {
  return sink;
}

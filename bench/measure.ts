/** One thing to time: `run` does its work `operations` times. */
export interface Row {
  readonly name: string;
  readonly operations: number;
  readonly run: () => unknown;
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
  readonly rows: readonly Row[];
  /** The most that a row's ratio may be, by its name. */
  readonly targets?: Readonly<Record<string, number>>;
}

const SAMPLES = 25;
const SAMPLE_MS = 20;

let sink: unknown;

/**
 * Times rows against each other: each sample runs every row once, so that what disturbs the machine disturbs
 * all of them, and the median of the samples counts.
 */
export function measure(rows: readonly Row[]): Timing[] {
  const rounds = rows.map((row) => {
    let count = 1;
    for (;;) {
      const started = process.hrtime.bigint();
      for (let i = 0; i < count; i++) sink = row.run();
      const spent = Number(process.hrtime.bigint() - started) / 1e6;
      if (spent >= SAMPLE_MS) return count;
      count = Math.max(count + 1, Math.ceil((count * SAMPLE_MS) / Math.max(spent, 0.05)));
    }
  });
  const samples: number[][] = rows.map(() => []);
  for (let sample = 0; sample < SAMPLES; sample++) {
    rows.forEach((row, index) => {
      const count = rounds[index] ?? 1;
      const started = process.hrtime.bigint();
      for (let i = 0; i < count; i++) sink = row.run();
      samples[index]?.push(Number(process.hrtime.bigint() - started) / (count * row.operations));
    });
  }
  const medians = samples.map((values) => values.sort((a, b) => a - b)[SAMPLES >> 1] ?? Number.NaN);
  return rows.map((row, index) => {
    const nanoseconds = medians[index] ?? Number.NaN;
    return { name: row.name, nanoseconds, ratio: nanoseconds / (medians[0] ?? Number.NaN) };
  });
}

/** Keeps what was computed from being optimised away. */
export function lastResult(): unknown {
  return sink;
}

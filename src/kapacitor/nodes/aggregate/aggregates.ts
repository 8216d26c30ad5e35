import { unixNano } from '../../../alert/nano-date.ts';
import type { FieldValue } from '../../../alert/point.ts';
import type { GroupedPoint } from '../../pipeline/message.ts';

/** The value of one point. */
export interface Sample {
  readonly value: FieldValue;
  readonly point: GroupedPoint;
}

/** A way to make one value of many: a number over all, or one of them. */
export interface AggregateKind {
  /** Whether it works on numbers only. */
  readonly numeric: boolean;
  /** Computes a value; there is at least one sample. */
  readonly reduce?: (samples: readonly Sample[]) => FieldValue;
  /** Chooses one of the samples. */
  readonly select?: (samples: readonly Sample[]) => Sample | undefined;
  /** Chooses several. */
  readonly distinct?: (samples: readonly Sample[]) => readonly Sample[];
  /** What it is over no points at all; without it, nothing. */
  readonly ofNothing?: (ints: boolean) => FieldValue;
}

/** Whether a value is an int. */
export function isInt(value: FieldValue): boolean {
  return typeof value === 'bigint';
}

const floats = (samples: readonly Sample[]): number[] => samples.map(({ value }) => Number(value));

const compareValues = (a: FieldValue, b: FieldValue): number => (a < b ? -1 : a > b ? 1 : 0);

const compareTimes = (a: Sample, b: Sample): number => {
  const x = unixNano(a.point.time);
  const y = unixNano(b.point.time);
  return x < y ? -1 : x > y ? 1 : 0;
};

const byValue = (samples: readonly Sample[]): Sample[] =>
  [...samples].sort((a, b) => compareValues(a.value, b.value));

/** The sample that no other one is better than; `better` below zero when the first is. */
function best(samples: readonly Sample[], better: (a: Sample, b: Sample) => number): Sample | undefined {
  let chosen = samples[0];
  for (const sample of samples) if (chosen !== undefined && better(sample, chosen) < 0) chosen = sample;
  return chosen;
}

function sum(samples: readonly Sample[]): FieldValue {
  if (samples.every(({ value }) => isInt(value)))
    return BigInt.asIntN(
      64,
      samples.reduce((total, { value }) => total + BigInt(value), 0n),
    );
  return floats(samples).reduce((total, value) => total + value, 0);
}

function mean(samples: readonly Sample[]): number {
  return floats(samples).reduce((total, value) => total + value, 0) / samples.length;
}

function median(samples: readonly Sample[]): number {
  const sorted = floats(samples).sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  if (sorted.length % 2 === 1) return upper;
  const lower = sorted[middle - 1] ?? Number.NaN;
  return lower + (upper - lower) / 2;
}

/** The most frequent value; of several the one that came first, or the smallest when none comes twice. */
function mode(samples: readonly Sample[]): FieldValue {
  const counts = new Map<FieldValue, { count: number; readonly first: Sample }>();
  for (const sample of [...samples].sort(compareTimes)) {
    const known = counts.get(sample.value);
    if (known === undefined) counts.set(sample.value, { count: 1, first: sample });
    else known.count++;
  }
  const most = Math.max(...[...counts.values()].map(({ count }) => count));
  const candidates = [...counts.values()].filter(({ count }) => count === most).map(({ first }) => first);
  const [chosen] = most === 1 ? byValue(candidates) : candidates;
  return chosen?.value ?? 0;
}

function spread(samples: readonly Sample[]): FieldValue {
  const sorted = byValue(samples);
  const low = sorted[0]?.value ?? 0;
  const high = sorted.at(-1)?.value ?? 0;
  return typeof low === 'bigint' && typeof high === 'bigint'
    ? BigInt.asIntN(64, high - low)
    : Number(high) - Number(low);
}

/** The standard deviation of a sample; 0 for a single point, as Kapacitor has it. */
function stddev(samples: readonly Sample[]): number {
  if (samples.length < 2) return 0;
  const middle = mean(samples);
  const squares = floats(samples).reduce((total, value) => total + (value - middle) ** 2, 0);
  return Math.sqrt(squares / (samples.length - 1));
}

function distinct(samples: readonly Sample[]): Sample[] {
  const seen = new Set<FieldValue>();
  return [...samples]
    .sort((a, b) => compareTimes(a, b) || compareValues(a.value, b.value))
    .filter(({ value }) => !seen.has(value) && seen.add(value));
}

/** The aggregates that need no more than a field. Of equal candidates a selection takes the earliest. */
export const AGGREGATES: Readonly<Record<string, AggregateKind>> = {
  count: {
    numeric: false,
    reduce: ({ length }) => BigInt(length),
    ofNothing: () => 0n,
  },
  sum: { numeric: true, reduce: sum, ofNothing: (ints) => (ints ? 0n : 0) },
  mean: { numeric: true, reduce: mean },
  median: { numeric: true, reduce: median },
  mode: { numeric: false, reduce: mode },
  spread: { numeric: true, reduce: spread },
  stddev: { numeric: true, reduce: stddev },
  distinct: { numeric: false, distinct },
  min: {
    numeric: true,
    select: (samples) => best(samples, (a, b) => compareValues(a.value, b.value) || compareTimes(a, b)),
  },
  max: {
    numeric: true,
    select: (samples) => best(samples, (a, b) => compareValues(b.value, a.value) || compareTimes(a, b)),
  },
  first: {
    numeric: false,
    select: (samples) => best(samples, (a, b) => compareTimes(a, b) || compareValues(b.value, a.value)),
  },
  last: {
    numeric: false,
    select: (samples) => best(samples, (a, b) => compareTimes(b, a) || compareValues(b.value, a.value)),
  },
};

/** The point at a percentile: one of the points, nothing in between. */
export function percentileOf(percent: number): AggregateKind {
  return {
    numeric: true,
    select: (samples) => byValue(samples)[Math.floor((samples.length * percent) / 100 + 0.5) - 1],
  };
}

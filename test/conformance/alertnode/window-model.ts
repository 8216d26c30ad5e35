import { parseDuration } from '../../../src/alert/go-duration.ts';
import { NanoDate, unixNano } from '../../../src/alert/nano-date.ts';
import type { Point, Tags } from '../../../src/alert/point.ts';
import type { Batch } from '../../../src/rule/index.ts';
import type { VectorWindow } from './vector.ts';

/** A model of `|window()` for one group: what batch, if any, a point sends on. */
export type WindowModel = (point: Point) => Batch | undefined;

export function createWindow(options: VectorWindow, tags: Tags): WindowModel {
  return options.periodCount === undefined ? timeWindow(options, tags) : countWindow(options, tags);
}

function countWindow(
  { periodCount = 0, everyCount = 0, fillPeriod = false }: VectorWindow,
  tags: Tags,
): WindowModel {
  let points: Point[] = [];
  let seen = 0;
  let next = fillPeriod ? periodCount : everyCount;
  return (point) => {
    points = [...points, point].slice(-periodCount);
    if (++seen < next) return undefined;
    next += everyCount;
    return { name: point.name, tags, points, time: point.time };
  };
}

function timeWindow(
  { period = '0s', every = '0s', align = false, fillPeriod = false }: VectorWindow,
  tags: Tags,
): WindowModel {
  const length = BigInt(parseDuration(period) ?? 0);
  const step = BigInt(parseDuration(every) ?? 0);
  let points: Point[] = [];
  let next: bigint | undefined;
  const batchUntil = (oldest: bigint, inclusive: boolean, end: bigint, name: string): Batch => {
    const first = points.findIndex(({ time }) =>
      inclusive ? unixNano(time) >= oldest : unixNano(time) > oldest,
    );
    points = first === -1 ? [] : points.slice(first);
    return { name, tags, points, time: NanoDate.fromUnixNano(end) };
  };
  return (point) => {
    const now = unixNano(point.time);
    next ??= firstEnd(now, length, step, align, fillPeriod);
    let batch: Batch | undefined;
    if (step === 0n) {
      points = [...points, point];
      return now < next ? undefined : batchUntil(now - length, false, now, point.name);
    }
    if (now >= next) {
      batch = batchUntil(next - length, true, next, point.name);
      next = now + step;
      if (align) next = truncate(next, step);
    }
    points = [...points, point];
    return batch;
  };
}

function firstEnd(now: bigint, length: bigint, step: bigint, align: boolean, fill: boolean): bigint {
  if (!fill) return align ? truncate(now + step, step) : now + step;
  const full = now + length;
  if (!align) return full;
  const aligned = truncate(full, step);
  return aligned > full ? aligned : aligned + step;
}

/** Down to a multiple of `step`, counted from the year 1 as Go does. */
function truncate(time: bigint, step: bigint): bigint {
  const zero = -62_135_596_800_000_000_000n;
  return step > 0n ? time - ((time - zero) % step) : time;
}

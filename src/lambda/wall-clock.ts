/**
 * A time that is shown in UTC whatever the zone: what a scope holds under any other name than `"time"`. A plain
 * `Date` is shown in the zone of the process or of the expression.
 */
export class UtcTime {
  readonly date: Date;

  constructor(date: Date) {
    this.date = date;
  }
}

/** A value of type time while an expression is evaluated. */
export type RawTime = Date | UtcTime;

/** The moment of a time. */
export function dateOf(time: RawTime): Date {
  return time instanceof UtcTime ? time.date : time;
}

/** What a clock and a calendar on the wall show. Sunday is weekday 0, January month 1. */
export type WallClockPart = 'minute' | 'hour' | 'weekday' | 'day' | 'month' | 'year';

type PartOf = (date: Date) => number;

const IN_UTC: Readonly<Record<WallClockPart, PartOf>> = {
  minute: (date) => date.getUTCMinutes(),
  hour: (date) => date.getUTCHours(),
  weekday: (date) => date.getUTCDay(),
  day: (date) => date.getUTCDate(),
  month: (date) => date.getUTCMonth() + 1,
  year: (date) => date.getUTCFullYear(),
};

const IN_PROCESS_ZONE: Readonly<Record<WallClockPart, PartOf>> = {
  minute: (date) => date.getMinutes(),
  hour: (date) => date.getHours(),
  weekday: (date) => date.getDay(),
  day: (date) => date.getDate(),
  month: (date) => date.getMonth() + 1,
  year: (date) => date.getFullYear(),
};

/**
 * Makes the function that reads one part of times.
 *
 * @param timeZone An IANA zone; left out, the zone of the process.
 * @throws {RangeError} When there is no such zone.
 */
export function wallClockPart(part: WallClockPart, timeZone: string | undefined): (time: RawTime) => number {
  const inUtc = IN_UTC[part];
  if (timeZone === undefined) {
    const inZone = IN_PROCESS_ZONE[part];
    return (time) => (time instanceof UtcTime ? inUtc(time.date) : inZone(time));
  }
  const offsetAt = zoneOffset(timeZone);
  return (time) =>
    inUtc(time instanceof UtcTime ? time.date : new Date(time.getTime() + offsetAt(time.getTime())));
}

const QUARTER = 15 * 60_000;
const YEAR_1990 = Date.UTC(1990, 0);

/** Finds how many milliseconds a zone is ahead of UTC at a moment. */
function zoneOffset(timeZone: string): (milliseconds: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'iso8601',
    hourCycle: 'h23',
    era: 'short',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const compute = (milliseconds: number): number => {
    const seconds = Math.floor(milliseconds / 1000) * 1000;
    const parts: Record<string, string> = {};
    for (const { type, value } of format.formatToParts(seconds)) parts[type] = value;
    const year = parts.era?.startsWith('B') ? 1 - Number(parts.year) : Number(parts.year);
    const wall = new Date(0);
    wall.setUTCFullYear(year, Number(parts.month) - 1, Number(parts.day));
    wall.setUTCHours(Number(parts.hour), Number(parts.minute), Number(parts.second));
    return wall.getTime() - seconds;
  };
  let quarter = Number.NaN;
  let offset = 0;
  return (milliseconds) => {
    // Of late all zones change on quarters of an hour, so one answer holds for a quarter.
    if (!(milliseconds >= YEAR_1990)) return compute(milliseconds);
    const now = Math.floor(milliseconds / QUARTER);
    if (now !== quarter) {
      offset = compute(milliseconds);
      quarter = now;
    }
    return offset;
  };
}

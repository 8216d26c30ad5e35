import { type Int64, int64 } from '../../alert/int64.ts';
import { toBytes } from '../value/bytes.ts';
import { BOOL, BYTES, type GoType, INT, INT64, type Method, pointerTo, STRING } from '../value/go-type.ts';
import { TemplateFailure } from '../value/template-failure.ts';
import { boolValue, NIL, Value } from '../value/value.ts';
import { DURATION, duration } from './duration-type.ts';
import { GoTime, goTime, localZone, UTC, type Zone } from './go-time.ts';
import { formatLayout, monthName, timeText, weekdayName } from './layout.ts';

const RFC3339 = '2006-01-02T15:04:05.999999999Z07:00';
const MAX = 2n ** 63n - 1n;

const named = (name: string, text: (raw: Int64) => string): GoType => {
  const print = (raw: unknown): string => text(raw as Int64);
  const string: Method = { parameters: [], call: ({ raw }) => new Value(STRING, print(raw)) };
  return { name, kind: 'int', bits: 64, text: print, methods: new Map([['String', string]]) };
};

const MONTH = named('time.Month', monthName);
const WEEKDAY = named('time.Weekday', weekdayName);
const LOCATION_STRUCT: GoType = { name: 'time.Location', kind: 'struct', fields: [] };
const LOCATION: GoType = {
  ...pointerTo(LOCATION_STRUCT),
  text: (raw) => (raw as Zone).location,
  methods: new Map([
    [
      'String',
      { parameters: [], call: ({ raw }) => new Value(STRING, (raw as Zone | null)?.location ?? 'UTC') },
    ],
  ]),
};

/** What verbs that take no text print of a time: how Go keeps it. */
const INSIDE: GoType = {
  name: 'time.Time',
  kind: 'struct',
  fields: [
    { name: 'wall', type: { name: 'uint64', kind: 'uint', bits: 64 } },
    { name: 'ext', type: INT64 },
    { name: 'loc', type: pointerTo(LOCATION_STRUCT) },
  ],
};

/** A moment, as events and points carry it. */
export const TIME: GoType = {
  name: 'time.Time',
  kind: 'struct',
  fields: [],
  text: timeText,
  goText: (raw) => goText(goTime(raw)),
  json: (raw) => `"${json(goTime(raw))}"`,
  inside(raw) {
    const time = goTime(raw);
    return new Value(INSIDE, { wall: time.nanosecond, ext: time.sinceYearOne, loc: null });
  },
  get methods() {
    return METHODS;
  },
};

const METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['Year', part(INT, (time) => time.year)],
  ['Month', part(MONTH, (time) => time.month)],
  ['Day', part(INT, (time) => time.civil.getUTCDate())],
  ['Weekday', part(WEEKDAY, (time) => time.civil.getUTCDay())],
  ['YearDay', part(INT, (time) => time.yearDay)],
  ['Hour', part(INT, (time) => time.civil.getUTCHours())],
  ['Minute', part(INT, (time) => time.civil.getUTCMinutes())],
  ['Second', part(INT, (time) => time.civil.getUTCSeconds())],
  ['Nanosecond', part(INT, (time) => time.nanosecond)],
  ['Unix', part(INT64, (time) => time.unix)],
  ['UnixMilli', part(INT64, (time) => time.milliseconds)],
  [
    'UnixMicro',
    part(INT64, (time) => int64(BigInt(time.milliseconds) * 1000n + BigInt(Math.floor(time.nanos / 1000)))),
  ],
  ['UnixNano', part(INT64, (time) => int64(time.unixNano))],
  ['IsZero', part(BOOL, (time) => time.isZero)],
  ['IsDST', part(BOOL, isSummer)],
  ['Location', part(LOCATION, (time) => time.zone)],
  ['UTC', part(TIME, (time) => time.in(UTC))],
  ['Local', part(TIME, (time) => time.in(localZone(time.milliseconds)))],
  ['String', part(STRING, timeText)],
  ['GoString', part(STRING, goText)],
  ['Format', { parameters: [STRING], call: ({ raw }, [layout]) => new Value(STRING, format(raw, layout)) }],
  [
    'AppendFormat',
    {
      parameters: [BYTES, STRING],
      call: ({ raw }, [bytes, layout]) =>
        new Value(BYTES, [...((bytes?.raw as number[] | null) ?? []), ...toBytes(format(raw, layout))]),
    },
  ],
  ['MarshalText', part(BYTES, (time) => [...toBytes(json(time))])],
  ['MarshalJSON', part(BYTES, (time) => [...toBytes(`"${json(time)}"`)])],
  ['MarshalBinary', part(BYTES, binary)],
  ['GobEncode', part(BYTES, binary)],
  [
    'In',
    {
      parameters: [LOCATION],
      call({ raw }, [location]) {
        if (!location?.raw) throw new TemplateFailure('In needs a location, such as .Time.Location');
        return new Value(TIME, goTime(raw).in(location.raw as Zone));
      },
    },
  ],
  ['Add', shifted((time, step) => time + step)],
  ['Round', shifted((time, step) => stepped(time, step, true))],
  ['Truncate', shifted((time, step) => stepped(time, step, false))],
  [
    'AddDate',
    { parameters: [INT, INT, INT], call: ({ raw }, args) => new Value(TIME, addDate(goTime(raw), args)) },
  ],
  ['Sub', against((a, b) => duration(clamp(a - b)))],
  ['After', against((a, b) => boolValue(a > b))],
  ['Before', against((a, b) => boolValue(a < b))],
  ['Equal', against((a, b) => boolValue(a === b))],
  ['Compare', against((a, b) => new Value(INT, a < b ? -1 : a > b ? 1 : 0))],
  ['Clock', uncallable('three values')],
  ['Date', uncallable('three values')],
  ['ISOWeek', uncallable('two values')],
  ['Zone', uncallable('two values')],
  ['ZoneBounds', uncallable('two values')],
]);

function part(type: GoType, read: (time: GoTime) => unknown): Method {
  return { parameters: [], call: ({ raw }) => new Value(type, read(goTime(raw))) };
}

function against(compare: (a: bigint, b: bigint) => Value): Method {
  return {
    parameters: [TIME],
    call: ({ raw }, [other]) => compare(goTime(raw).unixNano, goTime(other?.raw).unixNano),
  };
}

function shifted(shift: (time: bigint, step: bigint) => bigint): Method {
  return {
    parameters: [DURATION],
    call({ raw }, [step]) {
      const time = goTime(raw);
      const moved = shift(time.unixNano, BigInt((step?.raw ?? 0) as Int64));
      return new Value(TIME, inRange(GoTime.fromUnixNano(moved, time.zone)));
    },
  };
}

function uncallable(results: string): Method {
  return {
    parameters: [],
    uncallable: `gives ${results}, and a template can take one only`,
    call: () => NIL,
  };
}

function format(raw: unknown, layout: Value | undefined): string {
  return formatLayout(goTime(raw), String(layout?.raw ?? ''));
}

/** Down to a whole step, counted from the year 1, or to the nearest, halves up. */
function stepped(time: bigint, step: bigint, nearest: boolean): bigint {
  if (step <= 0n) return time;
  const rest = (time + 62_135_596_800_000_000_000n) % step;
  const down = rest < 0n ? rest + step : rest;
  return nearest && down * 2n >= step ? time + step - down : time - down;
}

function addDate(time: GoTime, args: readonly (Value | undefined)[]): GoTime {
  const [years = 0, months = 0, days = 0] = args.map((arg) => Number(arg?.raw ?? 0));
  const date = new Date(time.civil);
  date.setUTCFullYear(time.year + years, time.month - 1 + months, date.getUTCDate() + days);
  return inRange(new GoTime(date.getTime() - time.zone.offset * 1000, time.nanos, time.zone));
}

function inRange(time: GoTime): GoTime {
  if (!Number.isFinite(time.civil.getTime())) throw new TemplateFailure('The time is too far away');
  return time;
}

function clamp(value: bigint): bigint {
  return value > MAX ? MAX : value < -MAX - 1n ? -MAX - 1n : value;
}

function json(time: GoTime): string {
  if (time.year < 0 || time.year > 9999)
    throw new TemplateFailure('A year outside of 0 to 9999 is no RFC 3339');
  return formatLayout(time, RFC3339);
}

function goText(time: GoTime): string {
  const { civil, zone } = time;
  const clock = [civil.getUTCHours(), civil.getUTCMinutes(), civil.getUTCSeconds(), time.nanosecond].join(
    ', ',
  );
  const known = zone.location === 'UTC' || zone.location === 'Local';
  const location = known ? `time.${zone.location}` : `time.Location(${JSON.stringify(zone.location)})`;
  return `time.Date(${time.year}, time.${monthName(time.month)}, ${civil.getUTCDate()}, ${clock}, ${location})`;
}

/** Whether the host's own zone has moved its clocks; other zones never tell. */
function isSummer({ zone, milliseconds }: GoTime): boolean {
  if (zone.location !== 'Local') return false;
  const year = new Date(milliseconds).getFullYear();
  const january = -new Date(year, 0, 1).getTimezoneOffset() * 60;
  const july = -new Date(year, 6, 1).getTimezoneOffset() * 60;
  return january !== july && zone.offset === Math.max(january, july);
}

/** Go's binary form: version, seconds since the year 1, nanoseconds, minutes of offset (-1 for UTC). */
function binary(time: GoTime): number[] {
  const minutes = time.zone.location === 'UTC' ? -1 : Math.trunc(time.zone.offset / 60);
  const view = new DataView(new ArrayBuffer(15));
  view.setUint8(0, 1);
  view.setBigInt64(1, BigInt(time.sinceYearOne));
  view.setInt32(9, time.nanosecond);
  view.setInt16(13, minutes);
  return [...new Uint8Array(view.buffer)];
}

import { type GoTime, goTime } from './go-time.ts';

/** What Go recognises in a layout, longest first at each place. */
const ELEMENTS =
  /January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|002|0[1-6]|15|1|2006|2|__2|_2(?!006)|3|4|5|PM|pm|[-Z]07(?::00:00|0000|:00|00)?|[.,](?:0+|9+)(?!\d)/g;

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** How Go prints a month; numbers that are none print as Go does it. */
export function monthName(month: number | bigint): string {
  return MONTHS[Number(month) - 1] ?? `%!Month(${month})`;
}

/** How Go prints a day of the week, 0 being Sunday. */
export function weekdayName(day: number | bigint): string {
  return DAYS[Number(day)] ?? `%!Weekday(${day})`;
}

/** Prints one element of a layout. */
type Print = (time: GoTime) => string;

const PRINTS: Readonly<Record<string, Print>> = {
  '2006': ({ year }) => (year < 0 ? `-${pad(-year, 4)}` : pad(year, 4)),
  '06': ({ year }) => pad(Math.max(0, year) % 100, 2),
  January: ({ month }) => monthName(month),
  Jan: ({ month }) => monthName(month).slice(0, 3),
  '01': ({ month }) => pad(month, 2),
  '1': ({ month }) => String(month),
  Monday: ({ civil }) => weekdayName(civil.getUTCDay()),
  Mon: ({ civil }) => weekdayName(civil.getUTCDay()).slice(0, 3),
  '02': ({ civil }) => pad(civil.getUTCDate(), 2),
  _2: ({ civil }) => String(civil.getUTCDate()).padStart(2),
  '2': ({ civil }) => String(civil.getUTCDate()),
  '002': ({ yearDay }) => pad(yearDay, 3),
  __2: ({ yearDay }) => String(yearDay).padStart(3),
  '15': ({ civil }) => pad(civil.getUTCHours(), 2),
  '03': ({ civil }) => pad(civil.getUTCHours() % 12 || 12, 2),
  '3': ({ civil }) => String(civil.getUTCHours() % 12 || 12),
  '04': ({ civil }) => pad(civil.getUTCMinutes(), 2),
  '4': ({ civil }) => String(civil.getUTCMinutes()),
  '05': ({ civil }) => pad(civil.getUTCSeconds(), 2),
  '5': ({ civil }) => String(civil.getUTCSeconds()),
  PM: ({ civil }) => (civil.getUTCHours() >= 12 ? 'PM' : 'AM'),
  pm: ({ civil }) => (civil.getUTCHours() >= 12 ? 'pm' : 'am'),
  MST: ({ zone }) => (zone.name === '' ? offsetText(zone.offset, '0700') : zone.name),
};

/** Layouts that were met, compiled. A template has few, and they come again with every event. */
const COMPILED = new Map<string, readonly Print[]>();
const MOST_COMPILED = 100;
const LONGEST_COMPILED = 200;

/** Prints a time by a Go layout such as `2006-01-02 15:04:05`. */
export function formatLayout(time: GoTime, layout: string): string {
  let prints = COMPILED.get(layout);
  if (!prints) {
    prints = compileLayout(layout);
    if (COMPILED.size >= MOST_COMPILED) COMPILED.clear();
    if (layout.length <= LONGEST_COMPILED) COMPILED.set(layout, prints);
  }
  let text = '';
  for (const print of prints) text += print(time);
  return text;
}

/** A time as Go prints it when nothing else is asked for. */
export function timeText(raw: unknown): string {
  return formatLayout(goTime(raw), '2006-01-02 15:04:05.999999999 -0700 MST');
}

function compileLayout(layout: string): readonly Print[] {
  const prints: Print[] = [];
  let from = 0;
  for (const { 0: element, index } of layout.matchAll(ELEMENTS)) {
    if (index > from) prints.push(literal(layout.slice(from, index)));
    prints.push(printOf(element));
    from = index + element.length;
  }
  if (from < layout.length) prints.push(literal(layout.slice(from)));
  return prints;
}

function literal(text: string): Print {
  return () => text;
}

function printOf(element: string): Print {
  const print = PRINTS[element];
  if (print) return print;
  if (/^[.,]/.test(element)) return (time) => fraction(time, element);
  const form = element.slice(1);
  const usesZ = element.startsWith('Z');
  return ({ zone }) => (usesZ && zone.offset === 0 ? 'Z' : offsetText(zone.offset, form));
}

function fraction(time: GoTime, element: string): string {
  const digits = pad(time.nanosecond, 9).slice(0, element.length - 1);
  if (element.charAt(1) === '0') return `${element.charAt(0)}${digits}`;
  let end = digits.length;
  while (end > 0 && digits.charAt(end - 1) === '0') end--;
  return end === 0 ? '' : `${element.charAt(0)}${digits.slice(0, end)}`;
}

function offsetText(offset: number, form: string): string {
  const size = Math.abs(offset);
  const minutes = Math.trunc(size / 60);
  const separator = form.includes(':') ? ':' : '';
  let text = `${Math.trunc(offset / 60) < 0 ? '-' : '+'}${pad(Math.trunc(minutes / 60), 2)}`;
  if (form.length > 2) text += `${separator}${pad(minutes % 60, 2)}`;
  if (form.length > 5) text += `${separator}${pad(size % 60, 2)}`;
  return text;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

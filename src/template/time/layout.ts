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

/** Prints a time by a Go layout such as `2006-01-02 15:04:05`. */
export function formatLayout(time: GoTime, layout: string): string {
  return layout.replace(ELEMENTS, (element) => print(time, element));
}

/** A time as Go prints it when nothing else is asked for. */
export function timeText(raw: unknown): string {
  return formatLayout(goTime(raw), '2006-01-02 15:04:05.999999999 -0700 MST');
}

function print(time: GoTime, element: string): string {
  const { civil } = time;
  const hour = civil.getUTCHours();
  switch (element) {
    case '2006':
      return time.year < 0 ? `-${pad(-time.year, 4)}` : pad(time.year, 4);
    case '06':
      return pad(Math.max(0, time.year) % 100, 2);
    case 'January':
      return monthName(time.month);
    case 'Jan':
      return monthName(time.month).slice(0, 3);
    case '01':
      return pad(time.month, 2);
    case '1':
      return String(time.month);
    case 'Monday':
      return weekdayName(civil.getUTCDay());
    case 'Mon':
      return weekdayName(civil.getUTCDay()).slice(0, 3);
    case '02':
      return pad(civil.getUTCDate(), 2);
    case '_2':
      return String(civil.getUTCDate()).padStart(2);
    case '2':
      return String(civil.getUTCDate());
    case '002':
      return pad(time.yearDay, 3);
    case '__2':
      return String(time.yearDay).padStart(3);
    case '15':
      return pad(hour, 2);
    case '03':
      return pad(hour % 12 || 12, 2);
    case '3':
      return String(hour % 12 || 12);
    case '04':
      return pad(civil.getUTCMinutes(), 2);
    case '4':
      return String(civil.getUTCMinutes());
    case '05':
      return pad(civil.getUTCSeconds(), 2);
    case '5':
      return String(civil.getUTCSeconds());
    case 'PM':
      return hour >= 12 ? 'PM' : 'AM';
    case 'pm':
      return hour >= 12 ? 'pm' : 'am';
    case 'MST':
      return time.zone.name === '' ? offsetText(time.zone.offset, '0700') : time.zone.name;
    default:
      if (/^[.,]/.test(element)) return fraction(time, element);
      return element.startsWith('Z') && time.zone.offset === 0
        ? 'Z'
        : offsetText(time.zone.offset, element.slice(1));
  }
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

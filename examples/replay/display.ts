import type { AlertEvent, Level } from 'tocsin';

const COLORS: Readonly<Record<Level, number>> = { OK: 32, INFO: 36, WARNING: 33, CRITICAL: 31 };
const MARKS: Readonly<Record<Level, string>> = { OK: '✓', INFO: '•', WARNING: '▲', CRITICAL: '✖' };

const colorful = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;

function paint(color: number, text: string): string {
  return colorful ? `\u001b[${color}m${text}\u001b[0m` : text;
}

/** One line for an event: when, how bad, what, and how long it has lasted. */
export function eventLine(event: AlertEvent): string {
  const level = paint(COLORS[event.level], `${MARKS[event.level]} ${event.level.padEnd(8)}`);
  const change = event.level === event.previousLevel ? 'still' : event.previousLevel;
  return `${clockTime(event.time)}  ${level}  ${event.message}  ${paint(90, `(${change}, ${span(event.duration)})`)}`;
}

/** One line for what happened to a delivery. */
export function deliveryLine(time: Date, text: string): string {
  return paint(90, `${clockTime(time)}      ${text}`);
}

/** A table with a headline, its columns aligned. */
export function table(title: string, rows: readonly (readonly (string | number)[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, String(cell).length);
    });
  }
  const lines = rows.map((row) => {
    const cells = row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return typeof cell === 'number' ? String(cell).padStart(width) : cell.padEnd(width);
    });
    return `  ${cells.join('  ').trimEnd()}`;
  });
  return `${paint(1, title)}\n${lines.join('\n')}`;
}

function clockTime(time: Date): string {
  return time.toISOString().slice(11, 19);
}

function span(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

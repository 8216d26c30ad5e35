import type { AlertEvent } from '../alert/event.ts';
import { isLevel } from '../alert/level.ts';
import { NanoDate, nanosOf } from '../alert/nano-date.ts';
import { StoreError } from '../errors.ts';

/** What a text begins with that stands for a value that JSON lacks. A text that really begins so is marked too. */
const MARK = '\u0001';

/** An event as JSON that {@link decodeEvent} reads back without loss: nanoseconds, bigints, NaN and infinities stay. */
export function encodeEvent(event: AlertEvent): string {
  return encodeStored(event);
}

/**
 * Reads what {@link encodeEvent} wrote.
 *
 * @throws {StoreError} When the text is no event.
 */
export function decodeEvent(text: string): AlertEvent {
  return asEvent(decodeStored(text));
}

/** A plain value as JSON, with times, bigints and numbers that JSON lacks. */
export function encodeStored(value: unknown): string {
  return JSON.stringify(value, encodeValue);
}

/**
 * Reads what {@link encodeStored} wrote.
 *
 * @throws {StoreError} When the text is damaged.
 */
export function decodeStored(text: string): unknown {
  try {
    return JSON.parse(text, (_key, value: unknown) =>
      typeof value === 'string' ? decodeText(value) : value,
    );
  } catch (cause) {
    throw new StoreError('A stored entry is damaged', { text: text.slice(0, 200), cause });
  }
}

/**
 * Checks that what was stored is an event.
 *
 * @throws {StoreError} When it is none.
 */
export function asEvent(value: unknown): AlertEvent {
  const event = value as Partial<AlertEvent> | null;
  if (
    typeof event !== 'object' ||
    event === null ||
    typeof event.topic !== 'string' ||
    typeof event.id !== 'string' ||
    !isLevel(event.level) ||
    !(event.time instanceof Date)
  ) {
    throw new StoreError('A stored entry is no event', { text: encodeStored(value).slice(0, 200) });
  }
  return event as AlertEvent;
}

function encodeValue(this: Record<string, unknown>, key: string, value: unknown): unknown {
  // A Date has become text before a replacer sees it, so the original is read from its holder.
  const original = this[key];
  if (original instanceof Date) return `${MARK}t${original.getTime()} ${nanosOf(original)}`;
  if (typeof value === 'string') return value.startsWith(MARK) ? `${MARK}s${value}` : value;
  if (typeof value === 'bigint') return `${MARK}i${value}`;
  if (typeof value !== 'number' || (Number.isFinite(value) && !Object.is(value, -0))) return value;
  return `${MARK}n${Object.is(value, -0) ? '-0' : value}`;
}

function decodeText(text: string): unknown {
  if (!text.startsWith(MARK)) return text;
  const content = text.slice(2);
  switch (text[1]) {
    case 't':
      return decodeTime(content);
    case 'i':
      return BigInt(content);
    case 'n':
      return Number(content);
    default:
      return content;
  }
}

function decodeTime(text: string): Date {
  const [milliseconds, nanoseconds] = text.split(' ').map(Number);
  return nanoseconds ? new NanoDate(Number(milliseconds), nanoseconds) : new Date(Number(milliseconds));
}

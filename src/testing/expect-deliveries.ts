import { nearest } from '../alert/nearest.ts';
import { RuleTestError } from '../errors.ts';
import { countText, differenceText, type TraceMismatch } from './expect-events.ts';
import { type Actual, differences, type ExpectedEvent, expectedCells, readExpected } from './expectation.ts';
import { mustBeList, mustBeObject } from './must-be.ts';
import { timeText } from './relative-time.ts';
import { type TableLine, tableText } from './table.ts';

/** An event that a handler took. */
export interface RecordedDelivery extends Actual {
  /** The handler's id. */
  readonly handler: string;
  /** The handler's kind; `function` for one in code. */
  readonly kind: string;
  /** The event as the handler got it, its own message template included. */
  readonly event: NonNullable<Actual['event']>;
  /** Which try it was that succeeded, from 1. */
  readonly attempt: number;
}

/** A handler that could have got something. */
export interface KnownHandler {
  readonly topic: string;
  readonly handler: string;
  readonly kind: string;
}

/** What a handler is expected to get: a message, a pattern that fits it, or an object of which only what is given is compared. */
export type ExpectedDelivery = string | RegExp | ExpectedEvent;

/** A mismatch of deliveries: of which handler, and which of those that were expected of it. */
export interface DeliveryMismatch extends TraceMismatch {
  /** The name under which the handler was expected; undefined when nobody was. */
  readonly name: string | undefined;
}

const COLUMNS = ['at', 'handler', 'kind', 'level', 'message'] as const;

/**
 * Compares what handlers got with what was expected of each, and that nobody else got anything.
 *
 * @param expected By `topic/id`, id or kind of the handler.
 * @param problems What went wrong on the way, shown below the table.
 * @throws {RuleTestError} When there is no such handler, or what is expected cannot be read.
 */
export function compareDeliveries(
  deliveries: readonly RecordedDelivery[],
  handlers: readonly KnownHandler[],
  expected: Readonly<Record<string, readonly ExpectedDelivery[]>>,
  problems: readonly string[],
): DeliveryMismatch | undefined {
  mustBeObject('what is expected of handlers', expected, "Write for example: { slack: ['web-1 is OK'] }.");
  const table = (marked: readonly RecordedDelivery[], line?: TableLine, after?: RecordedDelivery): string =>
    deliveriesText(deliveries, problems, new Set(marked), line, after);
  const claimed = new Set<RecordedDelivery>();
  for (const [name, list] of Object.entries(expected)) {
    const isMeant = finder(name, handlers);
    mustBeList(
      `what is expected of ${name}`,
      list,
      `Write { ${JSON.stringify(name)}: […] }, [] for nothing.`,
    );
    const own = deliveries.filter(isMeant);
    for (const delivery of own) claimed.add(delivery);
    for (const [index, given] of list.entries()) {
      const wanted = readDelivery(`${name} ${index + 1}`, given);
      const actual = own[index];
      const line = expectedLine(name, wanted);
      if (actual === undefined) {
        const counts = `expected ${countText(list.length, 'event')}, got ${own.length}`;
        const message = `${name}: event ${index + 1} is missing: ${counts}\n\n${table([], line)}`;
        return { name, index, message };
      }
      const differing = differences(wanted, actual);
      if (differing.length === 0) continue;
      const what = differing.map(differenceText).join('; ');
      return {
        name,
        index,
        message: `${name}: event ${index + 1} differs: ${what}\n\n${table([actual], line, actual)}`,
      };
    }
    const extra = own.slice(list.length);
    if (extra.length > 0) {
      const counts = `expected ${countText(list.length, 'event')}, got ${own.length}`;
      return { name, index: list.length, message: `${name}: ${counts}\n\n${table(extra)}` };
    }
  }
  const others = deliveries.filter((delivery) => !claimed.has(delivery));
  if (others.length === 0) return undefined;
  const names = [...new Set(others.map(({ handler }) => handler))].join(', ');
  return {
    name: undefined,
    index: 0,
    message: `nothing was expected of ${names}, got ${countText(others.length, 'event')}\n\n${table(others)}`,
  };
}

/** Deliveries as a table, and below it what went wrong on the way. */
export function deliveriesText(
  deliveries: readonly RecordedDelivery[],
  problems: readonly string[],
  marked: ReadonlySet<RecordedDelivery> = new Set(),
  expected?: TableLine,
  after?: RecordedDelivery,
): string {
  const lines = deliveries.map(
    (delivery): TableLine => ({
      cells: [
        timeText(delivery.offset),
        `${delivery.topic}/${delivery.handler}`,
        delivery.kind,
        delivery.level,
        delivery.event.message,
      ],
      ...(marked.has(delivery) && { mark: '✗' }),
    }),
  );
  if (expected !== undefined) {
    lines.splice(after === undefined ? lines.length : deliveries.indexOf(after) + 1, 0, expected);
  }
  const table = lines.length === 0 ? '  (no deliveries)' : tableText(COLUMNS, lines);
  return problems.length === 0
    ? table
    : `${table}\n\n${problems.map((problem) => `! ${problem}`).join('\n')}`;
}

/** Says of a handler whether a name means it: `topic/id` before id before kind. */
export function finder(name: string, handlers: readonly KnownHandler[]): (one: KnownHandler) => boolean {
  const ways: readonly ((one: KnownHandler) => string)[] = [
    ({ topic, handler }) => `${topic}/${handler}`,
    ({ handler }) => handler,
    ({ kind }) => kind,
  ];
  const way = ways.find((each) => handlers.some((one) => each(one) === name));
  if (way !== undefined) return (one) => way(one) === name;
  const names = [...new Set(handlers.flatMap(({ handler, kind }) => [handler, kind]))];
  const meant = nearest(name, names);
  throw new RuleTestError(`there is no handler '${name}'`, {
    cure:
      meant === undefined ? `There are ${names.sort().join(', ') || 'none'}.` : `Did you mean '${meant}'?`,
  });
}

function readDelivery(what: string, given: ExpectedDelivery): ExpectedEvent {
  if (typeof given === 'string' || given instanceof RegExp) return { message: given };
  return readExpected(what, given);
}

function expectedLine(name: string, expected: ExpectedEvent): TableLine {
  const { at, level, message } = expectedCells(expected);
  return { cells: [at, name, '', level, message], mark: '→' };
}

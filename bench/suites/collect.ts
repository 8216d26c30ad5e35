import { type AlertEvent, TopicRegistry } from '../../dist/index.js';
import { makeEvents } from '../data.ts';
import type { Row, Table } from '../measure.ts';

const events = makeEvents();
const NOTHING = (_event: AlertEvent): void => {};
const DONE = Promise.resolve();
const PROMISE = (_event: AlertEvent): Promise<void> => DONE;

/** Deliveries are made in microtasks, and long runs of them go on in later turns: a turn that finds nothing ends it. */
const drained = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** A registry with `count` handlers on the topic `cpu`; their matches begin with what `match` says. */
function registryWith(count: number, match: (i: number) => string, handle = NOTHING): TopicRegistry {
  const alerts = new TopicRegistry();
  for (let i = 0; i < count; i++) alerts.handle('cpu', { handle }, { id: `h${i}`, match: match(i) });
  return alerts;
}

/** @param timed Whether the calls of the handlers count too. */
function collecting(name: string, alerts: TopicRegistry, timed: boolean, some = events): Row {
  return {
    name,
    operations: some.length,
    run() {
      for (const event of some) alerts.collect(event);
    },
    ...(timed ? { settle: drained } : { after: drained }),
  };
}

/** What a person would write by hand: a list of predicates, and an array to push to for each. */
function handWritten(count: number, predicate: (i: number) => (event: AlertEvent) => boolean): Row {
  const levels = new Map<string, string>();
  const handlers = Array.from({ length: count }, (_, i) => ({
    matches: predicate(i),
    queue: [] as AlertEvent[],
  }));
  return {
    name: 'hand-written',
    operations: events.length,
    run() {
      for (const event of events) {
        const previousLevel = levels.get(event.id) ?? 'OK';
        levels.set(event.id, event.level);
        const full = { ...event, previousLevel } as AlertEvent;
        for (const { matches, queue } of handlers) if (matches(full)) queue.push(full);
      }
    },
    after: async () => {
      for (const { queue } of handlers) queue.length = 0;
    },
  };
}

/** Collecting events on topics of 1 to 10,000 handlers. */
export function collectTables(): readonly Table[] {
  const mixed = [1, 10, 100].map((count): Table => {
    const match = (i: number): string =>
      i % 2 === 0 ? 'changed() AND level() == CRITICAL' : `"host" == 'web-${i}'`;
    return {
      title: `\`collect\` with ${count} handler${count === 1 ? '' : 's'}`,
      note: 'Half of the matches compare the level, half a tag; pushing into the queue of each that matches is part of it, calling the handlers only in the last two rows.',
      targets: { tocsin: 2.5 },
      rows: () => [
        handWritten(count, (i) =>
          i % 2 === 0
            ? (event) => event.level !== event.previousLevel && event.level === 'CRITICAL'
            : (event) => event.tags.host === `web-${i}`,
        ),
        collecting('tocsin', registryWith(count, match), false),
        collecting('tocsin, handlers called too', registryWith(count, match), true),
        collecting('tocsin, handlers that return a promise', registryWith(count, match, PROMISE), true),
      ],
    };
  });
  const byTag = (i: number): string => `"host" == 'web-${i}' AND level() == CRITICAL`;
  const either = (i: number): string =>
    `("host" == 'web-${i}' OR "host" == 'db-${i}') AND level() == CRITICAL`;
  const byTask = (i: number): string => `taskName() == 'task-${i}' AND level() == CRITICAL`;
  const indexed = Object.entries({
    'a tag equality': byTag,
    'an OR of equalities': either,
    'taskName()': byTask,
  });
  const lacking = events.map((event) => {
    const others = Object.entries(event.tags).filter(([name]) => name !== 'host');
    return { ...event, tags: Object.fromEntries(others) };
  });
  return [
    ...mixed,
    ...indexed.map(
      ([name, match]): Table => ({
        title: `\`collect\` with 10,000 handlers whose matches begin with ${name}`,
        note: 'Against ten such handlers.',
        targets: { '10,000 handlers': 3 },
        rows: () => [
          collecting('10 handlers', registryWith(10, match), true),
          collecting('10,000 handlers', registryWith(10_000, match), true),
        ],
      }),
    ),
    {
      title: '`collect` of an event without the tag that 10,000 matches ask for',
      note: 'An error in every match. Against ten such handlers. In the last row somebody listens to `matchError`, and is called for each handler.',
      targets: { '10,000 handlers': 3 },
      rows: () => {
        const heard = registryWith(10_000, byTag);
        heard.on('matchError', NOTHING as () => void);
        return [
          collecting('10 handlers', registryWith(10, byTag), true, lacking),
          collecting('10,000 handlers', registryWith(10_000, byTag), true, lacking),
          collecting('10,000 handlers, each reported', heard, true, lacking.slice(0, 10)),
        ];
      },
    },
  ];
}

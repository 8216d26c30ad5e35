import { type AlertEvent, compileMatch } from '../../dist/index.js';
import { makeEvents } from '../data.ts';
import type { Row, Table } from '../measure.ts';

const events = makeEvents();
const native = /^web-[0-4]/;

function count(test: (event: AlertEvent) => boolean): () => number {
  return () => {
    let hits = 0;
    for (const event of events) if (test(event)) hits++;
    return hits;
  };
}

function hostile(length: number): Row {
  const match = compileMatch('"host" =~ /^(a+)+$/');
  // Longer than what is remembered, so that each time is the first.
  const event = { ...events[0], tags: { host: `${'a'.repeat(length)}!` } } as AlertEvent;
  return {
    name: `${length.toLocaleString('en')} characters`,
    operations: length,
    run: () => match.matches(event),
  };
}

/** Regular expressions: values that repeat, and patterns and texts made to take long. */
export function regexTables(): readonly Table[] {
  return [
    {
      title: 'A regular expression whose answer is remembered: `"host" =~ /^web-[0-4]/`',
      note: 'A hundred hosts. The first row is a native RegExp, which takes exponential time for some patterns.',
      limits: { tocsin: 40 },
      rows: () => {
        const match = compileMatch('"host" =~ /^web-[0-4]/');
        return [
          {
            name: 'native RegExp',
            operations: events.length,
            run: count(({ tags }) => native.test(tags.host ?? '')),
          },
          {
            name: 'tocsin',
            operations: events.length,
            run: count((event) => match.matches(event)),
          },
        ];
      },
    },
    {
      title: 'A hostile pattern on a hostile text: `/^(a+)+$/` on `aaa…!`',
      note: 'Per character. A native RegExp takes about a second for 28 characters, and twice as long for each one more.',
      targets: { '10,000 characters': 1.5, '100,000 characters': 1.5 },
      rows: () => [hostile(1000), hostile(10_000), hostile(100_000)],
    },
  ];
}

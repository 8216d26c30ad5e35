// Points that are judged together: every minute a window of the last five, and an alert only if all of it is bad.
import assert from 'node:assert/strict';
import { AlertRule, type BatchPoint } from 'tocsin';

const WINDOW = 5 * 60_000;
const EVERY = 60_000;

const load = new AlertRule({
  topic: 'load',
  groupBy: ['host'],
  crit: '"load1" > 4.0',
  all: true, // the level of a batch is that of its best point
  message: '{{ index .Tags "host" }} is {{ .Level }} at {{ .Time.Format "15:04" }}',
  stateChangesOnly: true,
});

/** A load of 6 from 10:02 until 10:10, with one quiet moment at 10:04. */
const start = Date.parse('2026-01-05T10:00:00Z');
const points: BatchPoint[] = Array.from({ length: 60 }, (_, n) => {
  const minute = n / 3;
  const busy = minute >= 2 && minute < 10 && minute !== 4;
  return { fields: { load1: busy ? 6 : 0.5 }, time: new Date(start + n * 20_000) };
});

const messages: string[] = [];
for (let end = start + EVERY; end <= start + 20 * EVERY; end += EVERY) {
  const window = points.filter(({ time }) => time.getTime() > end - WINDOW && time.getTime() <= end);
  const event = load.observeBatch({
    name: 'system',
    tags: { host: 'web-1' },
    points: window,
    time: new Date(end),
  });
  if (event === undefined) continue;
  messages.push(event.message);
  console.log(`${event.message}: ${event.series?.[0]?.values.length} points`);
}

// The five minutes after 10:04 are the first that are bad throughout; the window that ends at 10:10 has the end of it.
assert.deepEqual(messages, ['web-1 is CRITICAL at 10:09', 'web-1 is OK at 10:10']);

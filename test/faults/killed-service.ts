/**
 * A service that is killed again and again: it collects numbered events durably, and says on its standard output up
 * to which number they are on disk. `killed.test.ts` bundles and runs it.
 *
 * Arguments: the database, the receiver's URL, the first number, how many events there are in all, and up to which
 * number this life may go.
 */
import { TopicRegistry } from 'tocsin';
import { post } from 'tocsin/handlers/post';
import { LmdbStore } from 'tocsin/stores/lmdb';

const [path = '', url = '', first = '0', last = '0', mode = ''] = process.argv.slice(2);
/** Events of one id come in pairs: it fires, it recovers. */
const IDS = 40;
const BURST = 5;

const alerts = await TopicRegistry.open({
  store: new LmdbStore({ path }),
  kinds: [post()],
  // As many may wait as there are: what is dropped because a queue is full is not what this is about.
  delivery: { backoff: { first: 1, longest: 5 }, maxTries: 10_000, timeout: '5s', queueLimit: 20_000 },
});
alerts.on('error', (error) => console.error(error));
alerts.on('storeHealth', ({ error }) => console.error(error));
for (const [id, match, delivery] of [
  ['all', undefined, {}],
  ['critical', 'level() == CRITICAL', { recoveries: 'always' }],
  ['told', 'level() == CRITICAL', { recoveries: 'if-told', concurrency: 4 }],
] as const) {
  await alerts.define({
    id,
    topic: 'run',
    kind: 'post',
    ...(match === undefined ? {} : { match }),
    delivery,
    options: { url: `${url}/${id}`, 'idempotency-key': true },
  });
}
console.log('ready');

for (let n = Number(first); n < Number(last); n += BURST) {
  const burst = Array.from({ length: Math.min(BURST, Number(last) - n) }, (_, i) => {
    const number = n + i;
    const firing = Math.floor(number / IDS) % 2 === 0;
    return alerts.collectDurably({
      topic: 'run',
      id: `host-${number % IDS}`,
      level: firing ? 'CRITICAL' : 'OK',
      message: String(number),
    });
  });
  await Promise.all(burst);
  console.log(`durable ${Math.min(n + BURST, Number(last))}`);
}

if (mode === 'drain') {
  await alerts.flush();
  const report = await alerts.close();
  console.log(`drained ${JSON.stringify(report)}`);
} else {
  // Waits to be killed.
  setInterval(() => {}, 1_000);
}

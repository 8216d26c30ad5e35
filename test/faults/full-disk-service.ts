/**
 * A service whose disk is too small: `disk.test.ts` bundles it and runs it with a limit on the size of files. It
 * prints what an operator would see.
 *
 * Arguments: the database.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { StoreError, TopicRegistry } from 'tocsin';
import { LmdbStore } from 'tocsin/stores/lmdb';

// Linux ends a process that writes beyond the limit, unless it says that it wants an error instead.
process.on('SIGXFSZ', () => {});
process.on('unhandledRejection', (reason) => console.log('UNHANDLED', reason));

const alerts = await TopicRegistry.open({ store: new LmdbStore({ path: process.argv[2] ?? '' }) });
let failing = false;
alerts.on('storeHealth', ({ error }) => {
  failing = error !== undefined;
  console.log(error === undefined ? 'store works' : `store fails: ${error.code} ${error.message}`);
});
alerts.on('error', (error) => console.log('error', error));
let delivered = 0;
let refused = 0;
alerts.handle('disk', () => void delivered++, { id: 'counter' });

let durable = 0;
for (let n = 0; n < 400; n++) {
  try {
    await alerts.collectDurably({
      topic: 'disk',
      id: `id-${n}`,
      level: 'CRITICAL',
      details: 'x'.repeat(10_000),
    });
    durable++;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    refused++;
  }
}
await alerts.flush();
console.log(
  JSON.stringify({ durable: durable > 0, refused: refused > 0, all: durable + refused, delivered, failing }),
);

// Room is made: half of what is on the disk is not needed any more.
for (let n = 0; n < 400; n++) alerts.collect({ topic: 'disk', id: `id-${n}`, level: 'OK' });
for (let tries = 0; failing && tries < 100; tries++) await wait(100);
await alerts.collectDurably({ topic: 'disk', id: 'last', level: 'WARNING' });
console.log(JSON.stringify({ failing, delivered }));
await alerts.close();

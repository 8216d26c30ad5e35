// Starts the service, sends it some measurements, and shows what it answers.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createService } from './service.ts';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-'));
const logFile = join(folder, 'alerts.log');
const app = await createService(logFile);
const url = await app.listen({ port: 0 });

async function measure(route: string, p99: number): Promise<number> {
  const body = JSON.stringify({ name: 'http', tags: { route }, fields: { p99 } });
  const { status } = await fetch(`${url}/measurements`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  return status;
}

async function get(path: string): Promise<unknown> {
  const answer = await (await fetch(url + path)).json();
  console.log(`GET ${path} → ${JSON.stringify(answer)}`);
  return answer;
}

for (const p99 of [120, 480, 510]) assert.equal(await measure('/search', p99), 202);
await measure('/checkout', 1800);
await measure('/', 20);

assert.deepEqual(await get('/alerts?level=CRITICAL'), [
  { id: '/checkout', level: 'CRITICAL', message: '/checkout is CRITICAL: p99 is 1800 ms' },
]);
assert.deepEqual(await get('/health'), { level: 'CRITICAL', deadLetters: 0 });
await measure('/checkout', 90);
assert.deepEqual(await get('/health'), { level: 'WARNING', deadLetters: 0 });

await app.close();
const lines = readFileSync(logFile, 'utf8').trim().split('\n');
for (const line of lines) console.log(`in the log: ${(JSON.parse(line) as { message: string }).message}`);
assert.equal(lines.length, 3);
rmSync(folder, { recursive: true });

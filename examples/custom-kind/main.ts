// Runs the kind against a small Matrix server of our own, and then through the suite that all kinds must pass.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TopicRegistry } from 'tocsin';
import { handlerKindSuite } from 'tocsin/testing';
import { matrix } from './matrix.ts';

/** By transaction, as a Matrix server keeps them. */
const messages = new Map<string, string>();
let busy = 1;
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  response.setHeader('content-type', 'application/json');
  if (busy-- > 0) {
    response.writeHead(429).end('{"error":"slow down","retry_after_ms":20}');
    return;
  }
  const { body } = JSON.parse(Buffer.concat(chunks).toString()) as { body: string };
  messages.set(request.url ?? '', body);
  response.end('{"event_id":"$1"}');
}).listen(0);
await once(server, 'listening');
const url = `http://localhost:${(server.address() as AddressInfo).port}`;

const alerts = new TopicRegistry({ kinds: [matrix({ url, token: 'syt_secret' })] });
alerts.on('retry', ({ error, delay }) => console.log(`${error.reason}; again in ${delay} ms`));
await alerts.define({ topic: 'disk', id: 'ops-room', kind: 'matrix', options: { room: '!ops:example.org' } });
alerts.collect({ topic: 'disk', id: '/var', level: 'CRITICAL', message: '/var is full' });
await alerts.close();
console.log([...messages.values()]);
assert.deepEqual([...messages.values()], ['/var is full']);

const wrong = new TopicRegistry({ kinds: [matrix({ url, token: 'syt_secret' })] });
await assert.rejects(
  wrong.define({ topic: 'disk', id: 'x', kind: 'matrix', options: { rom: '!ops:example.org' } }),
  (error) => {
    console.log(String(error));
    return /Did you mean 'room'/.test(String(error));
  },
);

const suite = handlerKindSuite({
  kind: () => matrix({ url, token: 'syt_secret' }),
  options: () => ({ room: '!ops:example.org' }),
  arrived: (event) => assert.ok([...messages.values()].includes(event.message)),
});
for (const { name, run } of suite) {
  await run();
  console.log(`✓ ${name}`);
}
server.close();

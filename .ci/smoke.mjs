import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AlertRule, DeliveryError, TopicRegistry } from 'tocsin';
import { log } from 'tocsin/handlers';
import { slack } from 'tocsin/handlers/slack';
import { at, testTopics } from 'tocsin/testing';

// Both formats share one copy of everything. In a bundle there is but one format.
if (process.argv[2] !== 'bundled') {
  assert.equal(createRequire(import.meta.url)('tocsin').TopicRegistry, TopicRegistry);
}

const path = join(tmpdir(), `tocsin-smoke-${process.pid}.log`);
const alerts = new TopicRegistry({ kinds: [log(), slack({ url: 'http://127.0.0.1:9/none' })] });
await alerts.define({ id: 'file', topic: 'cpu', kind: 'log', options: { path } });
const told = [];
alerts.handle('cpu', (event) => told.push(event.level), { id: 'code', match: 'changed()' });

const cpu = new AlertRule({
  topic: 'cpu',
  crit: '"idle" < 10',
  message: '{{ index .Tags "host" }} is {{ .Level }}',
});
cpu.publishTo(alerts);
cpu.observe({ name: 'cpu', tags: { host: 'web-1' }, fields: { idle: 4.2 }, time: new Date() });
cpu.observe({ name: 'cpu', tags: { host: 'web-1' }, fields: { idle: 42 }, time: new Date() });
await alerts.close();

assert.deepEqual(told, ['CRITICAL', 'OK']);
const lines = readFileSync(path, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line).message);
assert.deepEqual(lines, ['web-1 is CRITICAL', 'web-1 is OK']);
assert.equal(new DeliveryError('x').code, 'DELIVERY');
const test = await testTopics({
  rules: [{ topic: 'cpu', crit: '"idle" < 10', message: '{{ .Name }} is {{ .Level }}' }],
  specs: [{ topic: 'cpu', id: 'ops', kind: 'slack' }],
});
await test.feed(at('0s', { fields: { idle: 4 } }));
test.expectDeliveries({ slack: ['cpu is CRITICAL'] });
const how = process.argv[2] === 'bundled' ? 'a bundle by import' : 'import';
console.log(`${how} works on ${process.version}`);

const assert = require('node:assert/strict');
const { AlertRule, DeliveryError, PermanentDeliveryError, TopicRegistry } = require('tocsin');
const { post } = require('tocsin/handlers');
const testing = require('tocsin/testing');

async function main() {
  const alerts = new TopicRegistry({ kinds: [post()] });
  const told = [];
  alerts.handle('cpu', (event) => told.push(event.message), { id: 'code' });
  const cpu = new AlertRule({ topic: 'cpu', crit: '"idle" < 10', message: '{{ .Name }} is {{ .Level }}' });
  cpu.publishTo(alerts);
  cpu.observe({ name: 'cpu', fields: { idle: 4.2 }, time: new Date() });
  await alerts
    .define({ id: 'away', topic: 'cpu', kind: 'post', options: { ulr: 'http://127.0.0.1:9' } })
    .then(
      () => assert.fail('an unknown option was accepted'),
      (error) => assert.match(error.message, /'ulr'.*Did you mean 'url'/s),
    );
  await alerts.close();
  assert.deepEqual(told, ['cpu is CRITICAL']);
  assert.ok(new PermanentDeliveryError('x') instanceof DeliveryError);
  const test = await testing.testTopics({
    rules: [{ topic: 'cpu', crit: '"idle" < 10', message: '{{ .Name }} is {{ .Level }}' }],
    specs: [{ topic: 'cpu', id: 'ops', kind: 'slack' }],
  });
  await test.feed(testing.at('0s', { fields: { idle: 4 } }));
  test.expectDeliveries({ slack: ['cpu is CRITICAL'] });
  const how = process.argv[2] === 'bundled' ? 'a bundle by require' : 'require';
  console.log(`${how} works on ${process.version}`);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});

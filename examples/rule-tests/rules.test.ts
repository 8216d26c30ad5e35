import { at, every, failingHandler, loadRuleTests, testRule, testTopics } from 'tocsin/testing';
import { describe, it } from 'vitest';
import { cpu, heartbeat } from './rules.ts';

const directory = import.meta.dirname;
const tags = { host: 'web-1', env: 'prod' };
const idle = (value: number) => ({ fields: { idle: value } });

describe('cpu', () => {
  it('fires, stays critical until there is room to breathe, and recovers', () => {
    testRule(cpu, { tags })
      .feed(at('0s', idle(50)), every('1m', [5, 15, 25, 60].map(idle)))
      .expectTrace(['OK', 'CRITICAL', 'CRITICAL', 'WARNING', 'OK'])
      .expectEvents([
        { at: '1m', level: 'CRITICAL', message: 'web-1 is CRITICAL: 5 % idle' },
        { at: '3m', level: 'WARNING', reason: 'lowered' },
        { at: '4m', level: 'OK', duration: '3m' },
      ]);
  });

  it('does not page for machines that are not in production', async () => {
    const alerts = await testTopics({
      rules: [cpu],
      files: `${directory}/handlers`,
      tags: { ...tags, env: 'test' },
    });
    await alerts.feed(at('0s', idle(5)), at('1m', idle(60)));
    alerts.expectDeliveries({ 'ops-channel': [{ level: 'CRITICAL' }, { level: 'OK' }] });
  });
});

describe('heartbeat', () => {
  it('pages late rather than never when the pager service is down', async () => {
    const alerts = await testTopics({
      rules: [heartbeat],
      files: `${directory}/handlers`,
      handlers: { gone: failingHandler({ times: 5 }) },
      tags,
    });
    await alerts.feed(every('1m', (missed) => ({ fields: { missed } }), 4));
    alerts.expectDeliveries({});
    await alerts.advance('10m');
    alerts.expectDeliveries({ gone: ['web-1 is gone'] });
  });
});

describe('files', async () => {
  for (const { name, run } of await loadRuleTests(directory, { rules: { cpu } })) it(name, run);
});

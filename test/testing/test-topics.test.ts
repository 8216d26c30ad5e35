import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  ExpectationError,
  HandlerSpecError,
  PermanentDeliveryError,
  RuleTestError,
} from '../../src/errors.ts';
import { defineHandlerKind } from '../../src/handler/handler-kind.ts';
import { optionsSchema, text } from '../../src/handler/options.ts';
import { AlertRule } from '../../src/rule/index.ts';
import {
  at,
  eventAt,
  every,
  FakeClock,
  failingHandler,
  hangingHandler,
  slowHandler,
  type TestPoint,
  testTopics,
} from '../../src/testing/index.ts';
import { scratchFolder } from './scratch-folder.ts';

const cpu = {
  topic: 'cpu',
  groupBy: ['host'],
  warn: '"idle" < 30',
  crit: '"idle" < 10',
  message: '{{ index .Tags "host" }} is {{ .Level }}',
  stateChangesOnly: true,
};
const tags = { host: 'web-1' };
const idle = (value: number): TestPoint => ({ fields: { idle: value } });
const slack = { topic: 'cpu', id: 'ops', kind: 'slack' };
const pager = { topic: 'cpu', id: 'pager', kind: 'pagerduty2', match: 'level() == CRITICAL' };
const fired = eventAt('0s', { topic: 'cpu', id: 'web-1', level: 'CRITICAL', message: 'fired' });
const recovered = eventAt('1m', { topic: 'cpu', id: 'web-1', level: 'OK', message: 'recovered' });

const folder = scratchFolder();
const elsewhere = scratchFolder();

function failure(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof ExpectationError) return error.message;
    throw error;
  }
  throw new Error('expected an ExpectationError');
}

describe('testTopics', () => {
  it('puts rules and handlers under test together', async () => {
    const alerts = await testTopics({ rules: [cpu], specs: [slack, pager], tags });
    await alerts.feed(at('0s', idle(50)), every('10s', [8, 7, 60].map(idle)));
    alerts
      .expectDeliveries({
        slack: ['web-1 is CRITICAL', { at: '30s', level: 'OK', message: /is OK$/ }],
        pager: ['web-1 is CRITICAL'],
      })
      .expectEvents(['CRITICAL', 'OK'])
      .expectTrace(['ok', 'fired', 'unchanged', 'recovered']);
    expect(alerts.events).toHaveLength(2);
    expect(alerts.problems).toEqual([]);
    await alerts.close();
  });

  it('reads handler files and directories, without their secrets', async () => {
    folder.write(
      'slack.yaml',
      'topic: cpu\nid: ops\nkind: slack\noptions:\n  channel: ${env:NO_SUCH_VARIABLE}\n',
    );
    const single = elsewhere.write(
      'post.json',
      JSON.stringify({ topic: 'cpu', id: 'hook', kind: 'post', options: { url: '${env:NO}' } }),
    );
    const alerts = await testTopics({
      files: [folder.path, single],
      specs: [{ ...slack, id: 'x', options: { channel: '${file:/none}' } }],
    });
    await alerts.feed(fired);
    alerts.expectDeliveries({ ops: ['fired'], hook: ['fired'], 'cpu/x': ['fired'] });
  });

  it('tells all that is wrong with all files, with places', async () => {
    const first = folder.write('a.yaml', 'topic: cpu\nid: a\nkind: slak\n');
    const second = folder.write('b.yaml', 'topic: cpu\nid: b\nkind: slack\noptions:\n  chanel: x\n');
    const error = await testTopics({ files: folder.path }).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(HandlerSpecError);
    expect(String(error)).toContain(`${first}:3:7: there is no handler kind 'slak'`);
    expect(String(error)).toContain(`${second}:5:3: `);
    await expect(testTopics({ files: join(folder.path, 'none.yaml') })).rejects.toThrow('none.yaml');
    await expect(testTopics({ files: join(folder.path, 'none') })).rejects.toThrow(
      'the directory cannot be read: ENOENT',
    );
  });

  it('lets publish and aggregate do their work', async () => {
    const alerts = await testTopics({
      specs: [
        { topic: 'cpu', id: 'up', kind: 'publish', options: { topics: ['ops'] } },
        { topic: 'cpu', id: 'sum', kind: 'aggregate', options: { interval: '5m', topic: 'digest' } },
        { ...slack, topic: 'ops' },
        { topic: 'digest', id: 'mail', kind: 'smtp' },
      ],
    });
    await alerts.feed(fired, recovered);
    alerts.expectDeliveries({ ops: ['fired', 'recovered'] });
    await alerts.advance('5m');
    expect(alerts.deliveries.filter(({ handler }) => handler === 'mail')).toHaveLength(1);
  });

  it('runs through a day in no time', async () => {
    const alerts = await testTopics({ rules: [cpu], specs: [slack], tags });
    await alerts.feed(every('10s', (n) => idle(n % 4320 === 0 ? 5 : 90), 8640));
    alerts.expectDeliveries({
      slack: ['web-1 is CRITICAL', 'web-1 is OK', 'web-1 is CRITICAL', 'web-1 is OK'],
    });
  });

  it('gives points to the rules of their measurement', async () => {
    const disk = { topic: 'disk', crit: '"free" < 5' };
    const alerts = await testTopics({
      rules: { cpu: [cpu, { ...cpu, topic: 'cpu2' }], disk },
      specs: [slack],
    });
    await alerts.feed(
      at('0s', { name: 'cpu', ...idle(5), tags }),
      at('1s', { name: 'disk', fields: { free: 1 } }),
    );
    expect(alerts.trace.rows.map(({ topic }) => topic)).toEqual(['cpu', 'cpu2', 'disk']);
    expect(String(alerts.trace)).toContain('topic');
    await expect(alerts.feed(at('2s', { name: 'dsk', fields: {} }))).rejects.toThrow(
      "there is no rule for points of 'dsk'. Did you mean 'disk'?",
    );
    await expect(alerts.feed(at('2s', idle(1)))).rejects.toThrow(RuleTestError);
  });

  it('checks the options of kinds of your own, and stands in for them', async () => {
    const sms = defineHandlerKind({
      kind: 'sms',
      options: optionsSchema({ to: text }),
      create: () => {
        throw new Error('not in a test');
      },
    });
    const spec = { topic: 'cpu', id: 'me', kind: 'sms', options: { to: '+1' } };
    const alerts = await testTopics({ kinds: [sms], specs: [spec] });
    await alerts.feed(fired);
    alerts.expectDeliveries({ sms: ['fired'] });
    await expect(testTopics({ kinds: [sms], specs: [{ ...spec, options: { too: 1 } }] })).rejects.toThrow(
      "'to'",
    );
  });

  it("records handlers in code, a rule's own among them", async () => {
    const rule = new AlertRule({ ...cpu, taskName: 'watch', handlers: [() => {}] });
    const alerts = await testTopics({ rules: [rule], tags });
    alerts.registry.handle('cpu', () => {}, { id: 'mine' });
    await alerts.feed(at('0s', idle(5)));
    alerts.expectDeliveries({
      mine: ['web-1 is CRITICAL'],
      'main:watch:alert2/handler-1': [{ level: 'CRITICAL' }],
    });
    await alerts.close();
    await using again = await testTopics({ rules: [rule], tags });
    await again.feed(at('0s', idle(50)));
    again.expectTrace(['ok']);
  });

  it('waits for a run of deliveries that take turns of the event loop', async () => {
    const slow = { handle: () => new Promise<void>((resolve) => setImmediate(resolve)) };
    const alerts = await testTopics({ specs: [slack], handlers: { slack: slow } });
    for (let n = 0; n < 50; n++) alerts.registry.collect({ topic: 'cpu', id: `web-${n}`, level: 'CRITICAL' });
    await alerts.feed(fired);
    expect(alerts.deliveries).toHaveLength(51);
  });

  it("shows a handler's own message", async () => {
    const alerts = await testTopics({ specs: [{ ...slack, message: 'ALERT {{ .Message }}' }] });
    await alerts.feed(fired);
    alerts.expectDeliveries({ slack: ['ALERT fired'] });
  });

  it('tells what went wrong on the way', async () => {
    const alerts = await testTopics({ specs: [{ ...slack, match: '"rack" == \'a\'' }] });
    await alerts.feed(fired);
    expect(alerts.problems).toEqual([expect.stringContaining('cpu/ops: its match could not be decided: ')]);
    expect(failure(() => alerts.expectDeliveries({ slack: ['fired'] }))).toContain('! cpu/ops: its match');
  });
});

describe('expectDeliveries', () => {
  const deliver = async () => (await testTopics({ specs: [slack, pager] })).feed(fired, recovered);

  it('shows all deliveries, with the first difference marked', async () => {
    const alerts = await deliver();
    expect(
      failure(() => alerts.expectDeliveries({ slack: ['fired', 'mended'], pagerduty2: ['fired'] })),
    ).toBe(
      [
        'slack: event 2 differs: message is "recovered", expected "mended"',
        '',
        '  at  handler    kind        level     message',
        '  0s  cpu/ops    slack       CRITICAL  fired',
        '  0s  cpu/pager  pagerduty2  CRITICAL  fired',
        '✗ 1m  cpu/ops    slack       OK        recovered',
        '→     slack                            mended',
      ].join('\n'),
    );
  });

  it.each([
    [
      { slack: ['fired', 'recovered', 'x'], pager: ['fired'] },
      'slack: event 3 is missing: expected 3 events, got 2',
    ],
    [{ slack: ['fired'], pager: ['fired'] }, 'slack: expected 1 event, got 2'],
    [{ slack: ['fired', 'recovered'] }, 'nothing was expected of pager, got 1 event'],
    [{}, 'nothing was expected of ops, pager, got 3 events'],
    [{ slack: [{ level: 'OK' }], pager: ['fired'] }, 'level is CRITICAL, expected OK'],
    [{ slack: [/^f/, /^x/], pager: ['fired'] }, 'expected /^x/'],
    [{ slack: [{ at: '1s' }] }, 'at is 0s, expected 1s'],
  ] as const)('compares %o', async (expected, difference) => {
    const alerts = await deliver();
    expect(failure(() => alerts.expectDeliveries(expected as never))).toContain(difference);
  });

  it('refuses handlers that do not exist, and what nothing could meet', async () => {
    const alerts = await deliver();
    expect(() => alerts.expectDeliveries({ slak: [] })).toThrow(
      "there is no handler 'slak'. Did you mean 'slack'?",
    );
    expect(() => alerts.expectDeliveries({ slack: [{ lvl: 'OK' } as never] })).toThrow(RuleTestError);
    await expect(testTopics({ specs: [slack], handlers: { pager: failingHandler() } })).rejects.toThrow(
      RuleTestError,
    );
  });

  it('says when there were none', async () => {
    const alerts = await testTopics({ specs: [slack] });
    expect(String(alerts)).toBe('  (no deliveries)');
    alerts.expectDeliveries({ slack: [] }).expectDeliveries({});
  });
});

describe('handlers that misbehave', () => {
  it('failingHandler fails as often as told', async () => {
    const alerts = await testTopics({ specs: [slack], handlers: { ops: failingHandler({ times: 3 }) } });
    await alerts.feed(fired);
    alerts.expectDeliveries({});
    await alerts.advance('7s');
    alerts.expectDeliveries({ slack: [{ at: '7s' }] });
    expect(alerts.deliveries[0]?.attempt).toBe(4);
  });

  it('failingHandler throws what it is told to', async () => {
    const error = new PermanentDeliveryError('no such channel');
    const alerts = await testTopics({ specs: [slack], handlers: { 'cpu/ops': failingHandler({ error }) } });
    await alerts.feed(fired);
    expect(alerts.registry.deadLetters.size).toBe(1);
    expect(alerts.problems).toEqual(['cpu/ops: gave up: no such channel']);
  });

  it('slowHandler takes its time', async () => {
    const clock = new FakeClock();
    const alerts = await testTopics({
      clock,
      specs: [slack],
      handlers: { slack: slowHandler('10s', clock) },
    });
    await alerts.feed(fired, eventAt('1s', { topic: 'cpu', id: 'web-2', level: 'CRITICAL' }));
    await alerts.advance('1m');
    alerts.expectDeliveries({ slack: [{ at: '10s' }, { at: '20s' }] });
  });

  it('slowHandler stops when its time is up', async () => {
    const clock = new FakeClock();
    const alerts = await testTopics({
      clock,
      specs: [{ ...slack, delivery: { timeout: '5s', maxTries: 1 } }],
      handlers: { slack: slowHandler('10s', clock) },
    });
    await alerts.feed(fired);
    await alerts.advance('6s');
    alerts.expectDeliveries({});
    expect(alerts.problems).toHaveLength(1);
    await slowHandler(0).handle({} as never, {
      signal: AbortSignal.timeout(5000),
      deliveryId: '',
      attempt: 1,
    });
  });

  it('hangingHandler hangs, and nobody else', async () => {
    const alerts = await testTopics({
      specs: [{ ...slack, delivery: { timeout: '5s', maxTries: 2 } }, pager],
      handlers: { slack: hangingHandler() },
    });
    await alerts.feed(fired);
    alerts.expectDeliveries({ pager: ['fired'] });
    await alerts.advance('1h');
    expect(alerts.problems).toHaveLength(1);
    await alerts.close();
  });
});

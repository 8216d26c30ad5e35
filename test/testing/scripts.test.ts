import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RuleTestError, TickscriptError } from '../../src/errors.ts';
import {
  at,
  batchAt,
  every,
  failingHandler,
  gap,
  type RuleTestsOptions,
  runRuleTests,
  testTopics,
} from '../../src/testing/index.ts';
import { scratchFolder } from './scratch-folder.ts';

const CPU = `var crit float
stream
  |from().measurement('cpu').groupBy('host')
  |eval(lambda: 100.0 - "idle").as('busy')
  |alert()
    .crit(lambda: "busy" > crit)
    .message('{{ index .Tags "host" }} is {{ .Level }}')
    .stateChangesOnly()
    .slack().channel('#ops')
    .topic('cpu')
`;
const DEADMAN = `stream|from().measurement('cpu').groupBy('host')|deadman(0.0, 1m).log('/tmp/dead.log')`;

const folder = scratchFolder();

/** What a file of this content is refused with, each as line, column and reason. */
async function issues(content: string, options?: RuleTestsOptions): Promise<string[]> {
  const error = await runRuleTests(folder.write('x.test.yaml', content), options).catch(
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(RuleTestError);
  return (error as RuleTestError).issues.map(
    ({ position, reason }) =>
      `${position?.file?.slice(folder.path.length + 1)}:${position?.line}:${position?.column} ${reason}`,
  );
}

const TESTS = `tests:
  - points:
      - { at: 0s, tags: { host: a }, fields: { idle: 50.0 } }
      - { every: 10s, tags: { host: a }, fields: { idle: [4.0, 3.0, 60.0] } }
    events:
      - { at: 10s, level: CRITICAL, topic: cpu, task-name: TASK, message: a is CRITICAL }
      - { level: OK, duration: 20s }
    trace: [ok, fired, unchanged, recovered]
    deliveries:
      slack: [a is CRITICAL, a is OK]
  - points: [{ at: 0s, tags: { host: a }, fields: { idle: 50.0 } }]
    trace: [OK]
    deliveries: {}
`;
const indented = (script: string): string => script.replace(/^(?=.)/gm, '  ');

describe('a script under test', () => {
  it('is fed points, and its handlers get its events', async () => {
    const alerts = await testTopics({
      scripts: [{ text: CPU, name: 'cpu_alert', vars: { crit: 90 } }],
      specs: [{ topic: 'cpu', id: 'pager', kind: 'pagerduty2' }],
      tags: { host: 'web-1' },
    });
    await alerts.feed(every('1m', [{ fields: { idle: 5 } }, { fields: { idle: 50 } }]));
    alerts
      .expectTrace(['CRITICAL', 'OK'])
      .expectEvents([{ id: 'cpu:host=web-1', taskName: 'cpu_alert', group: 'host=web-1' }, { at: '1m' }])
      .expectDeliveries({
        slack: ['web-1 is CRITICAL', 'web-1 is OK'],
        pager: ['web-1 is CRITICAL', 'web-1 is OK'],
      });
    expect(alerts.trace.rows[0]).toMatchObject({ topic: 'cpu', fields: { busy: 95 } });
    await alerts.close();
    expect(alerts.clock.timers).toBe(0);
  });

  it('goes by the clock of the test', async () => {
    const alerts = await testTopics({ scripts: [{ text: DEADMAN, name: 'alive' }], tags: { host: 'a' } });
    const point = { fields: { idle: 5 } };
    await alerts.feed(at('10s', point), at('50s', point), gap('3m'), at('3m55s', point));
    await alerts.advance('2m');
    alerts.expectEvents([
      { at: '2m', level: 'CRITICAL', topic: 'main:alive:alert5' },
      { at: '3m', reason: 'repeated' },
      { at: '4m', level: 'OK' },
      { at: '5m', level: 'CRITICAL' },
    ]);
    alerts.expectDeliveries({ log: [{ at: '2m' }, { at: '3m' }, { at: '4m' }, { at: '5m' }] });
    await alerts.close();
    expect(alerts.clock.timers).toBe(0);
  });

  it('shows what its nodes could not do, and what failed in its conditions', async () => {
    const text = `${CPU}stream|from().measurement('disk')|alert().crit(lambda: "fre" < 1).topic('disk')`;
    const alerts = await testTopics({ scripts: [{ text, name: 'x', vars: { crit: 90 } }] });
    await alerts.feed(every('1s', () => ({ name: 'cpu', fields: { user: 1 } }), 3));
    await alerts.feed(at('5s', { name: 'disk', fields: { free: 1 } }));
    expect(alerts.problems).toEqual([expect.stringContaining('x/eval2: ')]);
    expect(() => alerts.expectEvents(['CRITICAL'])).toThrow('! x/eval2: ');
    expect(() => alerts.expectEvents(['CRITICAL'])).toThrow('! level CRITICAL: ');
    expect(() => alerts.expectDeliveries({ slack: ['x'] })).toThrow('! x/eval2: ');
    expect(alerts.trace.rows).toMatchObject([{ topic: 'disk', failures: [{ kind: 'level' }] }]);
  });

  it('says when points are not those that it selects', async () => {
    const alerts = await testTopics({ scripts: [{ text: CPU, vars: { crit: 90 } }] });
    await alerts.feed(at('0s', { name: 'cup', fields: { idle: 1 } }));
    expect(() => alerts.expectEvents(['CRITICAL'])).toThrow(
      '! points of cup came, and the script selects cpu',
    );
    await alerts.feed(at('1s', { fields: { idle: 1 } }));
    expect(alerts.problems).toEqual([]);
  });

  it('costs nothing where there is none', () => {
    const source = join(import.meta.dirname, '../../src/testing');
    const imports = readdirSync(source).flatMap((file) =>
      [
        ...readFileSync(join(source, file), 'utf8').matchAll(/^(import|export) (?!type\b).*kapacitor.*$/gm),
      ].map(String),
    );
    expect(imports).toEqual([]);
  });

  it('takes no batches, unless there are rules for them', async () => {
    const scripts = [{ text: CPU, vars: { crit: 90 } }];
    const batch = batchAt('1s', { points: [{ fields: { idle: 1 } }] });
    await expect((await testTopics({ scripts })).feed(batch)).rejects.toThrow(RuleTestError);
    const alerts = await testTopics({ scripts, rules: [{ topic: 'cpu', crit: '"idle" < 10' }] });
    await alerts.feed(batch);
    alerts.expectEvents(['CRITICAL']);
  });

  it('that is wrong is refused', async () => {
    await expect(testTopics({ scripts: [{ text: CPU }] })).rejects.toThrow(TickscriptError);
  });
});

describe('a file of tests', () => {
  it('may hold a script, and starts it anew for every test', async () => {
    const file = `script: |\n${indented(CPU)}vars: { crit: 90 }\ntask: busy\n${TESTS.replace('TASK', 'busy')}`;
    expect((await runRuleTests(folder.write('a.test.yaml', file))).passed).toHaveLength(2);
    const failing = runRuleTests(join(folder.path, 'a.test.yaml'), { handlers: { slack: failingHandler() } });
    await expect(failing).rejects.toThrow('slack: event 1 is missing');
  });

  it('may name the file of a script', async () => {
    folder.write('cpu_alert.tick', CPU);
    const file = `script-file: ./cpu_alert.tick\nvars: { crit: { type: float, value: 90.0 } }\n${TESTS.replace('TASK', 'cpu_alert')}`;
    expect((await runRuleTests(folder.write('a.test.yaml', file))).passed).toHaveLength(2);
  });

  it('says where its script is wrong', async () => {
    const none = 'tests: [{ points: [], events: [] }]\n';
    expect(await issues(`script: |\n  stream\n    |from()\n    |alrt()\n${none}`)).toEqual([
      expect.stringMatching(/^x\.test\.yaml:4:6 .*alrt/),
    ]);
    expect(await issues(`script: |\n  stream|from()|alert().crit(lambda: "a" = 1)\n${none}`)).toEqual([
      expect.stringMatching(/^x\.test\.yaml:2:42 /),
    ]);
    folder.write('y.tick', 'stream\n  |from()\n  |alrt()');
    expect(await issues(`script-file: y.tick\n${none}`)).toEqual([
      expect.stringMatching(/^y\.tick:3:4 .*alrt/),
    ]);
    expect(await issues(`script-file: z.tick\n${none}`)).toEqual([
      expect.stringMatching(/^x\.test\.yaml:1:14 the script cannot be read: /),
    ]);
    expect(await issues(`script: "stream|from()|alert()"\nvars:\n  crti: 1\n${none}`)).toEqual([
      'x.test.yaml:3:3 The script has no var crti',
    ]);
  });

  it('says where the script asks for a handler that cannot be', async () => {
    const script =
      "stream\n  |from()\n  |alert().crit(lambda: TRUE)\n    .tcp('nowhere')\n    .log('relative')\n";
    const tests = 'tests: [{ points: [], events: [] }]\n';
    expect(await issues(`script: |\n${indented(script)}${tests}`)).toEqual([
      expect.stringMatching(/^x\.test\.yaml:5:/),
      expect.stringMatching(/^x\.test\.yaml:6:/),
    ]);
    folder.write('y.tick', script);
    expect(await issues(`script-file: y.tick\n${tests}`)).toEqual([
      expect.stringMatching(/^y\.tick:4:/),
      expect.stringMatching(/^y\.tick:5:/),
    ]);
  });

  it('has one thing under test, and values for a script only', async () => {
    const tests = 'tests: [{ points: [], events: [] }]\n';
    folder.write('y.tick', 'stream|from()');
    expect(await issues(`rule: {}\nscript: stream|from()\nscript-file: y.tick\n${tests}`)).toEqual([
      "x.test.yaml:2:9 there is 'rule' as well",
      "x.test.yaml:3:14 there is 'rule' as well",
    ]);
    expect(await issues(`rule: {}\nvars: {}\ntask: x\n${tests}`)).toEqual([
      "x.test.yaml:2:7 'vars' is for a script, and there is none",
      "x.test.yaml:3:7 'task' is for a script, and there is none",
    ]);
  });

  it('takes its script to the letter when it is told to', async () => {
    const file = `script: 'stream|from()|alert().crit(lambda: 1 + 1.0 > 1.0)'\ntests: [{ points: [], events: [] }]\n`;
    await runRuleTests(folder.write('a.test.yaml', file));
    expect(await issues(file, { strict: true })).toEqual([expect.stringContaining('x.test.yaml:1:')]);
  });
});

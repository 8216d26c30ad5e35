import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ExpectationError, HandlerSpecError, RuleTestError } from '../../src/errors.ts';
import { AlertRule } from '../../src/rule/index.ts';
import {
  failingHandler,
  loadRuleTests,
  type RuleTestsOptions,
  runRuleTests,
} from '../../src/testing/index.ts';
import { scratchFolder } from './scratch-folder.ts';

const folder = scratchFolder();

const CPU = `
rule:
  topic: cpu
  group-by: [host]
  crit: '"idle" < 10'
  message: '{{ index .Tags "host" }} is {{ .Level }}'
  state-changes-only: true
tags: { host: web-1 }
`;

/** What running a file of this content rejects with. */
async function failure(content: string, options?: RuleTestsOptions): Promise<Error> {
  const path = folder.write('cpu.test.yaml', content);
  const error = await runRuleTests(path, options).catch((error: unknown) => error);
  if (!(error instanceof Error)) throw new Error('expected it to fail');
  return error;
}

describe('runRuleTests', () => {
  it('runs all files of a directory', async () => {
    folder.write(
      'cpu.test.yaml',
      `${CPU}
handlers: handlers
tests:
  - name: a machine gets busy
    points:
      - { at: 0s, fields: { idle: 50 } }
      - { every: 10s, fields: { idle: [8, 7, 60] } }
      - gap: 1h
      - { every: 1m, times: 2, fields: { idle: 50, user: 3 } }
    events:
      - { at: 10s, level: CRITICAL, previous-level: OK }
      - OK
    trace: [ok, fired, unchanged, recovered, ok, ok]
    deliveries:
      slack: [web-1 is CRITICAL, { at: 30s, level: OK }]
  - points: [{ at: 0s, fields: { idle: 50 } }]
    events: []
    deliveries: {}
`,
    );
    folder.write('handlers/slack.yaml', 'topic: cpu\nid: ops\nkind: slack\n');
    folder.write(
      'below/disk.test.yml',
      'rule: { crit: \'"free" < 5\' }\ntests:\n  - points: [{ at: 1s, fields: { free: !int 3 } }]\n    events: [CRITICAL]\n',
    );
    const report = await runRuleTests(folder.path);
    expect(report.passed).toEqual([
      'below/disk.test.yml: test 0',
      'cpu.test.yaml: a machine gets busy',
      'cpu.test.yaml: test 1',
    ]);
    expect(report.files).toEqual([
      join(folder.path, 'below/disk.test.yml'),
      join(folder.path, 'cpu.test.yaml'),
    ]);
  });

  it('tests handlers by events, batches and points of several measurements', async () => {
    const path = folder.write(
      'all.test.yaml',
      `
rules:
  cpu: { topic: cpu, crit: '"idle" < 10', all: true }
  disk: [{ topic: disk, crit: '"free" < 5' }, { topic: disk2, warn: '"free" < 5' }]
handlers: [ops.yaml]
tests:
  - points:
      - at: 1m
        name: cpu
        batch: [{ ago: 30s, fields: { idle: 4 } }, { fields: { idle: 5 }, tags: { core: '1' } }]
      - { at: 2m, name: disk, fields: { free: 1 } }
      - { at: 3m, event: { topic: cpu, id: x, level: WARNING, message: by hand } }
    after: 10m
    events: [{ topic: cpu, at: 1m }, { topic: disk }, { topic: disk2, level: WARNING }]
    deliveries: { ops: [{ level: CRITICAL }, by hand] }
`,
    );
    folder.write('ops.yaml', 'topic: cpu\nid: ops\nkind: slack\n');
    await runRuleTests(path);
    await expect(runRuleTests(path, { handlers: { ops: failingHandler() } })).rejects.toThrow(
      'event 1 is missing',
    );
  });

  it('takes rules in code by name', async () => {
    const path = folder.write(
      'cpu.test.yaml',
      'rule: cpu\ntests:\n  - points: [{ at: 0s, fields: { idle: 1 } }]\n    events: [CRITICAL]\n',
    );
    const rules = { cpu: new AlertRule({ topic: 'cpu', crit: '"idle" < 10' }) };
    await runRuleTests(path, { rules });
    await runRuleTests(path, { rules });
    const other = await failure('tests:\n  - { points: [{ at: 0s, fields: { idle: 1 } }], events: [] }\n', {
      rules,
    });
    expect(other.message).toContain("there is no rule for points of 'test'");
    const error = await failure('rule: cup\ntests:\n  - points: []\n    events: []\n', { rules });
    expect(error.message).toContain("cpu.test.yaml:1:7: there is no rule 'cup'. Did you mean 'cpu'?");
  });

  it.each([
    ['events: [{ at: 20s, level: CRITICAL }]', '12:14', 'test 0: event 1 differs: at is 10s, expected 20s'],
    ['events: [CRITICAL, OK]', '12:24', 'event 2 is missing'],
    ['events: []', '12:5', 'expected no events, got 1'],
    ['trace: [ok, ok]', '12:17', 'row 2 differs: reason is fired'],
    ['deliveries: { slack: [web-1 is OK] }', '12:27', 'slack: event 1 differs'],
    ['deliveries: { slack: [] }', '12:19', 'slack: expected no events, got 1'],
    ['deliveries: {}', '12:5', 'nothing was expected of ops'],
    ['deliveries: { slak: [] }', '10:5', "there is no handler 'slak'"],
  ])('says of %s where it is not met', async (expectation, place, reason) => {
    folder.write('ops.yaml', 'topic: cpu\nid: ops\nkind: slack\n');
    const error = await failure(
      `${CPU.trimStart()}handlers: ops.yaml
tests:
  - points:
      - { every: 10s, fields: { idle: [50, 8] } }
    ${expectation}
`,
    );
    expect(error.message).toContain(`${join(folder.path, 'cpu.test.yaml')}:${place}: `);
    expect(error.message).toContain(reason);
  });

  it('says all that is wrong with a file, each with its place', async () => {
    const error = await failure(
      `rule: { topic: cpu, crti: '"idle" < 10' }
tests:
  - points:
      - { at: noon, fields: { idle: 5 } }
      - { at: 1s, fields: { idle: [1, 2] } }
      - { at: 1s }
      - { every: 10s, fields: { idle: 5 } }
      - { every: 10s, times: 3, fields: { idle: [1, 2] } }
      - { evry: 10s }
      - { gap: -1s }
      - { every: 1h, times: 100000, fields: { idle: 1 } }
      - { at: 1s, batch: [{ ago: soon, fields: { idle: null } }] }
      - { every: 1s, times: 1000000, fields: { idle: 1 } }
    events: []
  - points: []
  - events: [CRIT, { mesage: x }]
  - points: []
    evnts: []
`,
    );
    expect(
      (error as RuleTestError).issues.map(
        ({ position, reason }) => `${position?.line}:${position?.column} ${reason}`,
      ),
    ).toEqual([
      "1:21 A rule has no option 'crti'",
      '3:5 a test in a file may last 31 days',
      '3:5 a test in a file may have 100000 points',
      '4:15 at: "noon" is no length of time',
      '5:35 a field must be a number, a text, or true or false',
      "6:9 besides 'at' there must be one of 'fields', 'batch' and 'event'",
      '7:9 a series needs times, or a list of values in one of its fields',
      '8:41 lists of fields must have the same length, which is also that of times',
      "9:9 a step is a map with one of 'at', 'every' and 'gap'",
      '10:16 gap: "-1s" is no length of time',
      '12:34 ago: "soon" is no length of time',
      '12:56 a field must be a number, a text, or true or false',
      '15:5 this test expects nothing',
      "16:14 events: 'CRIT' is neither a level nor a reason",
      "16:20 events: an event has no 'mesage' that can be expected",
      "18:5 unknown key 'evnts'. Did you mean 'events'?",
    ]);
  });

  it('shows a mistake inside an expression', async () => {
    const error = await failure(`rule:\n  crit: '"idle" = 10'\ntests:\n  - points: []\n    events: []\n`);
    expect(error.message).toContain('cpu.test.yaml:2:17: ');
  });

  it.each([
    ['tags: { host: 1 }\ntests: [{ points: [], events: [] }]', '1:15: tags.host: expected a text'],
    ['a: [', '1:5'],
    ['[]', '1:1: expected a map, got a list'],
    ['rule: 5\ntests: [{ points: [], events: [] }]', '1:7: a rule must be'],
    ['rule: {}\nrules: []\ntests: [{ points: [], events: [] }]', "2:8: there is 'rule' as well"],
    ['rules: 5\ntests: [{ points: [], events: [] }]', '1:8: rules must be'],
    ['tests: []', '1:8: there are no tests'],
    ['start: soon\ntests: [{ points: [], events: [] }]', "start: 'soon' is no time"],
    ['tests: [{ points: [{ at: 1s, fields: { a: !int x } }], events: [] }]', "'x' is no int64"],
    [`${'['.repeat(60)}${']'.repeat(60)}`, 'nested too deeply'],
    [
      `a: &a [x, x, x, x, x, x, x, x, x, x]\n${Array.from({ length: 8 }, (_, n) => `${'bcdefghi'[n]}: &${'bcdefghi'[n]} [${Array(10).fill(`*${'abcdefgh'[n]}`).join(', ')}]`).join('\n')}`,
      'unfolds into too much',
    ],
    [`# ${'x'.repeat(2_000_000)}`, 'longer than'],
    ['tests: [{ points: [{ at: 1s, fields: { a: 1 } }], events: [] }]', 'there is no rule for points'],
    [
      'tests: [{ points: [{ at: 1s, event: { topic: cpu, id: a, level: CRIT } }], events: [] }]',
      'cpu.test.yaml:1:9: ',
    ],
    ['tests: [{ points: [{ gap: 20d }, { gap: 20d }], events: [] }]', '31 days'],
  ])('refuses %.60s', async (content, reason) => {
    const error = await failure(content);
    expect(error).toBeInstanceOf(RuleTestError);
    expect(error.message).toContain(reason);
    expect(error.message).toContain('cpu.test.yaml');
  });

  it('tells of handler files in their own words', async () => {
    folder.write('ops.yaml', 'topic: cpu\nid: ops\nkind: slak\n');
    const error = await failure('handlers: ops.yaml\ntests: [{ points: [], deliveries: {} }]');
    expect(error).toBeInstanceOf(HandlerSpecError);
    expect(error.message).toContain(`${join(folder.path, 'ops.yaml')}:3:7`);
  });

  it('tells of every test that failed', async () => {
    const test = (name: string) =>
      `  - { name: ${name}, points: [{ at: 0s, fields: { idle: 5 } }], events: [] }\n`;
    folder.write('a.test.yaml', `${CPU}tests:\n${test('one')}${test('two')}`);
    folder.write('b.test.yaml', 'tests: []');
    const error = await runRuleTests(folder.path).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(ExpectationError);
    expect(String(error)).toContain('3 of 3 rule tests failed');
    for (const text of ['one: expected no events', 'two: expected no events', 'there are no tests'])
      expect(String(error)).toContain(text);
  });

  it('fails when there is nothing to run', async () => {
    await expect(runRuleTests(folder.path)).rejects.toThrow('there are no rule tests in');
    await expect(runRuleTests(join(folder.path, 'none'))).rejects.toThrow('cannot be read');
  });
});

describe('loadRuleTests', () => {
  it('gives each test its name and line', async () => {
    const path = folder.write(
      'cpu.test.yaml',
      `${CPU}tests:\n  - { name: a, points: [], events: [] }\n  - { name: b, points: [], events: [OK] }\n`,
    );
    folder.write('broken.test.yaml', 'a: [');
    const cases = await loadRuleTests(folder.path);
    expect(cases.map(({ name, line }) => [name, line])).toEqual([
      ['broken.test.yaml', 1],
      ['cpu.test.yaml: a', 10],
      ['cpu.test.yaml: b', 11],
    ]);
    expect(cases[1]?.file).toBe(path);
    await expect(cases[0]?.run()).rejects.toThrow(RuleTestError);
    await cases[1]?.run();
    await expect(cases[2]?.run()).rejects.toThrow('event 1 is missing');
  });
});

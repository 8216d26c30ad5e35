import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TocsinError } from '../../src/errors.ts';
import { type LoadTickscriptOptions, loadTickscript } from '../../src/kapacitor/index.ts';
import { at, point, run } from './run-script.ts';

const load = (script: string, options: LoadTickscriptOptions = {}) =>
  loadTickscript(script, { name: 'task', clock: 'points', ...options });

function errorOf(script: string, options: LoadTickscriptOptions = {}): TocsinError {
  try {
    load(script, options);
  } catch (error) {
    if (error instanceof TocsinError) return error;
    throw error;
  }
  throw new Error('the script was taken');
}

describe('a script', () => {
  it('declares variables of every type, with comments between', () => {
    const script = `
      // What to watch.
      dbrp "telegraf"."autogen"
      var measurement = 'cpu'     // a text
      var limit = 90
      var share = 0.5
      var quiet = FALSE
      var period = 10s
      var hosts = /^web-/
      var groups = ['host', 'cpu']
      var all = [*]
      var everything = *
      var condition = lambda: "usage" > limit AND "host" =~ hosts
      var data = stream
        |from()
          .measurement(measurement)
          .groupBy(groups)
      var alert = data
        |alert()
          .crit(condition)
    `;
    const task = load(script);
    expect(task.vars.map(({ name, type }) => [name, type])).toEqual([
      ['measurement', 'string'],
      ['limit', 'int'],
      ['share', 'float'],
      ['quiet', 'bool'],
      ['period', 'duration'],
      ['hosts', 'regex'],
      ['groups', 'list'],
      ['all', 'list'],
      ['everything', 'star'],
      ['condition', 'lambda'],
      ['data', 'node'],
      ['alert', 'node'],
    ]);
    expect(task.dbrps).toMatchObject([{ database: 'telegraf', retentionPolicy: 'autogen' }]);
    const hot = point(0, { usage: 95 }, { host: 'web-1', cpu: '0' }, 'cpu');
    expect(task.observe(hot)).toMatchObject([{ level: 'CRITICAL', group: 'cpu=0,host=web-1' }]);
    expect(task.observe(hot, { database: 'other', retentionPolicy: 'autogen' })).toEqual([]);
    expect(task.observe({ ...hot, tags: { host: 'db-1', cpu: '0' } })).toMatchObject([]);
  });

  it('computes in declarations', () => {
    const script = `
      var name = 'cpu' + '_' + 'alert'
      var minutes = 2
      var period = 1m * minutes
      var limit = (100.0 - 10.0) / 2.0
      var low = -limit
      var flag = !FALSE AND limit > 40.0
      var message = name + ': {{ .Level }}'
      stream|from()
        |alert().id(name).message(message).crit(lambda: "x" > limit OR "x" < low)
    `;
    const { events } = run(script).give(point(0, { x: 46 }), point(1, { x: 44 }), point(2, { x: -50 }));
    expect(events.map(({ id, message }) => [id, message])).toEqual([
      ['cpu_alert', 'cpu_alert: CRITICAL'],
      ['cpu_alert', 'cpu_alert: OK'],
      ['cpu_alert', 'cpu_alert: CRITICAL'],
    ]);
  });

  it('uses lambdas in lambdas', () => {
    const script = `
      var busy = lambda: "x" > 5
      var both = lambda: busy AND "y" > 5
      stream|from()|alert().crit(both).critReset(lambda: !busy)
    `;
    const { events } = run(script).give(
      point(0, { x: 9, y: 1 }),
      point(1, { x: 9, y: 9 }),
      point(2, { x: 9, y: 1 }),
      point(3, { x: 1, y: 1 }),
    );
    expect(events.map(({ level }) => level)).toEqual(['CRITICAL', 'CRITICAL', 'OK']);
  });

  it('branches from a variable, and has several alert nodes', () => {
    const script = `
      var data = stream|from().measurement('m').groupBy('host')
      data|alert().id('a').crit(lambda: "x" > 1)
      data|eval(lambda: "x" * 2.0).as('x')|alert().id('b').crit(lambda: "x" > 3)
      stream|from().measurement('other')|alert().id('c').crit(lambda: TRUE)
    `;
    const { events, task } = run(script, { strict: true }).give(
      point(0, { x: 2 }, { host: 'w' }),
      point(1, { x: 1 }, {}, 'other'),
    );
    expect(task.nodes).toEqual(['stream0', 'from1', 'alert2', 'eval3', 'alert4', 'from5', 'alert6']);
    expect(task.alerts.map(({ node }) => node)).toEqual(['alert2', 'alert4', 'alert6']);
    expect(events.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });

  it('sends on what made an event, with what the alert node adds', () => {
    const { seen } = run(`stream|from().groupBy('h')
      |alert().crit(lambda: "x" > 1).levelTag('level').idField('id').all().noRecoveries().history(5).category('c')
      |log()`).give(point(0, { x: 1 }, { h: 'a' }), point(1, { x: 2 }, { h: 'a' }));
    expect(seen).toEqual([
      { time: 1, name: 'm', tags: { h: 'a', level: 'CRITICAL' }, fields: { x: 2, id: 'm:h=a' } },
    ]);
  });
});

describe('variables from outside', () => {
  const script = `
    var measurement string
    var limit = 90
    var ratio float
    var on bool
    var period duration
    var hosts regex
    var condition lambda
    var groups list
    var any star
    stream|from().measurement(measurement).groupBy(groups).where(lambda: "host" =~ hosts AND on)
      |window().period(period).every(period)
      |mean('usage').as('usage')
      |alert().crit(lambda: condition AND "usage" > limit AND "usage" > ratio)
  `;
  const vars = {
    measurement: 'cpu',
    limit: 50,
    ratio: 1,
    on: true,
    period: '10s',
    hosts: '^web',
    condition: '"usage" < 99',
    groups: ['host'],
    any: '*',
  };

  it('fill placeholders and replace values', () => {
    const { events, task } = run(script, { vars }).give(
      point(0, { usage: 60 }, { host: 'web' }, 'cpu'),
      point(10, { usage: 60 }, { host: 'web' }, 'cpu'),
    );
    expect(events).toMatchObject([{ level: 'CRITICAL', time: at(10), group: 'host=web' }]);
    expect(task.vars[0]).toEqual({ name: 'measurement', type: 'string', placeholder: true, given: true });
  });

  it("can have the form of Kapacitor's files", () => {
    const typed = {
      ...vars,
      period: { type: 'duration' as const, value: 10_000_000_000 },
      condition: { type: 'lambda' as const, value: 'TRUE' },
      groups: { type: 'list' as const, value: [{ type: 'string' as const, value: 'host' }] },
      any: { type: 'star' as const, value: '' },
    };
    expect(load(script, { vars: typed }).vars).toHaveLength(9);
    expect(errorOf(script, { vars: { ...vars, limit: { type: 'float', value: 1 } } }).reason).toMatch(
      /of type int/,
    );
  });

  it('must be there, of the right type, and asked for', () => {
    const { measurement: _, ...others } = vars;
    expect(errorOf(script, { vars: others })).toMatchObject({
      code: 'TICKSCRIPT',
      reason: 'measurement has no value',
      position: { line: 2, column: 9 },
    });
    expect(errorOf(script, { vars: { ...vars, limit: 'many' } }).reason).toMatch(/limit can't be used/);
    expect(errorOf(script, { vars: { ...vars, period: 'soon' } }).reason).toMatch(/'10s'/);
    expect(errorOf(script, { vars: { ...vars, condition: '"a" = 1' } }).reason).toMatch(/no lambda/);
    expect(errorOf(script, { vars: { ...vars, limits: 5 } }).message).toMatch(
      /no var limits. Did you mean limit\?/,
    );
  });
});

/** A script of 20,000 vars each of which is made of the one before. */
function chained(first: string, next: (i: number) => string): string {
  return [first, ...Array.from({ length: 20_000 }, (_, i) => `var a${i + 1} = ${next(i)}`)].join('\n');
}

describe('long scripts', () => {
  it('may have any number of properties, vars and parentheses', () => {
    const topics = ".topic('x')".repeat(20_000);
    const parentheses = `${'('.repeat(20_000)}"x" > a20000${')'.repeat(20_000)}`;
    const script = `${chained('var a0 = 5', (i) => `a${i}`)}
      ${chained('var b0 = lambda: "x" > 1', (i) => `lambda: b${i} AND TRUE`).replaceAll('var a', 'var b')}
      stream|from()|alert().crit(lambda: ${parentheses}).warn(b20000)${topics}`;
    const task = load(script);
    expect(task.observe(point(0, { x: 6 }))[0]?.level).toBe('CRITICAL');
    expect(task.observe(point(1, { x: 4 }))[0]?.level).toBe('WARNING');
  });
});

describe('mistakes', () => {
  const cases: readonly [script: string, line: number, column: number, message: RegExp][] = [
    ['stream|from()\n|alrt()', 2, 2, /no node \|alrt\(\). Did you mean \|alert\(\)\?/],
    [
      'stream|from()|alert().crti(lambda: TRUE)',
      1,
      23,
      /alert2 has no property .crti\(\). Did you mean .crit\(\)\?/,
    ],
    ['stream|from()|alert().slack().chanel("#x")', 1, 31, /Did you mean .channel\(\)\?/],
    [
      `stream|from()|alert().slack().channel("#x")`,
      1,
      39,
      /needs a text here, not a reference. Put it in single quotes/,
    ],
    ['stream|from().alert()', 1, 15, /alert is a node, not a property of from1. Write \|alert\(\)/],
    ["stream|from()|measurement('x')", 1, 15, /measurement is a property, not a node/],
    ['stream|alert()', 1, 8, /can't follow stream/],
    ['stream|from()|influxDBOut()', 1, 15, /no \|influxDBOut\(\) here.*ignore/],
    ['stream|from()@udf()', 1, 15, /function of your own/],
    ["batch|query('select')", 1, 1, /batch tasks query InfluxDB/],
    ['stream|from()|window().period(10)', 1, 31, /a duration such as 10s here, not an int/],
    ['stream|from().measurement()', 1, 15, /needs a text/],
    ["stream|from().measurement('a', 'b')", 1, 32, /takes only a text/],
    ['stream|from()|noop(1)', 1, 20, /takes no argument/],
    ['stream|from()|where("x" > 1)', 1, 21, /Put lambda: before the expression/],
    ['stream|from()|alert().crit(lambda: "x" = 1)', 1, 40, /Write ==/],
    ['stream|from()|alert().crit(lambda: 1 + 1)', 1, 36, /Compare it with something/],
    ['stream|from()|alert().crit(lambda: nope)', 1, 36, /no var nope/],
    ['stream|from()|alert().crit(lambda: hour("a", 1))', 1, 36, /hour/],
    ['var x = 5\nvar x = 6', 2, 5, /There is a x already/],
    ['var x strin', 1, 7, /no type strin. Did you mean string\?/],
    ['var x', 1, 6, /needs = and a value, or a type/],
    ['x = 5', 1, 1, /set without var/],
    ['stream', 1, 1, /alone does nothing/],
    ["var x = 'a\nstream|from()", 1, 9, /not closed/],
    ['stream|from(', 1, 13, /ends where a value is expected|not closed/],
    ['stream|from', 1, 12, /needs parentheses/],
    ['|from()', 1, 1, /begins with stream/],
    ['dbrp telegraf', 1, 6, /database in double quotes/],
    ['var a = "x"\nstream|from()', 1, 9, /Write a text in single quotes/],
    ['stream|from()|alert().flapping(0.2, 1.5)', 1, 37, /from 0 to 1/],
    ["stream|from()|alert().message('{{ if }}x{{ end }}')", 1, 38, /template of message is wrong/],
    ["stream|from()|alert().message('{{ json .Tags }}')", 1, 35, /json/],
    [
      "stream|from()|mean('x')|window().periodCount(1).everyCount(1)|window()",
      1,
      63,
      /takes single points, and window3 gives batches/,
    ],
    ['stream|from()|deadman(1.0)', 1, 15, /a number of points and an interval/],
    ['stream|from()|barrier()', 1, 15, /barrier has no time/],
    ["var d = 5 + 'a'\nstream|from()", 1, 9, /./],
    ['stream|from()|alert().crit(lamda: "x" > 1)', 1, 28, /Did you mean lambda:\?/],
    ['var a = 1\nvar x = Lambda : "x" > 1', 2, 9, /Did you mean lambda:\?/],
    ['stream|from()|alert().crit(lambda "x" > 1)', 1, 28, /lambda needs a colon/],
    ['stream|from()|alert().crit("x" : 1)', 1, 32, /: has no meaning here/],
  ];

  const tooLong: readonly (typeof cases)[number][] = [
    [`stream|from()${'|noop()'.repeat(20_000)}`, 1, 14 + 399 * 7 + 1, /More than 400 nodes/],
    [chained('var a0 = stream|from()', (i) => `a${i}|noop()`), 401, 17, /More than 400 nodes/],
    [chained('var a0 = lambda: "x" > 1', (i) => `lambda: !a${i}`), 400, 20, /With its vars.*400 levels/],
    [chained('var a0 = lambda: "x" > 1', (i) => `lambda: TRUE OR a${i}`), 400, 20, /With its vars/],
    [`var x = ${`${'!'.repeat(390)}[`.repeat(40)}1${']'.repeat(40)}`, 1, 15_652, /nests more than 400/],
  ];

  it.each([
    ...cases.map((one) => [one[0], ...one] as const),
    ...tooLong.map((one) => [`${one[0].slice(0, 40)}…`, ...one] as const),
  ])('%s', (_, script, line, column, message) => {
    const error = errorOf(script, { file: 'cpu.tick' });
    expect(error.message).toMatch(message);
    expect(error.position).toMatchObject({ file: 'cpu.tick', line, column });
  });

  it('leaves out nodes when told to, and says which', () => {
    const task = load(`stream|from()|influxDBOut().create().database('x').tag('a', 'b')`, {
      ignore: ['influxDBOut'],
    });
    expect(task.ignored).toEqual(['influxDBOut']);
  });

  it('throws nothing but errors of ours, whatever the text', () => {
    const words = fc.constantFrom(
      'stream',
      '|from()',
      '|alert()',
      '.crit(',
      'lambda:',
      '"x"',
      '> 1',
      ')',
      '(',
      '[',
      ']',
      ',',
      '*',
      'var',
      'x',
      '=',
      "'a'",
      '5',
      '1.5',
      '10s',
      '/re/',
      '//',
      '\n',
      '|window()',
      '.period(',
      '-',
      '+',
      'AND',
      '!',
      '.',
      '|',
      '@',
      'dbrp',
      'string',
      '|mean(',
      '.slack()',
      'TRUE',
      '|deadman(1.0, 1s)',
      '__proto__',
      '.constructor()',
      '|toString()',
    );
    const text = fc.oneof(
      fc.array(words, { maxLength: 30 }).map((parts) => parts.join(' ')),
      fc.array(words, { maxLength: 30 }).map((parts) => parts.join('')),
      fc.string({ unit: 'binary', maxLength: 60 }),
    );
    fc.assert(
      fc.property(text, (script) => {
        try {
          load(script);
        } catch (error) {
          expect(error).toBeInstanceOf(TocsinError);
        }
      }),
      { numRuns: 1500 },
    );
  });

  it.each([
    ["'x'", '+'],
    ['lambda: "x" > 1', 'AND'],
  ])('refuses vars that grow beyond measure: %s %s', (first, operator) => {
    const mark = first.startsWith('lambda') ? 'lambda: ' : '';
    const vars = Array.from({ length: 60 }, (_, n) => `var v${n + 1} = ${mark}v${n} ${operator} v${n}`);
    const script = [`var v0 = ${first}`, ...vars, 'stream|from()'].join('\n');
    expect(() => loadTickscript(script)).toThrow('The expression grows too large with v');
    const chain = Array.from({ length: 60 }, (_, n) => `var v${n + 1} = ${mark}v${n} ${operator} v0`);
    loadTickscript([`var v0 = ${first}`, ...chain, 'stream|from()'].join('\n'));
  });

  it('does not run out of stack', () => {
    for (const script of [
      `var x = ${'['.repeat(50_000)}`,
      `var x = ${'('.repeat(50_000)}`,
      `stream|from()${'|noop()'.repeat(200)}|where(lambda: ${'lambda: '.repeat(50_000)})`,
      `stream${'|from('.repeat(50_000)}`,
    ])
      expect(errorOf(script)).toBeInstanceOf(TocsinError);
    const long = Array.from({ length: 20_000 }, (_, i) => i).join(' + ');
    expect(load(`var x = ${long}\nstream|from()`).vars[0]?.type).toBe('int');
  });
});

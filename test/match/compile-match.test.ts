import { describe, expect, it } from 'vitest';
import { LambdaEvaluationError, LambdaSyntaxError, LambdaTypeError } from '../../src/errors.ts';
import { printExplanation } from '../../src/lambda/index.ts';
import { compileMatch, explainMatch, type MatchDialect, type MatchSource } from '../../src/match/index.ts';
import { alertEvent } from './alert-event.ts';

const matches = (source: MatchSource, parts: Parameters<typeof alertEvent>[0] = {}): boolean =>
  compileMatch(source).matches(alertEvent(parts));

describe('a match in the lambda language', () => {
  it.each([
    ['changed()', true],
    ['level() == CRITICAL', true],
    ['level() > WARNING AND previousLevel() == OK', true],
    ["name() == 'cpu' AND taskName() =~ /^cpu_/", true],
    ["id() == 'cpu:web-1' AND topic() == 'cpu' AND group() == 'host=web-1'", true],
    ["strContains(message(), 'busy')", true],
    ['"host" =~ /^web-/ AND "dc" == \'eu\'', true],
    ['"usage" > 90', true],
    ['"count" % 2 == 0', false],
    ['isPresent("host") AND !isPresent("nope")', true],
    ['isPresent("nope") AND "nope" == \'x\'', false],
    ['TRUE', true],
  ])('%s', (source, expected) => {
    expect(matches(source)).toBe(expected);
  });

  it('knows how long an alert lasts, in whole nanoseconds', () => {
    expect(matches('alertDuration() > 5m', { duration: 300_001 })).toBe(true);
    expect(matches('duration() == 300s', { duration: 300_000 })).toBe(true);
    expect(matches('alertDuration() == 1u', { duration: 0.001, durationNs: 1000n })).toBe(true);
    expect(matches("duration('5m', 1s) == 300s")).toBe(true);
  });

  it('asks for a tag first and a field then', () => {
    const fields = { host: 5, load: 3 };
    expect(matches('"host" == \'web-1\' AND "load" == 3', { fields })).toBe(true);
    expect(matches('"host" == 5', { fields, tags: {} })).toBe(true);
  });

  it.each([
    '"nope" == \'x\'',
    'TRUE OR "nope" == \'x\'',
    'changed() AND "host" == \'a\' AND "nope" =~ /x/',
    'count() > 0 AND "nope" == \'x\'',
    '"constructor" == \'x\'',
  ])('fails on a tag that is missing: %s', (source) => {
    const match = compileMatch(source);
    expect(() => match.matches(alertEvent())).toThrow(LambdaEvaluationError);
    expect(() => match.matches(alertEvent())).toThrow(/" is missing\. .*isPresent/);
  });

  it('counts for itself', () => {
    const [a, b] = [compileMatch('count() == 2'), compileMatch('count() == 2')];
    expect([a, a, b].map((match) => match.matches(alertEvent()))).toEqual([false, true, false]);
  });

  it.each([
    ['level() == CRIT', 'Did you mean CRITICAL?'],
    ["level() == 'CRITICAL'", 'Write it bare: CRITICAL.'],
    ['chnaged()', 'Did you mean changed()?'],
    ['level', 'Call it: level().'],
    ['level()', 'Compare it: level() == CRITICAL.'],
    ['"host" =~ "web"', 'A regex stands between slashes: /web/.'],
    ['alertDuration() > 5', 'Give the number a unit, such as 5m, or divide the duration: x / 1s.'],
  ])('refuses %s', (source, cure) => {
    try {
      compileMatch(source);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(LambdaTypeError);
      expect(error).toMatchObject({ cure });
    }
  });

  it('refuses at the place in the handler file', () => {
    const text = 'topic: cpu\nmatch: level() == CRIT\n';
    const within = { text, offset: text.indexOf('level') };
    try {
      compileMatch('level() == CRIT', { file: 'slack.yaml', within });
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ position: { file: 'slack.yaml', line: 2, column: 19 }, text: 'CRIT' });
    }
  });
});

describe('a match in TypeScript', () => {
  it('is asked as it is', () => {
    expect(matches((event) => event.level === 'CRITICAL')).toBe(true);
    expect(
      compileMatch(function busy() {
        return true;
      }),
    ).toMatchObject({ source: 'busy', dialect: 'function' });
  });

  it('fails as a lambda does when it throws or gives no boolean', () => {
    const throws = compileMatch(() => {
      throw new TypeError('no such thing');
    });
    expect(() => throws.matches(alertEvent())).toThrow('no such thing');
    expect(() => throws.matches(alertEvent())).toThrow(LambdaEvaluationError);
    const asynchronous = compileMatch((async () => true) as unknown as () => boolean);
    expect(() => asynchronous.matches(alertEvent())).toThrow('It cannot be async');
    expect(throws.explain(alertEvent()).error).toContain('no such thing');
  });
});

describe('a match of expr-eval', () => {
  it.each([
    ['level >= WARNING and tags.host in ["web-1", "b"]', true],
    ['changed and level == CRITICAL and previousLevel == OK', true],
    ['fields.usage > 90 ? name == "cpu" : false', true],
    ['fields.count == 3', true],
    ['duration > 60000', false],
    ['tags.nope == "x"', false],
    ['not (taskName == "other")', true],
    ['min(fields.usage, 50) == 50', true],
  ])('%s', (expr, expected) => {
    expect(matches({ expr })).toBe(expected);
  });

  it.each([
    'level = 3',
    'f(x) = x',
    'nope == 1',
    'tags == 1',
    'tags.host.length == 5',
    'process.exit()',
    'constructor',
    'tags.__proto__ == 1',
    'map(f, [1])',
    'level >',
    'fac(100000000000) > 0',
    'random() < 2',
    '5!',
    '"a".constructor',
  ])('refuses %s, or fails', (expr) => {
    expect(() => matches({ expr })).toThrow(/expr: |gives something else/);
  });

  it('reaches nothing that is inherited', () => {
    for (const name of ['hasOwnProperty', 'isPrototypeOf', 'toString', '__proto__', 'constructor']) {
      expect(() => matches({ expr: `tags.${name} != fields.nope` })).toThrow(/expr: /);
    }
    const tags = { host: 'a' };
    compileMatch({ expr: 'tags.host == "a"' }).matches(alertEvent({ tags }));
    expect(tags).toEqual({ host: 'a' });
  });

  it('fails when it gives no boolean', () => {
    expect(() => matches({ expr: 'level' })).toThrow(LambdaEvaluationError);
  });

  it('shows the place of a mistake', () => {
    try {
      compileMatch({ expr: 'level >= WARN' }, { file: 'a.yaml' });
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ position: { line: 1, column: 10 }, text: 'WARN' });
      expect(String(error)).toContain('Did you mean');
    }
    expect(() => compileMatch({ expr: 'level >= #' })).toThrow(LambdaSyntaxError);
  });
});

describe('dialects', () => {
  const host: MatchDialect = {
    compile: (name) => ({
      source: String(name),
      dialect: 'host',
      references: ['host'],
      matches: (event) => event.tags.host === name,
      explain: () => ({ text: 'host', value: true, parts: [] }),
    }),
  };

  it('are chosen by the key', () => {
    expect(compileMatch({ host: 'web-1' }, { dialects: { host } }).matches(alertEvent())).toBe(true);
    expect(matches({ lambda: 'changed()' })).toBe(true);
  });

  it.each([
    [{ exp: 'a' }],
    [{}],
    [{ expr: 'a', lambda: 'b' }],
    [{ expr: 5 }],
    [{ lambda: null }],
    [{ constructor: 'a' }],
  ])('refuses %j', (source) => {
    expect(() => compileMatch(source)).toThrow(LambdaSyntaxError);
  });

  it('refuses what is no match at all', () => {
    for (const source of [5, null, undefined, [], true]) {
      expect(() => compileMatch(source as unknown as MatchSource)).toThrow(LambdaSyntaxError);
    }
  });
});

describe('explainMatch', () => {
  it('shows why a handler did not fire', () => {
    const event = alertEvent({ level: 'WARNING' });
    expect(printExplanation(explainMatch('changed() AND level() == CRITICAL', event))).toBe(
      [
        'FALSE  changed() AND level() == CRITICAL',
        '  TRUE   changed()',
        '  FALSE  level() == CRITICAL',
        '    2      level()',
        '    3      CRITICAL',
      ].join('\n'),
    );
  });

  it('shows a missing tag as the error that it is', () => {
    const explanation = explainMatch('FALSE AND "nope" == \'x\'', alertEvent());
    expect(explanation).toMatchObject({ error: '"nope" is missing' });
    expect(explanation.value).toBeUndefined();
  });

  it('shows the parts of the other dialects', () => {
    const { value, parts } = explainMatch({ expr: 'tags.host == "a" and level > OK' }, alertEvent());
    expect(value).toBe(false);
    expect(parts.map(({ text, value }) => [text, value])).toContainEqual(['tags.host', 'web-1']);
    expect(explainMatch((event) => event.level === 'OK', alertEvent()).value).toBe(false);
  });

  it('shows a text that outgrows what a text can be as an error', () => {
    const message = 'x'.repeat(2 ** 15);
    const source = "strReplace(message(), 'x', message(), -1) == 'x'";
    expect(explainMatch(source, alertEvent({ message })).error).toContain('longer than a text can be');
    expect(() => matches(source, { message })).toThrow(LambdaEvaluationError);
  });

  it('takes a match that is compiled', () => {
    const match = compileMatch('count() == 1');
    expect(explainMatch(match, alertEvent()).value).toBe(true);
    expect(explainMatch(match, alertEvent()).value).toBe(true);
  });
});

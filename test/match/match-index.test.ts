import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertEvent } from '../../src/alert/event.ts';
import { LEVELS } from '../../src/alert/level.ts';
import { compileMatch, type MatchExpression, type MatchIndex } from '../../src/match/index.ts';
import { alertEvent } from './alert-event.ts';

const indexOf = (source: string): MatchIndex | undefined => compileMatch(source).index;

function skips(index: MatchIndex | undefined, event: AlertEvent): boolean {
  const value = index?.valueOf(event);
  return value !== undefined && index?.values.has(value) === false;
}

/** What `decide` returns or throws, errors as texts. */
function decided(match: MatchExpression, event: AlertEvent): unknown {
  try {
    const answer = match.decide?.(event);
    return typeof answer === 'boolean' ? answer : String(answer);
  } catch (error) {
    return String(error);
  }
}

describe('the index of a match', () => {
  it.each([
    ['"host" == \'a\'', ['a']],
    ['\'a\' == "host" AND level() == CRITICAL', ['a']],
    ['("host" == \'a\' OR "host" == \'b\') AND changed()', ['a', 'b']],
    ['name() == \'cpu\' AND "usage" > 90', ['cpu']],
    ["taskName() == 'a' OR taskName() == 'b'", ['a', 'b']],
    ['changed() AND level() >= WARNING AND "host" == \'a\'', ['a']],
    ['"dc" =~ /^eu/ AND "host" == \'a\' AND "usage" / 0.0 > 1.0', ['a']],
    ['"host" == \'a\' AND count() > 3', ['a']],
    ['isPresent("host") AND "host" == \'a\'', ['a']],
  ])('is there for %s', (source, values) => {
    expect([...(indexOf(source)?.values ?? [])]).toEqual(values);
  });

  it.each([
    'changed()',
    '"host" != \'a\'',
    '"host" == \'a\' OR changed()',
    '"host" == \'a\' OR "dc" == \'b\'',
    'count() > 3 AND "host" == \'a\'',
    '"usage" > 90 AND "host" == \'a\'',
    'int("port") > 1 AND "host" == \'a\'',
    '"host" == \'a\' AND "flag"',
    '!("host" == \'a\')',
    '"host" == "dc"',
    '"host" == 5',
    'strLength("host") == 1 AND "dc" == \'a\'',
  ])('is not there for %s', (source) => {
    expect(indexOf(source)).toBeUndefined();
  });

  it('takes a missing tag for a plain no where the match asks first whether it is there', () => {
    const index = indexOf('isPresent("host") AND "host" == \'a\'');
    expect(skips(index, alertEvent({ tags: {} }))).toBe(true);
    expect(skips(index, alertEvent({ tags: { host: 'a' } }))).toBe(false);
    expect(skips(index, alertEvent({ tags: {}, fields: { host: 5 } }))).toBe(false);
    const other = indexOf('isPresent("dc") AND "host" == \'a\'');
    expect(skips(other, alertEvent({ tags: {} }))).toBe(false);
    expect(skips(other, alertEvent({ tags: { host: 'b' } }))).toBe(true);
  });

  it('has one signature for what asks the same under the same conditions', () => {
    const [a, b, c, d] = [
      indexOf('"host" == \'a\' AND "dc" == \'x\''),
      indexOf('"host" == \'b\' AND "dc" =~ /y/ AND changed()'),
      indexOf('"host" == \'a\''),
      indexOf("name() == 'a'"),
    ];
    expect(a?.signature).toBe(b?.signature);
    expect(new Set([a, c, d].map((index) => index?.signature)).size).toBe(3);
    const [e, f] = [
      indexOf('"dc" != \'x\' AND "host" == \'a\''),
      indexOf('isPresent("dc") AND "dc" != \'x\' AND "host" == \'a\''),
    ];
    expect(e?.fails?.(alertEvent({ tags: { host: 'a' } }))).toBe(true);
    expect(f?.fails?.(alertEvent({ tags: { host: 'a' } }))).toBe(false);
    expect(e?.signature).not.toBe(f?.signature);
  });

  it('answers nothing when something is missing that would be reported', () => {
    const index = indexOf('"host" == \'a\' AND "dc" == \'eu\' AND (isPresent("x") AND "x" == \'y\')');
    expect(index?.valueOf(alertEvent())).toBe('web-1');
    expect(index?.valueOf(alertEvent({ tags: { host: 'web-1' } }))).toBeUndefined();
    expect(index?.valueOf(alertEvent({ tags: { host: 'web-1' }, fields: { dc: 1 } }))).toBe('web-1');
    expect(index?.valueOf(alertEvent({ tags: {}, fields: { host: 'web-1', dc: 'eu' } }))).toBeUndefined();
    expect(index?.fails?.(alertEvent({ tags: { host: 'web-1' } }))).toBe(true);
    expect(index?.fails?.(alertEvent({ tags: {}, fields: { host: 'web-1', dc: 'eu' } }))).toBe(false);
  });

  it('never steps over what would match, fail or count', () => {
    const name = fc.constantFrom('host', 'dc', 'usage', 'nope', '__proto__');
    const text = fc.constantFrom('a', 'b', 'web-1');
    const term = fc.oneof(
      fc.tuple(name, text).map(([tag, value]) => `"${tag}" == '${value}'`),
      fc.tuple(name, text, text).map(([tag, a, b]) => `("${tag}" == '${a}' OR "${tag}" == '${b}')`),
      fc.tuple(name, text).map(([tag, value]) => `"${tag}" != '${value}'`),
      name.map((tag) => `"${tag}" > 5`),
      name.map((tag) => `isPresent("${tag}")`),
      name.map((tag) => `"${tag}" =~ /^w/`),
      text.map((value) => `name() == '${value}'`),
      fc.constantFrom(
        'changed()',
        'level() > OK',
        'count() > 2',
        'int(id()) > 1',
        '!changed()',
        'TRUE',
        '1 / level() > 0',
      ),
    );
    const source = fc
      .array(fc.tuple(term, fc.constantFrom('AND', 'AND', 'AND', 'OR')), { minLength: 1, maxLength: 4 })
      .map((terms) => terms.map(([each, glue], i) => (i === 0 ? each : `${glue} ${each}`)).join(' '));
    const record = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> =>
      fc.dictionary(fc.constantFrom('host', 'dc', 'usage'), value, { maxKeys: 3 });
    const event = fc
      .record({
        tags: record(text),
        fields: record(fc.oneof(fc.double(), text)),
        level: fc.constantFrom(...LEVELS),
        previousLevel: fc.constantFrom(...LEVELS),
        name: text,
      })
      .map(alertEvent);
    let skipped = 0;
    let failed = 0;
    fc.assert(
      fc.property(source, fc.array(event, { minLength: 1, maxLength: 6 }), (text, events) => {
        let whole: ReturnType<typeof compileMatch>;
        try {
          whole = compileMatch(text);
        } catch {
          return;
        }
        const indexed = compileMatch(text);
        const deciding = compileMatch(text);
        for (const each of events) {
          const answer = (match: typeof whole): unknown => {
            try {
              return match.matches(each);
            } catch (error) {
              return String(error);
            }
          };
          const expected = answer(whole);
          expect(decided(deciding, each)).toBe(expected);
          // What the index steps over is not evaluated, and so must not count either.
          const stepsOver = skips(indexed.index, each);
          if (stepsOver) skipped++;
          if (indexed.index?.fails?.(each)) {
            failed++;
            expect(stepsOver).toBe(false);
            expect(expected).toContain('is missing');
          } else {
            expect(stepsOver ? false : answer(indexed)).toBe(expected);
          }
        }
      }),
      { numRuns: 5000 },
    );
    expect(skipped).toBeGreaterThan(100);
    expect(failed).toBeGreaterThan(100);
  });
});

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LambdaSyntaxError } from '../../src/errors.ts';
import { Regex } from '../../src/lambda/index.ts';

describe('Regex', () => {
  it('answers the same however much it has seen', () => {
    const regex = new Regex('[13579]$');
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 5000; i++) expect(regex.test(`web-${i}`)).toBe(i % 2 === 1);
    }
    expect(regex.test(`${'x'.repeat(10_000)}7`)).toBe(true);
  });

  it('takes linear time for what makes others hang', () => {
    expect(new Regex('^(a+)+$').test(`${'a'.repeat(50_000)}!`)).toBe(false);
    expect(new Regex('(x+x+)+y').test('x'.repeat(20_000))).toBe(false);
  });

  it('does not keep the texts that its subjects were cut out of', () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const regex = new Regex('7$');
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < 60; i++) regex.test(`${'x'.repeat(2 ** 20)}${i}`.slice(-30));
    collectGarbage();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(2 ** 24);
    expect(regex.test(`${'x'.repeat(28)}17`)).toBe(true);
  });

  it.each(['(?=a)', '(?<n>a)', '(a)\\1', 'a**', '(', '[z-a]', '\\p{Foo}', 'a{1001}', '\\Z'])(
    'refuses %s',
    (source) => {
      expect(() => new Regex(source)).toThrow(LambdaSyntaxError);
    },
  );

  it('numbers the groups of a name', () => {
    const groups = (source: string): unknown => Object.fromEntries(new Regex(source).groups);
    expect(groups('(?P<n>a)(x)(?:y)(?P<m>b)(?P<n>c)')).toEqual({ n: [1, 4], m: [3] });
    expect(groups('[(?P<n>](\\(?P<x>)(?P<m>b)')).toEqual({ m: [2] });
    expect(groups('\\Q(?P<n>a)\\E(?P<m>b)')).toEqual({ m: [1] });
    expect(groups('[[:alpha:](](?P<m>b)')).toEqual({ m: [1] });
  });

  it('writes itself between slashes', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z/.]+$/), (source) => {
        expect(new Regex(source).toString()).toBe(`/${source.replaceAll('/', '\\/')}/`);
      }),
    );
  });
});

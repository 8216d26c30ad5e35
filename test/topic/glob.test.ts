import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidQueryError } from '../../src/errors.ts';
import { parseGlob } from '../../src/topic/glob.ts';

describe('parseGlob', () => {
  it.each([
    ['abc', 'abc', true],
    ['*', 'abc', true],
    ['*c', 'abc', true],
    ['a*', 'a', true],
    ['a*', 'ab/c', false],
    ['a*/b', 'abc/b', true],
    ['a*/b', 'a/c/b', false],
    ['a*b*c*d*e*/f', 'axbxcxdxe/f', true],
    ['a*b*c*d*e*/f', 'axbxcxdxexxx/fff', false],
    ['a*b?c*x', 'abxbbxdbxebxczzx', true],
    ['a*b?c*x', 'abxbbxdbxebxczzy', false],
    ['ab[c]', 'abc', true],
    ['ab[b-d]', 'abc', true],
    ['ab[e-g]', 'abc', false],
    ['ab[^c]', 'abc', false],
    ['ab[^e-g]', 'abc', true],
    ['a\\*b', 'a*b', true],
    ['a\\*b', 'ab', false],
    ['a?b', 'a☺b', true],
    ['a[^a]b', 'a☺b', true],
    ['a???b', 'a☺b', false],
    ['[a-ζ]*', 'α', true],
    ['*[a-ζ]', 'A', false],
    ['a?b', 'a/b', false],
    ['a*b', 'a/b', false],
    ['[\\]a]', ']', true],
    ['[\\-]', '-', true],
    ['[x\\-]', '-', true],
    ['[x\\-]', 'z', false],
    ['*x', 'xxx', true],
    ['', '', true],
    ['', 'a', false],
    ['[/]', '/', true],
    ['😀?', '😀é', true],
  ])('%s on %s: %s', (pattern, name, expected) => {
    expect(parseGlob(pattern)(name)).toBe(expected);
  });

  it.each(['[]a]', '[-]', '[x-]', '[-x]', '[a-b-c]', '[', '[^', '[^bc', 'a[', 'a\\', '[\\'])(
    'refuses %s',
    (pattern) => {
      expect(() => parseGlob(pattern)).toThrow(InvalidQueryError);
    },
  );

  it('stretches only the last star, as the original', () => {
    expect(parseGlob('*a[^x]*b')('aza/zb')).toBe(false);
  });

  it('agrees with a regular expression where there are no classes', () => {
    const char = fc.constantFrom('a', 'b', '/', '*', '?', '.', '😀');
    const text = fc.array(char, { maxLength: 12 }).map((chars) => chars.join(''));
    fc.assert(
      fc.property(text, text, (pattern, name) => {
        const source = Array.from(pattern, (c) =>
          c === '*' ? '[^/]*' : c === '?' ? '[^/]' : c.replace(/[.]/, '\\.'),
        ).join('');
        expect(parseGlob(pattern)(name)).toBe(new RegExp(`^${source}$`, 'u').test(name));
      }),
      { numRuns: 3000 },
    );
  });

  it('takes time that is quadratic at worst', () => {
    const name = 'a'.repeat(5000);
    expect(parseGlob(`${'*a'.repeat(50)}b`)(name)).toBe(false);
  });
});

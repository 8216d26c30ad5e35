import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LambdaSyntaxError } from '../../src/errors.ts';
import { tokenize } from '../../src/lambda/index.ts';

const kinds = (source: string): string[] => tokenize(source).map(({ kind }) => kind);
const values = (source: string): string[] =>
  tokenize(source)
    .slice(0, -1)
    .map(({ value }) => value);

describe('tokenize', () => {
  it('cuts an expression into tokens and ends with one of kind end', () => {
    expect(kinds('"x" >= 5.5 AND TRUE')).toEqual(['reference', '>=', 'float', 'AND', 'TRUE', 'end']);
  });

  it.each([
    ["'it\\'s'", ["it's"]],
    ["'a\\nb'", ['a\\nb']],
    ["'''it's'''", ["it's"]],
    ["'''C:\\'''", ['C:\\']],
    ["'''a''\\''", ["a''"]],
    ['"a\\"b"', ['a"b']],
    ['"a\\\\b"', ['a\\\\b']],
    ["'x' =~ /a\\/b/", ['x', '=~', 'a/b']],
    ["'x' =~ //", ['x', '=~', '']],
  ])('reads %s', (source, expected) => {
    expect(values(source)).toEqual(expected);
  });

  it('reads durations and the words behind them apart', () => {
    expect(values('1min')).toEqual(['1m', 'in']);
    expect(values('5AND')).toEqual(['5', 'AND']);
    expect(kinds('1µs')).toEqual(['duration', 'identifier', 'end']);
  });

  it('takes // for a comment, and one slash at the beginning of the next line for more of it', () => {
    expect(values('5 // c\n- 3')).toEqual(['5', '-', '3']);
    expect(values('5 // c\n/ 3')).toEqual(['5']);
  });

  it('knows the signs of TICKscript', () => {
    expect(kinds("var x = stream|from()\n.groupBy(*)@udf(lambda: TRUE, ['a'])")).toEqual([
      ...['var', 'identifier', '=', 'identifier', '|', 'identifier', '(', ')', '.', 'identifier', '('],
      ...['star', ')', '@', 'identifier', '(', 'lambda:', 'TRUE', ',', '[', 'string', ']', ')', 'end'],
    ]);
    expect(kinds('dbrp "telegraf"."autogen"')).toEqual(['dbrp', 'reference', '.', 'reference', 'end']);
  });

  it('keeps the place of every token', () => {
    fc.assert(
      fc.property(fc.constantFrom('"a" + 5', "strLength('é') > 1m // c", '!(TRUE)'), (source) => {
        for (const { start, end, value, kind } of tokenize(source).slice(0, -1)) {
          expect(source.slice(start, end)).toContain(kind === 'string' ? value : value.slice(0, 1));
        }
      }),
    );
  });

  it.each(["'a", '"a', '/', '1.2.3', '٣', '(/é/)', '5 & 3', '_x', '5 // c\n+ 3'])('refuses %s', (source) => {
    expect(() => tokenize(source)).toThrow(LambdaSyntaxError);
  });
});

import { describe, expect, it } from 'vitest';
import { compileLambda, printExplanation } from '../../src/lambda/index.ts';

const explain = (source: string, scope: Record<string, number | string | bigint | boolean> = {}): string =>
  printExplanation(compileLambda<typeof scope>(source).explain(scope));

describe('explain', () => {
  it('shows the value of every part', () => {
    expect(explain('"usage" > 90 AND "host" =~ /^web/', { usage: 95.5, host: 'db-1' })).toBe(
      [
        'FALSE  "usage" > 90 AND "host" =~ /^web/',
        '  TRUE   "usage" > 90',
        '    95.5   "usage"',
        '  FALSE  "host" =~ /^web/',
        '    \'db-1\' "host"',
      ].join('\n'),
    );
  });

  it('evaluates what was stepped over, and says so', () => {
    const text = explain('"a" > 1 OR "b" > 1', { a: 2, b: 3 });
    expect(text).toContain('TRUE   "b" > 1  (not needed)');
    expect(text).toContain('3      "b"  (not needed)');
  });

  it('shows where it fails and why', () => {
    const text = explain('"a" > 1 AND "b" + 1 > 2', { a: 2 });
    expect(text).toContain('ERROR  "a" > 1 AND "b" + 1 > 2  "b" is missing');
    expect(text).toContain('2      "a"');
    expect(explain('strLength("a") + "b"', { a: 'x', b: 'y' })).toContain("+ can't join an int and a string");
  });

  it('remembers nothing of it', () => {
    const lambda = compileLambda('count() > 1');
    lambda.evaluate({});
    expect(lambda.explain({}).value).toBe(true);
    expect(lambda.explain({}).parts[0]?.value).toBe(2n);
    expect(lambda.evaluate({})).toBe(true);
  });

  it('puts the operands of a chain side by side', () => {
    const { parts } = compileLambda('"a" OR "b" OR "c" OR "d"').explain({
      a: false,
      b: true,
      c: false,
      d: false,
    });
    expect(parts.map(({ text, value }) => `${text} ${value}`)).toEqual([
      '"a" false',
      '"b" true',
      '"c" false',
      '"d" false',
    ]);
  });

  it('explains long chains and deep nests', () => {
    const long = Array(5000).fill('"x" > 1').join(' OR ');
    expect(compileLambda<{ x: number }>(long).explain({ x: 1 }).parts).toHaveLength(5000);
    const sum = Array(5000).fill('"x"').join(' + ');
    expect(compileLambda<{ x: number }>(sum).explain({ x: 1 }).value).toBe(5000);
    const deep = `${'abs('.repeat(300)}"x"${')'.repeat(300)}`;
    expect(compileLambda<{ x: number }>(deep).explain({ x: -1 }).value).toBe(1);
  });
});

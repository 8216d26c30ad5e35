import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LambdaEvaluationError } from '../../src/errors.ts';
import {
  compileLambda,
  Duration,
  LAMBDA_FUNCTIONS,
  type LambdaValue,
  type ScopeValue,
} from '../../src/lambda/index.ts';

type Scope = Readonly<Record<string, ScopeValue>>;

const evaluate = (source: string, scope: Scope = {}): LambdaValue =>
  compileLambda<Scope>(source).evaluate(scope);

describe('texts that outgrow what a text can be', () => {
  const text = 'x'.repeat(2 ** 15);
  const half = 'x'.repeat(2 ** 28);

  it.each([
    ['\'\' + ("half" + "half")', 6, { half }],
    ['strReplace("text", \'x\', "text", -1)', 1, { text }],
    ['strReplace("text", \'\', "text", -1)', 1, { text }],
    ['regexReplace(/x/, "text", "text")', 1, { text }],
  ])('fail at their place: %s', (source, column, scope: Scope) => {
    const failure = thrownBy(() => evaluate(source, scope));
    expect(failure).toBeInstanceOf(LambdaEvaluationError);
    expect(failure).toMatchObject({
      reason: expect.stringContaining('longer than a text can be'),
      position: { line: 1, column },
    });
  });

  it('are no ints either', () => {
    expect(thrownBy(() => evaluate('int("text")', { text: '9'.repeat(10_000) }))).toBeInstanceOf(
      LambdaEvaluationError,
    );
    expect(evaluate('int("text")', { text: `-${'0'.repeat(10_000)}7` })).toBe(-7n);
  });
});

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('the functions', () => {
  it('are the 82 of Kapacitor', () => {
    expect(LAMBDA_FUNCTIONS.size).toBe(82);
  });

  it.each([
    ["bool('T')", true],
    ["int('-12')", -12n],
    ["int(float('1e3'))", 1000n],
    ["float('0x1p-2')", 0.25],
    ["float('1_000')", 1000],
    ['string(1500ms)', '1500ms'],
    ['string(90m)', '90m'],
    ["string(float('1e21'))", '1000000000000000000000'],
    ["string(float('1e-7'))", '0.0000001'],
    ["duration('1h30m', 1s)", Duration.of(5_400_000)],
    ['duration(1.5, 1s)', Duration.of(1500)],
    ['humanBytes(82854982)', '83 MB'],
    ['humanBytes(999999)', '1000 kB'],
    ['humanBytes(-1)', '18 EB'],
    ["if('a' == 'b', 1, 2)", 2n],
    ["regexReplace(/(?P<a>.)b/, 'xb-yb', '${a}$$')", 'x$-y$'],
    ["regexReplace(/b*/, 'abc', '-')", '-a-c-'],
    ["regexReplace(/(x)|(y)/, 'xy', '[$1|$2|$3]')", '[x||][|y|]'],
    ["strSubstring('hello', 1, 3)", 'el'],
    ["strToUpper('straße')", 'STRAßE'],
    ["strToLower('İI')", 'ii'],
    ["strTrimSpace('\u0085 a \u00a0')", 'a'],
    ["strCount('five', '')", 5n],
    ["strReplace('aaaa', 'a', 'b', 2)", 'bbaa'],
    ["strIndex('héllo', 'l')", 3n],
    ["strLastIndexAny('a,b;c', ',;')", 3n],
    ['max(0.0 / 0.0, 1.0 / 0.0)', Number.POSITIVE_INFINITY],
    ['pow(-1.0, 1.0 / 0.0)', 1],
    ['logb(8.5)', 3],
    ['log2(8.0)', 3],
    ['pow10(-2)', 0.01],
    ['pow10(147)', 1.0000000000000002e147],
    ['pow10(-113)', 9.999999999999998e-114],
    ["j1(float('-1e-200'))", 5e-201],
    ['yn(100000000000, -1.0)', Number.NaN],
    ['jn(100000000000, 0.0)', 0],
    ['mod(7.5, 2.0)', 1.5],
    ['jn(3, 0.0)', 0],
    ['gamma(5.0)', 24],
  ])('%s', (source, expected) => {
    expect(evaluate(source)).toEqual(expected);
  });

  it.each([
    "bool('yes')",
    "int('1.5')",
    "int('99999999999999999999')",
    "float('1e400')",
    "float('1_e5')",
    "float('1e_5')",
    "duration('1.5h', 1s)",
    "strSubstring('abc', 0, 3)",
    "strSubstring('abc', 2, 1)",
    "strSubstring('abc', -1, 1)",
    'jn(100000000000, 1.0e0)'.replace('e0', ''),
    'yn(-100000000000, 5.0)',
  ])('%s fails with a reason', (source) => {
    expect(() => evaluate(source)).toThrow(/^line 1:1: \w+\(\): /);
  });

  it.each([
    ['erf(0.5)', 0.5204998778130465],
    ['erf(1.0)', 0.8427007929497149],
    ['erfc(3.0)', 2.209049699858544e-5],
    ['gamma(0.5)', 1.772453850905516],
    ['gamma(-34.5)', -7.37258294018e-40],
    ['gamma(171.5)', 9.483367566824795e307],
    ['j0(2.404825557695773)', 0],
    ['j0(1.0)', 0.7651976865579666],
    ['j1(20.0)', 0.06683312417584991],
    ['y0(5.0)', -0.3085176252490338],
    ['y1(0.1)', -6.458951094702027],
    ['yn(2, 10.0)', -0.005868082442208615],
    ["yn(2, float('1e100')) * float('1e51')", 7.364716260962594],
  ])('%s is close to the true value', (source, expected) => {
    const got = Number(evaluate(source));
    expect(Math.abs(got - expected)).toBeLessThanOrEqual(Math.abs(expected) * 1e-11 + 1e-15);
  });

  it('keep the identities of analysis', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 50, noNaN: true }), (x) => {
        const close = (a: number, b: number): void =>
          expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-10 * Math.max(1, Math.abs(a), Math.abs(b)));
        const value = (source: string): number => Number(evaluate(source, { x }));
        close(value('erf("x") + erfc("x")'), 1);
        close(value('gamma("x" + 1.0) / gamma("x")'), x);
        // The Wronskian of the Bessel functions.
        close(value('(j1("x") * y0("x") - j0("x") * y1("x")) * "x"') * (Math.PI / 2), 1);
        close(value('(jn(2, "x") + j0("x")) * "x"'), value('2.0 * j1("x")'));
      }),
    );
  });

  it('count bytes, and put together what was cut', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), fc.nat(), (s, cut) => {
        const bytes = Buffer.byteLength(s);
        expect(evaluate('strLength("s")', { s })).toBe(BigInt(bytes));
        const at = BigInt(cut % bytes);
        const scope = { s: `${s}.`, at, end: BigInt(bytes) };
        expect(evaluate('strSubstring("s", 0, "at") + strSubstring("s", "at", "end")', scope)).toBe(s);
        const half = String(evaluate('strSubstring("s", 0, "at")', scope));
        // One U+FFFD per cut byte, as Go shows them.
        const whole = Buffer.from(s)
          .subarray(0, Number(at))
          .toString('utf8')
          .replace(/\ufffd+$/, '');
        expect(half.toWellFormed().replace(/\ufffd+$/, '')).toBe(whole);
        expect(evaluate('strLength(strSubstring("s", 0, "at"))', scope)).toBe(at);
      }),
    );
  });

  it('order texts by their bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        const order = Buffer.compare(Buffer.from(a), Buffer.from(b));
        expect(evaluate('"a" < "b"', { a, b })).toBe(order < 0);
        expect(evaluate('"a" >= "b"', { a, b })).toBe(order >= 0);
      }),
    );
  });

  it('count in 64 bits as bigints do', () => {
    const int = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    const some = fc.oneof(
      int,
      fc.bigInt({ min: -9n, max: 9n }),
      fc.constantFrom(2n ** 53n, 2n ** 53n - 1n, -(2n ** 53n)),
    );
    fc.assert(
      fc.property(some, some, (a, b) => {
        const wrap = (value: bigint): bigint => BigInt.asIntN(64, value);
        expect(evaluate('"a" + "b"', { a, b })).toBe(wrap(a + b));
        expect(evaluate('"a" - "b"', { a, b })).toBe(wrap(a - b));
        expect(evaluate('"a" * "b"', { a, b })).toBe(wrap(a * b));
        expect(evaluate('-"a"', { a })).toBe(wrap(-a));
        if (b !== 0n) expect(evaluate('"a" / "b"', { a, b })).toBe(wrap(a / b));
        if (b !== 0n) expect(evaluate('"a" % "b"', { a, b })).toBe(wrap(a % b));
        expect(evaluate('"a" < "b"', { a, b })).toBe(a < b);
        expect(evaluate('"a" == "b"', { a, b })).toBe(a === b);
      }),
      { numRuns: 500 },
    );
  });

  it('write floats so that they can be read again', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (x) => {
        const text = String(evaluate('string("x")', { x }));
        expect(text).not.toMatch(/e/);
        expect(evaluate('float("text")', { text })).toBe(x);
      }),
    );
  });

  it('read the clock of any zone', () => {
    const zones = ['UTC', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Pacific/Apia'];
    const date = fc.date({ min: new Date('1950-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(date, fc.constantFrom(...zones), (time, timeZone) => {
        const format = new Intl.DateTimeFormat('en-GB', {
          timeZone,
          hourCycle: 'h23',
          hour: 'numeric',
          minute: 'numeric',
          day: 'numeric',
        });
        const parts = Object.fromEntries(
          format.formatToParts(time).map(({ type, value }) => [type, String(Number(value))]),
        );
        const lambda = (source: string): string =>
          String(compileLambda<Scope>(source, { timeZone }).evaluate({ time }));
        expect(lambda('hour("time")')).toBe(parts.hour);
        expect(lambda('minute("time")')).toBe(parts.minute);
        expect(lambda('day("time")')).toBe(parts.day);
      }),
    );
  });
});

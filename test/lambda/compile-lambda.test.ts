import { describe, expect, it } from 'vitest';
import { NanoDate } from '../../src/alert/nano-date.ts';
import { LambdaEvaluationError, LambdaTypeError } from '../../src/errors.ts';
import {
  compileLambda,
  Duration,
  type LambdaFunction,
  type LambdaOptions,
  type LambdaValue,
  mapScope,
  pointScope,
  Regex,
  type ScopeValue,
  signature,
} from '../../src/lambda/index.ts';

type Scope = Readonly<Record<string, ScopeValue>>;

const evaluate = (source: string, scope: Scope = {}, options: LambdaOptions<Scope> = {}): LambdaValue =>
  compileLambda<Scope>(source, options).evaluate(scope);

function mistake(source: string, options: LambdaOptions<Scope> = {}): LambdaTypeError {
  try {
    compileLambda<Scope>(source, options);
  } catch (error) {
    if (error instanceof LambdaTypeError) return error;
    throw error;
  }
  throw new Error(`${source} was compiled`);
}

describe('compileLambda', () => {
  it('takes numbers for floats and bigints for ints, and gives them back so', () => {
    expect(evaluate('"a" + "b"', { a: 1, b: 2 })).toBe(3);
    expect(evaluate('"a" + "b"', { a: 1n, b: 2n })).toBe(3n);
    expect(evaluate('strLength("s")', { s: 'é' })).toBe(2n);
    expect(evaluate('"d" * 2', { d: Duration.of(1500) })).toEqual(Duration.of(3000));
  });

  it('counts in 64 bits', () => {
    expect(evaluate('9223372036854775807 + 1')).toBe(-9223372036854775808n);
    expect(evaluate('3037000500 * 3037000500')).toBe(-9223372036709301616n);
    expect(evaluate('(-9223372036854775807 - 1) / -1')).toBe(-9223372036854775808n);
    expect(evaluate('-7 / 2')).toBe(-3n);
    expect(evaluate('-7 % 2')).toBe(-1n);
    expect(evaluate('"a" - "a"', { a: 2n ** 62n })).toBe(0n);
    expect(evaluate('0 * -5 == 0')).toBe(true);
  });

  it('lets an int literal be a float beside one, unless strict', () => {
    expect(evaluate('"x" * 2 + 1 > 10', { x: 4.6 })).toBe(true);
    expect(evaluate('max("x", 3)', { x: 1.5 })).toBe(3);
    expect(evaluate('if("x" > 1, "x", 0)', { x: 0.5 })).toBe(0);
    expect(() => evaluate('"x" * 2', { x: 4.6 }, { strict: true })).toThrow(LambdaEvaluationError);
    expect(mistake('1 + 1.5', { strict: true }).cure).toContain('float(…)');
    expect(() => evaluate('"x" * "n"', { x: 1.5, n: 2n })).toThrow(LambdaEvaluationError);
  });

  it('follows the types as they change from scope to scope', () => {
    const sum = compileLambda<Scope>('"a" + "b" + "c"');
    expect(sum.evaluate({ a: 1n, b: 2n, c: 3n })).toBe(6n);
    expect(sum.evaluate({ a: 'x', b: 'y', c: 'z' })).toBe('xyz');
    expect(() => sum.evaluate({ a: 1n, b: 'y', c: 1n })).toThrow("+ can't join an int and a string");
    expect(sum.evaluate({ a: 1.5, b: 2, c: 3 })).toBe(6.5);
    expect(sum.evaluate({ a: 1n, b: 2n, c: 3n })).toBe(6n);
  });

  it('keeps its bearings when a value cannot be used', () => {
    const three = compileLambda<Scope>('"a" + "b" + "c" > 0');
    expect(three.evaluateBoolean({ a: 1n, b: 1n, c: 1n })).toBe(true);
    const odd = { a: 1.5, b: {}, c: 1 } as unknown as Scope;
    expect(() => three.evaluateBoolean(odd)).toThrow('"b" holds an object');
    expect(three.evaluateBoolean({ a: 1.5, b: 1, c: 1 })).toBe(true);
    expect(three.evaluateBoolean({ a: 1n, b: 1n, c: 1n })).toBe(true);
  });

  it('steps over what does not decide', () => {
    expect(evaluate('FALSE AND "missing" > 1')).toBe(false);
    expect(evaluate('TRUE OR 1 / 0 == 1')).toBe(true);
    expect(() => evaluate('FALSE AND "missing"')).toThrow(LambdaEvaluationError);
    expect(() => evaluate('if(TRUE, 1, 1 / 0)')).toThrow('Division by zero');
  });

  it('finds mistakes behind a short circuit at once, and only when they are reached if strict', () => {
    expect(mistake('"x" == 1 AND abs(\'a\') > 1.0').text).toBe("abs('a')");
    const strict = compileLambda<Scope>('"x" == 1 AND abs(\'a\') > 1.0', { strict: true });
    expect(strict.evaluateBoolean({ x: 2 })).toBe(false);
    expect(() => strict.evaluateBoolean({ x: 1 })).toThrow(LambdaEvaluationError);
  });

  it.each([
    [
      "level == 'a'",
      'level',
      'A field or tag stands in double quotes: "level". A text stands in single quotes: \'level\'.',
    ],
    ['true AND FALSE', 'true', 'Write TRUE.'],
    ['"x" != NULL', 'NULL', 'Whether there is a value is asked by isPresent("…").'],
    ['strLenght("x") > 1', 'strLenght', 'Did you mean strLength()?'],
    ['lenght("x") > 1', 'lenght', 'Did you mean strLength()?'],
    ['contains("x", \'a\')', 'contains', 'Did you mean strContains()?'],
    ["1 + 'a'", "1 + 'a'", 'Convert one of them: string(…) or int(…).'],
    ['1s > 5', '1s > 5', 'Give the number a unit, such as 5m, or divide the duration: x / 1s.'],
    ['1.5 % 2.0', '1.5 % 2.0', 'Use mod(x, y) for floats.'],
    ['now() > 5', 'now() > 5', 'Compare unixNano(…).'],
    ['"x" > 1 AND 5', '"x" > 1 AND 5', 'AND and OR join bools: compare first.'],
    ['5 =~ /a/', '5 =~ /a/', 'Only texts are matched: string(…).'],
    ['strLength(5)', 'strLength(5)', 'It takes strLength(string). Convert: string(5).'],
    ['!5', '5', 'Compare it first.'],
  ])('says what is wrong with %s', (source, text, cure) => {
    expect(mistake(source)).toMatchObject({ text, cure });
  });

  it('finds what no field can heal', () => {
    const compile = (source: string): unknown => compileLambda(source, { scope: pointScope });
    expect(() => compile('"uptime" > 5m')).toThrow(LambdaTypeError);
    expect(() => compile('"host" =~ "web"')).toThrow('A regex stands between slashes');
    expect(() => compile('"host" == "web"')).not.toThrow();
  });

  it('refuses a result that is not what the host expects', () => {
    expect(mistake('1 + 1', { expects: 'bool' }).message).toContain('should give a bool, and gives an int');
    expect(() => evaluate('"x"', { x: new Date() })).toThrow("An expression can't give a time");
    expect(() => compileLambda<Scope>('"x"').evaluateBoolean({ x: 5 })).toThrow('A bool is expected');
    expect(() => compileLambda<Scope>('5').evaluateBoolean({})).toThrow('A bool is expected');
  });

  it('checks against types that the host knows', () => {
    expect(mistake('"x" > 5', { types: { x: 'string' } }).text).toBe('"x" > 5');
    expect(compileLambda('"x" + 1.0', { types: { x: 'float' } }).type).toBe('float');
  });

  it('says its type and its references', () => {
    const lambda = compileLambda('"b" > 1 AND "a" == "b"');
    expect(lambda).toMatchObject({ type: 'bool', references: ['b', 'a'], stateful: false });
    expect(compileLambda('"x"').type).toBeUndefined();
    expect(String(compileLambda('( "x"+1 )  > (2)'))).toBe('"x" + 1 > 2');
  });

  it('reads own properties only', () => {
    for (const name of ['constructor', '__proto__', 'toString', 'valueOf']) {
      const present = compileLambda<Scope>(`isPresent("${name}")`, { scope: mapScope });
      expect(present.evaluateBoolean({})).toBe(false);
      const point = compileLambda(`isPresent("${name}")`, { scope: pointScope });
      expect(point.evaluateBoolean({ name: 'm', tags: {}, fields: {}, time: new Date() })).toBe(false);
    }
    expect(evaluate('"constructor"', { constructor: 5 } as unknown as Scope)).toBe(5);
  });

  it('reads a point: fields, then tags, and its time', () => {
    const point = {
      name: 'cpu',
      tags: { host: 'web-1', a: 'tag' },
      fields: { usage: 97.5, a: 1 },
      time: NanoDate.fromRFC3339('2024-07-01T12:30:00.000000001Z'),
    };
    const lambda = (source: string): LambdaValue =>
      compileLambda(source, { scope: pointScope, timeZone: 'Asia/Kolkata' }).evaluate(point);
    expect(lambda('"usage" > 90 AND "host" =~ /^web/ AND "a" == 1')).toBe(true);
    expect(lambda('hour("time")')).toBe(18n);
    expect(lambda('unixNano("time") % 1000')).toBe(1n);
    expect(
      compileLambda('"host" == \'a\'', { scope: pointScope }).evaluateBoolean({
        ...point,
        tags: { host: 'a' },
      }),
    ).toBe(true);
  });

  it('matches a reference with a regex whatever it holds', () => {
    const [is, isNot] = [compileLambda<Scope>('"x" =~ /^a/'), compileLambda<Scope>('"x" !~ /^a/')];
    for (const x of ['abc', 'bc', '']) {
      expect(is.evaluateBoolean({ x })).toBe(x === 'abc');
      expect(isNot.evaluateBoolean({ x })).toBe(x !== 'abc');
    }
    for (const lambda of [is, isNot]) {
      expect(() => lambda.evaluateBoolean({ x: 5 })).toThrow('Only texts are matched');
      expect(() => lambda.evaluateBoolean({})).toThrow('"x" is missing');
    }
  });

  it('takes values of every type', () => {
    const scope = { d: new Duration(90_000_000_000n), r: new Regex('^a'), t: new Date(0), n: null };
    expect(evaluate('"d" > 1m', scope)).toBe(true);
    expect(evaluate('\'abc\' =~ "r"', scope)).toBe(true);
    expect(evaluate('year("t")', scope)).toBe(1970n);
    expect(evaluate('isPresent("n")', scope)).toBe(false);
    expect(() => evaluate('year("t")', { t: new Date(Number.NaN) })).toThrow('an invalid Date');
  });

  it('takes time and chance from where it is told to', () => {
    const now = (): Date => new Date(5);
    expect(evaluate('unixNano(now())', {}, { now })).toBe(5_000_000n);
    expect(evaluate('rand() * 2', {}, { random: () => 0.25 })).toBe(0.5);
    expect(mistake('rand() > 0.5', { strict: true }).text).toBe('rand');
  });

  it('takes words and functions of the host', () => {
    const half: LambdaFunction = {
      name: 'half',
      signatures: [signature(['float'], 'float', (x: number) => x / 2)],
    };
    const big: LambdaFunction = { name: 'big', signatures: [signature([], 'int', () => 5n)] };
    const options = { functions: [half, big], identifiers: { LIMIT: 10n } };
    expect(evaluate('half("x") > LIMIT', { x: 21 }, options)).toBe(true);
    expect(evaluate('big() == 5', {}, options)).toBe(true);
  });

  it('lets a function of the host evaluate the same expression in between', () => {
    let depth = 0;
    const again: LambdaFunction = {
      name: 'again',
      signatures: [
        signature([], 'float', () => (depth++ === 0 ? Number(lambda.evaluate({ a: 1000, b: 1 })) : 0)),
      ],
    };
    const lambda = compileLambda<Scope>('again() * 0.0 + "a" + "b"', { functions: [again] });
    expect(lambda.evaluate({ a: 1, b: 2 })).toBe(3);
  });

  it('runs chains of any length', () => {
    const chain = (operator: string, n = 20_000): string => Array(n).fill('"x"').join(` ${operator} `);
    expect(evaluate(chain('+'), { x: 1n })).toBe(20_000n);
    expect(evaluate(chain('-'), { x: 1 })).toBe(-19_998);
    expect(evaluate(chain('AND'), { x: true })).toBe(true);
    expect(evaluate(Array(20_000).fill('"x" == 1').join(' OR '), { x: 2 })).toBe(false);
  });

  it('runs what nests as deep as it may', () => {
    expect(evaluate(`${'abs('.repeat(390)}1.5${')'.repeat(390)}`)).toBe(1.5);
    expect(evaluate(`${'(1 + '.repeat(390)}"x"${')'.repeat(390)}`, { x: 1n })).toBe(391n);
    expect(evaluate(`${'!'.repeat(390)}"x"`, { x: true })).toBe(true);
  });
});

describe('an expression that remembers', () => {
  it('counts evaluations, all calls together', () => {
    const count = compileLambda<Scope>('count() * 10 + count()');
    expect([1, 2].map(() => count.evaluate({}))).toEqual([12n, 34n]);
  });

  it('shares nothing with its instances', () => {
    const count = compileLambda<Scope>('count()');
    count.evaluate({});
    const other = count.instance();
    expect(other.evaluate({})).toBe(1n);
    expect(count.evaluate({})).toBe(2n);
    const plain = compileLambda<Scope>('"x" > 1');
    expect(plain.instance()).toBe(plain);
  });

  it('measures distances in standard deviations', () => {
    const sigma = compileLambda<Scope>('sigma("x")');
    expect([1, 2, 3].map((x) => sigma.evaluate({ x }))).toEqual([0, 0.7071067811865475, 1]);
  });
});

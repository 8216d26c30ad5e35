import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Value } from '../../src/template/value/value.ts';
import { render } from './render.ts';

const print = (format: string, ...values: unknown[]): string =>
  render(
    `{{ printf ${JSON.stringify(format)} ${values.map((_, i) => `.Fields.v${i}`).join(' ')} }}`,
    { Fields: Object.fromEntries(values.map((value, i) => [`v${i}`, value])) },
    { strict: true },
  );

describe('printf prints what Go prints', () => {
  test.each([
    ['%s', ['cpu'], 'cpu'],
    ['%d', [42n], '42'],
    ['%05d|%-5d|%+d|% d', [42n, 42n, 42n, 42n], '00042|42   |+42| 42'],
    [
      '%x %X %#x %o %b %c %q %U',
      [65n, 65n, 65n, 65n, 65n, 65n, 65n, 65n],
      "41 41 0x41 101 1000001 A 'A' U+0041",
    ],
    ['%.2f', [97.5], '97.50'],
    ['%6.1f|%-6.1f|%06.1f', [1.5, 1.5, 1.5], '   1.5|1.5   |0001.5'],
    ['%.2f %.2f %.0f %.0f %.1f', [2.675, 1.005, 0.5, 2.5, 0.25], '2.67 1.00 0 2 0.2'],
    ['%e %g %v', [97.5, 1e6, 1e6], '9.750000e+01 1e+06 1e+06'],
    ['%v %v %v', [0.0001, 0.00001, 999999], '0.0001 1e-05 999999'],
    ['%v %v', [-0, 1e21], '-0 1e+21'],
    ['%q %#q', ['a"b', 'ab'], '"a\\"b" `ab`'],
    ['%5s|%-5s|%.1s', ['日本', '日本', '日本'], '   日本|日本   |日'],
    ['%t', [true], 'true'],
    ['%T %T %T %T', [1n, 1.5, 'a', true], 'int64 float64 string bool'],
    ['%v', [{ b: 1n, a: 'x' }], 'map[a:x b:1]'],
    ['%#v', [{ a: 'x' }], 'map[string]interface {}{"a":"x"}'],
    ['%v', [['a', 1n, null]], '[a 1 <nil>]'],
    ['%[2]s %[1]s', ['a', 'b'], 'b a'],
    ['%*d', [5n, 42n], '   42'],
    ['100%%', [], '100%'],
  ])('%s', (format, values, expected) => {
    expect(print(format, ...values)).toBe(expected);
  });

  test.each([
    ['%d', [97.5], '%!d(float64=97.5)'],
    ['%.2f', ['high'], '%!f(string=hi)'],
    ['%s', [42n], '%!s(int64=42)'],
    ['%s', [], '%!s(MISSING)'],
    ['%s', [null], '%!s(<nil>)'],
    ['x', [1n, 'a'], 'x%!(EXTRA int64=1, string=a)'],
    ['%', [], '%!(NOVERB)'],
    ['%[5]d', [1n], '%!d(BADINDEX)'],
    ['%y', [true], '%!y(bool=true)'],
  ])('%s tells what is wrong', (format, values, expected) => {
    expect(print(format, ...values)).toBe(expected);
  });
});

describe('floats', () => {
  test('of 32 bits have the digits that 32 bits need, the even one where two are as near', () => {
    const float32 = { name: 'float32', kind: 'float', bits: 32 } as const;
    const shown = (value: number): string => print('%v', new Value(float32, Math.fround(value)));
    expect([0.1, 378120.125, 16777216, 3.4e38, 1e-45].map(shown)).toEqual([
      '0.1',
      '378120.12',
      '1.6777216e+07',
      '3.4e+38',
      '1e-45',
    ]);
  });

  const float = fc.double({ noNaN: true, noDefaultInfinity: true });

  test('%v reads back as the same float', () => {
    fc.assert(
      fc.property(float, (value) => {
        expect(Number(print('%v', value))).toBe(value);
      }),
    );
  });

  test('%.Nf is the nearest text of its length', () => {
    fc.assert(
      fc.property(float, fc.integer({ min: 0, max: 30 }), (value, digits) => {
        const text = print(`%.${digits}f`, value);
        const [, sign, whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
        expect(fraction.length).toBe(digits);
        expect(sign === '-').toBe(value < 0 || Object.is(value, -0));
        // |printed - exact| ≤ half a unit of the last digit, in whole numbers: exact is m·2^e.
        const [mantissa, exponent] = exactly(Math.abs(value));
        const scale = 2n ** BigInt(Math.max(0, -exponent));
        const exact = mantissa * 2n ** BigInt(Math.max(0, exponent)) * 10n ** BigInt(digits) * 2n;
        const printed = BigInt(whole + fraction) * scale * 2n;
        const distance = printed > exact ? printed - exact : exact - printed;
        expect(distance <= scale).toBe(true);
        if (distance === scale) expect(BigInt(whole + fraction) % 2n).toBe(0n);
      }),
    );
  });
});

function exactly(value: number): [mantissa: bigint, exponent: number] {
  let exponent = 0;
  let mantissa = value;
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    exponent--;
  }
  return [BigInt(mantissa), exponent];
}

import { describe, expect, test } from 'vitest';
import { failure, render } from './render.ts';

describe('an integral number', () => {
  const data = { Fields: { value: 1_000_000, count: 42n } };

  test('is an int as it is', () => {
    expect(render('{{ .Fields.value }} {{ printf "%d" .Fields.value }}', data)).toBe('1000000 1000000');
  });

  test('is a float where one is asked for', () => {
    expect(render('{{ printf "%.2f" .Fields.value }}', data)).toBe('1000000.00');
  });

  test('compares with ints and floats', () => {
    expect(render('{{ gt .Fields.value 90 }} {{ gt .Fields.value 90.5 }}', data)).toBe('true true');
  });

  test('is a float64 in strict mode', () => {
    expect(render('{{ .Fields.value }} {{ printf "%d" .Fields.value }}', data, { strict: true })).toBe(
      '1e+06 %!d(float64=1e+06)',
    );
    expect(failure('{{ gt .Fields.value 90 }}', data, { strict: true }).reason).toBe(
      'A float64 cannot be compared with an int',
    );
  });
});

test('a number with a fraction compares with ints', () => {
  expect(render('{{ gt .Fields.value 90 }}', { Fields: { value: 97.5 } })).toBe('true');
});

test('a bigint is an int64, to the last digit', () => {
  const data = { Fields: { big: 9007199254740993n } };
  for (const strict of [false, true]) {
    expect(render('{{ .Fields.big }} {{ printf "%T" .Fields.big }}', data, { strict })).toBe(
      '9007199254740993 int64',
    );
    expect(render('{{ eq .Fields.big 9007199254740992 }}', data, { strict })).toBe('false');
  }
});

test('numbers beyond the safe integers are floats', () => {
  expect(render('{{ .Fields.v }}', { Fields: { v: 1e21 } })).toBe('1e+21');
});

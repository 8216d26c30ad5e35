import { describe, expect, it } from 'vitest';
import { readYamlScalar, yamlScalarText } from '../../src/spec/yaml-scalar.ts';

describe('readYamlScalar', () => {
  it.each([
    ['y', true],
    ['Yes', true],
    ['on', true],
    ['TRUE', true],
    ['tRUE', 'tRUE'],
    ['n', false],
    ['off', false],
    ['', null],
    ['~', null],
    ['Null', null],
    ['5', 5n],
    ['-7', -7n],
    ['+5', 5n],
    ['010', 8n],
    ['0o17', 15n],
    ['0x1F', 31n],
    ['0b101', 5n],
    ['1_000', 1000n],
    ['9223372036854775808', 9223372036854775808n],
    ['18446744073709551616', 18446744073709552000],
    ['08', 8],
    ['1.5', 1.5],
    ['.5', 0.5],
    ['1.', 1],
    ['1e3', 1000],
    ['-1.5E-3', -0.0015],
    ['.inf', Infinity],
    ['-.Inf', -Infinity],
    ['1e400', '1e400'],
    ['1:30', '1:30'],
    ['2020-01-02', '2020-01-02'],
    ['2020-01-02T03:04:05Z', '2020-01-02T03:04:05Z'],
    ['10s', '10s'],
    ['-', '-'],
    ['.', '.'],
    ['0x', '0x'],
    ['1e', '1e'],
  ])('%s', (source, expected) => {
    expect(readYamlScalar(source)).toBe(expected);
  });

  it('knows what is not a number', () => {
    expect(readYamlScalar('.NaN')).toBeNaN();
  });
});

describe('yamlScalarText', () => {
  it.each([
    [true, 'true'],
    [8n, '8'],
    [1, '1'],
    [1.5, '1.5'],
    [-0, '-0'],
    [123456.7, '123456.7'],
    [1234567, '1.234567e+06'],
    [1e21, '1e+21'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [1.123456789, '1.1234568'],
    [16777217, '1.6777216e+07'],
    [Infinity, '+Inf'],
    [-Infinity, '-Inf'],
    [Number.NaN, 'NaN'],
  ])('%s as %s', (value, expected) => {
    expect(yamlScalarText(value)).toBe(expected);
  });
});

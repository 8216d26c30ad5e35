import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from '../../src/alert/go-duration.ts';
import { int64 } from '../../src/alert/int64.ts';

describe('parseDuration', () => {
  it.each<[string, number]>([
    ['10s', 10e9],
    ['1h30m', 5400e9],
    ['1.5h', 5400e9],
    ['-2d', -172_800e9],
    ['250ms', 250e6],
    ['3u', 3000],
    ['3µs', 3000],
    ['.5s', 5e8],
    ['1w', 604_800e9],
    ['7ns', 7],
    ['0', 0],
  ])('reads %s', (text, nanoseconds) => {
    expect(parseDuration(text)).toBe(nanoseconds);
  });

  it.each(['', 's', '10', '10 s', '10x', '1h-5m', 'ten seconds', '300000w'])(
    'finds no duration in %j',
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );
});

describe('formatDuration', () => {
  it.each<[number, string]>([
    [0, '0s'],
    [1, '1ns'],
    [1500, '1.5µs'],
    [1_500_000, '1.5ms'],
    [1_500_000_000, '1.5s'],
    [60e9, '1m0s'],
    [3600e9, '1h0m0s'],
    [-90e9, '-1m30s'],
    [428_090_807_006, '7m8.090807006s'],
  ])('prints %d as %s', (nanoseconds, text) => {
    expect(formatDuration(nanoseconds)).toBe(text);
  });

  it('prints what parseDuration reads back, over the whole range', () => {
    fc.assert(
      fc.property(fc.bigInt(-(2n ** 63n) + 1n, 2n ** 63n - 1n), (nanoseconds) => {
        expect(parseDuration(formatDuration(int64(nanoseconds)))).toBe(int64(nanoseconds));
      }),
    );
  });
});

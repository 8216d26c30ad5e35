import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatRFC3339, NanoDate, unixNano } from '../../src/alert/nano-date.ts';

describe('NanoDate', () => {
  it('keeps the nanoseconds that a Date would cut', () => {
    const time = NanoDate.fromRFC3339('2023-11-05T06:07:08.090807006Z');
    expect(time.getTime()).toBe(Date.parse('2023-11-05T06:07:08.090Z'));
    expect(time.nanoseconds).toBe(807_006);
    expect(formatRFC3339(time)).toBe('2023-11-05T06:07:08.090807006Z');
  });

  it.each([
    ['2023-11-05T06:00:00Z', '2023-11-05T06:00:00Z'],
    ['2023-11-05T06:07:08.09Z', '2023-11-05T06:07:08.09Z'],
    ['2023-11-05T06:07:08.100000000Z', '2023-11-05T06:07:08.1Z'],
    ['2023-11-05T06:07:08.000000010Z', '2023-11-05T06:07:08.00000001Z'],
    ['2023-11-05T08:07:08+02:00', '2023-11-05T06:07:08Z'],
    ['1969-12-31T23:59:59.999999999Z', '1969-12-31T23:59:59.999999999Z'],
  ])('prints %s as %s, its fraction only as long as needed', (input, output) => {
    expect(formatRFC3339(NanoDate.fromRFC3339(input))).toBe(output);
  });

  it('goes to nanoseconds since the epoch and back without loss, before 1970 too', () => {
    fc.assert(
      fc.property(fc.bigInt(-(2n ** 62n), 2n ** 62n), (nanoseconds) => {
        const time = NanoDate.fromUnixNano(nanoseconds);
        expect(unixNano(time)).toBe(nanoseconds);
        expect(unixNano(NanoDate.fromRFC3339(formatRFC3339(time)))).toBe(nanoseconds);
      }),
    );
  });

  it.each(['', 'yesterday', '2023-11-05', '2023-11-05 06:07:08', '2023-13-05T06:07:08Z'])(
    'refuses %j',
    (text) => {
      expect(() => NanoDate.fromRFC3339(text)).toThrow(/is not an RFC 3339 time/);
    },
  );

  it.each([-1, 1_000_000, 0.5, Number.NaN])('refuses %d nanoseconds', (nanoseconds) => {
    expect(() => new NanoDate(0, nanoseconds)).toThrow(`from 0 to 999999, got ${nanoseconds}`);
  });
});

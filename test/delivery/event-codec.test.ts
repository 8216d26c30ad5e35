import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NanoDate } from '../../src/alert/nano-date.ts';
import { decodeEvent, decodeStored, encodeEvent, encodeStored } from '../../src/delivery/index.ts';
import { StoreError } from '../../src/errors.ts';
import { event } from './scene.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\u0001', '\u0001s', '\u0001t1 2', '\u0001i5', '__proto__'),
);
const field = fc.oneof(
  text,
  fc.double(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.boolean(),
);
const time = fc.oneof(
  fc.date({ noInvalidDate: true }),
  fc
    .tuple(fc.integer({ min: -1e12, max: 4e12 }), fc.integer({ min: 1, max: 999_999 }))
    .map(([ms, ns]) => new NanoDate(ms, ns)),
);
const map = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> =>
  fc.dictionary(text, values, { noNullPrototype: true });

describe('the stored form of an event', () => {
  it('reads back what was written, whatever it holds', () => {
    fc.assert(
      fc.property(
        text,
        text,
        time,
        map(text),
        map(field),
        fc.double({ noNaN: true }),
        (id, message, when, tags, fields, duration) => {
          const original = event(id, 'WARNING', {
            message,
            time: when,
            tags,
            fields,
            duration,
            series: [
              {
                name: id,
                tags,
                columns: ['time', ...Object.keys(fields)],
                values: [[when, ...Object.values(fields)], [null]],
              },
            ],
          });
          const copy = decodeEvent(encodeEvent(original));
          expect(copy).toEqual(original);
          expect(Object.keys(copy.tags)).toEqual(Object.keys(tags));
        },
      ),
    );
  });

  it('keeps nanoseconds, ints beyond doubles, and what JSON has no word for', () => {
    const original = {
      time: NanoDate.fromRFC3339('2023-11-05T06:07:08.090807006Z'),
      int: 9_223_372_036_854_775_807n,
      numbers: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0],
      invalid: new Date(Number.NaN),
    };
    expect(decodeStored(encodeStored(original))).toEqual(original);
  });

  it.each(['', '{', 'null', '[]', '{"topic":"cpu","id":"a","level":"BAD"}', '"\\u0001ix"'])(
    'refuses %j',
    (stored) => {
      expect(() => decodeEvent(stored)).toThrow(StoreError);
    },
  );
});

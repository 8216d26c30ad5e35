import { describe, expect, it } from 'vitest';
import { goJson, RawJson } from '../../src/alert/go-json.ts';
import { NanoDate } from '../../src/alert/nano-date.ts';

describe('goJson', () => {
  it('escapes texts, and keeps big integers and nanoseconds whole', () => {
    const value = {
      text: '<b> & \u2028 "q" \u0001 日本 🔥 \ud800',
      big: 9007199254740993n,
      small: 1e-7,
      huge: 1e21,
      time: NanoDate.fromRFC3339('2023-11-05T06:07:08.090807006Z'),
      list: [null, true, -0],
      absent: undefined,
    };
    expect(goJson(value)).toBe(
      '{"text":"\\u003cb\\u003e \\u0026 \\u2028 \\"q\\" \\u0001 日本 🔥 \ufffd","big":9007199254740993,"small":1e-7,' +
        '"huge":1e+21,"time":"2023-11-05T06:07:08.090807006Z","list":[null,true,-0]}',
    );
  });

  it('puts ready JSON in as it is', () => {
    expect(goJson({ a: new RawJson('{"series":null}') })).toBe('{"a":{"series":null}}');
  });

  it('writes null for what JSON cannot hold', () => {
    expect(goJson([Number.NaN, Number.POSITIVE_INFINITY, undefined])).toBe('[null,null,null]');
  });

  it('sorts members by their bytes when told to, at every depth', () => {
    const value = { b: { z: 1, a: [{ y: 1, x: 2 }] }, 10: 1, 9: 2, '\u{1f525}': 3, '\uff5e': 4 };
    expect(goJson(value, { sortKeys: true })).toBe(
      '{"10":1,"9":2,"b":{"a":[{"x":2,"y":1}],"z":1},"\uff5e":4,"\u{1f525}":3}',
    );
  });

  it('treats __proto__ as any other name', () => {
    expect(goJson(Object.fromEntries([['__proto__', 1]]))).toBe('{"__proto__":1}');
  });
});

import { describe, expect, it } from 'vitest';
import { compareBytes } from '../../src/alert/compare-bytes.ts';
import type { AlertEvent } from '../../src/alert/event.ts';
import { NanoDate } from '../../src/alert/nano-date.ts';
import { alertDataJson, tagsJson, valueJson } from '../../src/alert/wire.ts';

const event: AlertEvent = {
  topic: 't',
  id: 'disk:<srv>',
  level: 'CRITICAL',
  previousLevel: 'OK',
  message: 'a & b',
  details: '',
  time: NanoDate.fromRFC3339('2023-11-05T06:07:08.090807006Z'),
  duration: 428_090.807006,
  recoverable: true,
  noExternal: false,
  name: 'disk',
  taskName: '',
  group: '',
  category: '',
  tags: {},
  fields: {},
  series: null,
};

describe('alertDataJson', () => {
  it("has Kapacitor's keys in Kapacitor's order, and Go's escapes", () => {
    expect(alertDataJson(event)).toBe(
      '{"id":"disk:\\u003csrv\\u003e","message":"a \\u0026 b","details":"","time":"2023-11-05T06:07:08.090807006Z",' +
        '"duration":428090807006,"level":"CRITICAL","data":{"series":null},"previousLevel":"OK","recoverable":true}',
    );
  });

  it('writes a duration exactly where it is known in nanoseconds', () => {
    expect(alertDataJson({ ...event, durationNs: 9_223_372_036_854_775_807n })).toContain(
      '"duration":9223372036854775807,',
    );
  });

  it('leaves out what is empty in a series and keeps every digit of an int', () => {
    const series = [
      { name: '', tags: {}, columns: ['time', 'n'], values: [[new Date(0), 9_007_199_254_740_993n]] },
    ];
    expect(alertDataJson({ ...event, series })).toContain(
      '{"series":[{"columns":["time","n"],"values":[["1970-01-01T00:00:00Z",9007199254740993]]}]}',
    );
  });
});

describe('valueJson', () => {
  it.each([
    [-0, '-0'],
    [1e21, '1e+21'],
    [1e-7, '1e-7'],
    [93.5, '93.5'],
    [Number.NaN, 'null'],
    [true, 'true'],
    [null, 'null'],
    ['\u2028\u0001', '"\\u2028\\u0001"'],
    ['\ud800', '"\ufffd"'],
  ])('writes %j as %s', (value, json) => {
    expect(valueJson(value)).toBe(json);
  });
});

describe('tagsJson', () => {
  it('sorts names by their bytes, as Go does, not by UTF-16 units', () => {
    expect(tagsJson({ '😀': '1', '\uffff': '2', b: '3', B: '4' })).toBe(
      '{"B":"4","b":"3","\uffff":"2","😀":"1"}',
    );
  });

  it('agrees with the order of the encoded bytes', () => {
    const words = ['', 'a', 'ab', 'b', 'é', '\uffff', '😀', '😀a', '\ud7ff', '\ue000'];
    const byBytes = [...words].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect([...words].sort(compareBytes)).toEqual(byBytes);
  });
});

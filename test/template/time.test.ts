import { describe, expect, test } from 'vitest';
import { NanoDate } from '../../src/alert/nano-date.ts';
import { GoTime } from '../../src/template/time/go-time.ts';
import { failure, render } from './render.ts';

const data = { Time: NanoDate.fromRFC3339('2020-06-01T14:04:05.006000007Z'), Duration: 330_500_000_000 };

describe('layouts', () => {
  test.each([
    ['2006-01-02 15:04:05', '2020-06-01 14:04:05'],
    ['Mon Jan _2 3:04PM 2006', 'Mon Jun  1 2:04PM 2020'],
    ['Monday, January 2 06 pm', 'Monday, June 1 20 pm'],
    ['2006-01-02T15:04:05.999999999Z07:00', '2020-06-01T14:04:05.006000007Z'],
    ['05.000', '05.006'],
    ['05.99', '05'],
    ['002 __2', '153 153'],
    ['-0700 -07:00 MST', '+0000 +00:00 UTC'],
    ['Janet Mond', 'Janet Mond'],
    ['YYYY-MM-DD', 'YYYY-MM-DD'],
  ])('%s', (layout, expected) => {
    expect(render(`{{ .Time.Format ${JSON.stringify(layout)} }}`, data)).toBe(expected);
  });

  test('other zones', () => {
    const zone = { name: 'CEST', offset: 7200, location: 'CEST' };
    const time = new GoTime(Date.UTC(2020, 5, 1, 12), 0, zone);
    expect(render('{{ .Time.Format "15:04 MST -07 Z07:00" }}', { Time: time })).toBe('14:00 CEST +02 +02:00');
    expect(render('{{ .Time }}', { Time: time })).toBe('2020-06-01 14:00:00 +0200 CEST');
  });
});

describe('methods', () => {
  test.each([
    ['{{ .Time }}', '2020-06-01 14:04:05.006000007 +0000 UTC'],
    ['{{ .Time.Year }}/{{ .Time.Month }}/{{ .Time.Day }} {{ .Time.Weekday }}', '2020/June/1 Monday'],
    ['{{ .Time.Unix }} {{ .Time.UnixNano }}', '1591020245 1591020245006000007'],
    ['{{ .Time.UTC.Hour }} {{ .Time.IsZero }}', '14 false'],
    ['{{ (.Time.Add 1000000000).Second }}', '6'],
    ['{{ .Time.AddDate 0 1 -1 }}', '2020-06-30 14:04:05.006000007 +0000 UTC'],
    ['{{ .Time.Truncate 3600000000000 }}', '2020-06-01 14:00:00 +0000 UTC'],
    ['{{ .Duration }} {{ .Duration.Seconds }} {{ .Duration.Minutes }}', '5m30.5s 330.5 5.508333333333333'],
    ['{{ .Duration.Round 60000000000 }} {{ .Duration.Truncate 60000000000 }}', '6m0s 5m0s'],
    ['{{ gt .Duration 60000000000 }}', 'true'],
    ['{{ eq .Time.Month 6 }}', 'true'],
  ])('%s', (source, expected) => {
    expect(render(source, data)).toBe(expected);
  });

  test('what gives several values cannot be called', () => {
    expect(failure('{{ .Time.Date }}', data).reason).toMatch(/^Date gives three values/);
  });

  test('a text is no duration', () => {
    expect(failure('{{ .Time.Add "1h" }}', data).reason).toBe('A time.Duration is needed here, not a string');
  });
});

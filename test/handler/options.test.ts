import { describe, expect, it } from 'vitest';
import { configDuration, duration, optionsSchema, text, textMap, texts } from '../../src/handler/options.ts';

const schema = optionsSchema({ 'icon-emoji': text, channel: text });
const validate = (given: unknown) => schema['~standard'].validate(given);

describe('optionsSchema', () => {
  it.each([
    [{ 'icon-emoji': 'a', iconEmoji: 'b' }, "option 'iconEmoji' is given twice, as 'icon-emoji' too"],
    [{ CHANNEL: 'a', channel: 'b' }, "option 'channel' is given twice, as 'CHANNEL' too"],
  ])('refuses %j, of which one would have no effect', (given, message) => {
    expect(validate(given)).toMatchObject({ issues: [{ message }] });
  });

  it('takes null in a list or map of texts for the empty text, and for a list or map that is not given', () => {
    const lists = optionsSchema({ list: texts, map: textMap })['~standard'];
    expect(lists.validate({ list: ['a', null], map: { a: null, b: 'b' } })).toEqual({
      value: { list: ['a', ''], map: { a: '', b: 'b' } },
    });
    expect(lists.validate({ list: null, map: null })).toEqual({ value: {} });
    expect(lists.validate({ list: [undefined, 1] })).toMatchObject({
      issues: [{ message: expect.stringContaining('list.0: ') }, { path: ['list', 1] }],
    });
  });

  it.each(['1d', '2w', '1h1d', '3u', '5µ'])(
    'takes %s for a duration of an option, not of a configuration',
    (given) => {
      const durations = optionsSchema({ option: duration, setting: configDuration })['~standard'];
      expect(durations.validate({ option: given })).toMatchObject({ value: { option: expect.any(Number) } });
      expect(durations.validate({ setting: given })).toMatchObject({
        issues: [{ message: expect.stringContaining('whose units are h, m, s, ms, us and ns; write ') }],
      });
    },
  );

  it.each([
    ['1h30m', 5_400_000],
    ['-1.5s', -1500],
    ['3us', 0.003],
    ['2µs', 0.002],
    ['2μs', 0.002],
    ['1ns', 1e-6],
    ['0', 0],
    [2_000_000, 2],
  ])('takes %s for a duration of a configuration', (given, milliseconds) => {
    const durations = optionsSchema({ setting: configDuration })['~standard'];
    expect(durations.validate({ setting: given })).toEqual({ value: { setting: milliseconds } });
  });

  it('shows a duration that a configuration takes in place of one that it does not', () => {
    const durations = optionsSchema({ setting: configDuration })['~standard'];
    expect(durations.validate({ setting: '1d' })).toMatchObject({
      issues: [{ message: expect.stringMatching(/^setting: '1d' is no duration .*; write 24h0m0s$/) }],
    });
    expect(durations.validate({ setting: 'soon' })).toMatchObject({
      issues: [{ message: expect.stringMatching(/^setting: 'soon' is no duration; write one such as 10s/) }],
    });
  });

  it('takes undefined for not given', () => {
    expect(validate({ 'icon-emoji': undefined, iconEmoji: 'b' })).toEqual({ value: { iconEmoji: 'b' } });
  });
});

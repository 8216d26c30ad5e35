import { describe, expect, it } from 'vitest';
import { optionsSchema, text } from '../../src/handler/options.ts';

const schema = optionsSchema({ 'icon-emoji': text, channel: text });
const validate = (given: unknown) => schema['~standard'].validate(given);

describe('optionsSchema', () => {
  it.each([
    [{ 'icon-emoji': 'a', iconEmoji: 'b' }, "option 'iconEmoji' is given twice, as 'icon-emoji' too"],
    [{ CHANNEL: 'a', channel: 'b' }, "option 'channel' is given twice, as 'CHANNEL' too"],
  ])('refuses %j, of which one would have no effect', (given, message) => {
    expect(validate(given)).toMatchObject({ issues: [{ message }] });
  });

  it('takes undefined for not given', () => {
    expect(validate({ 'icon-emoji': undefined, iconEmoji: 'b' })).toEqual({ value: { iconEmoji: 'b' } });
  });
});

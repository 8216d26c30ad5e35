import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { text } from '../../../src/handler/options.ts';
import { nestedOptions } from '../../../src/handlers/shared/nested-options.ts';

const schema = nestedOptions({ href: text, 'open-in': text });

describe('nestedOptions', () => {
  it.each([
    [
      { href: 'a', 'open-in': 'b' },
      { href: 'a', openIn: 'b' },
    ],
    [
      { HREF: 'a', openIn: 'b' },
      { href: 'a', openIn: 'b' },
    ],
    [{ href: 'a', 'open-in': null }, { href: 'a' }],
    [{}, {}],
  ])('takes %j', (given, expected) => {
    expect(v.parse(schema, given)).toEqual(expected);
  });

  it.each([
    [{ hreff: 'a' }, "unknown option 'hreff'. Did you mean 'href'?"],
    [{ href: 1 }, 'a text'],
    [{ HREF: 1 }, 'HREF: expected a text, got the number "1"'],
    ['href', 'a map of options'],
  ])('refuses %j', (given, message) => {
    const { issues = [] } = v.safeParse(schema, given);
    expect(issues.map((issue) => issue.message).join()).toContain(message);
  });
});

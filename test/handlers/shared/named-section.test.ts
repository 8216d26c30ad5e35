import { describe, expect, it } from 'vitest';
import { namedSection } from '../../../src/handlers/shared/named-section.ts';

describe('namedSection', () => {
  it.each([
    [
      { id: 'a', url: 'u' },
      { id: 'a', url: 'u' },
    ],
    [
      { ID: 'a', url: 'u' },
      { id: 'a', url: 'u' },
    ],
    [{ url: 'u' }, { id: 'default', url: 'u' }],
    [{ id: '' }, { id: '' }],
    [{ Id: '' }, { id: '' }],
  ])('names %j', (section: object, expected) => {
    expect(namedSection(section, 'id', 'default')).toEqual(expected);
  });

  it('leaves a section without a name when none is due', () => {
    expect(namedSection({ url: 'u' }, 'id', undefined)).toEqual({ url: 'u' });
  });
});

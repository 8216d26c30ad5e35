import { describe, expect, it } from 'vitest';
import { KindConfigurationError } from '../../src/errors.ts';
import * as handlers from '../../src/handlers/index.ts';

type Make = (configured?: unknown) => { readonly kind: string };

const kinds = Object.entries(handlers as unknown as Readonly<Record<string, Make>>);
/** The kinds whose handlers have all that they need in their options. */
const WITHOUT = ['aggregate', 'exec', 'log', 'publish', 'tcp'];

describe('the configuration of a kind', () => {
  it('is tried for all 27', () => {
    expect(kinds).toHaveLength(27);
  });

  it.each(kinds.filter(([name]) => !WITHOUT.includes(name)))('%s takes maps only', (name, make) => {
    for (const given of [null, 5, 'x', true, () => ({}), [null], [undefined], [5], [Number.NaN], [[]]]) {
      expect(() => make(given), String(given)).toThrow(KindConfigurationError);
      expect(() => make(given), String(given)).toThrow(`${name}: expected a map of options, got `);
    }
  });

  it.each(kinds)('%s throws nothing but errors of ours', (_, make) => {
    for (const given of [
      undefined,
      {},
      [],
      [{}, {}],
      { nope: 1 },
      Object.create(null),
      new Map(),
      new Date(0),
    ]) {
      try {
        make(given);
      } catch (error) {
        expect(error).toBeInstanceOf(KindConfigurationError);
      }
    }
  });
});

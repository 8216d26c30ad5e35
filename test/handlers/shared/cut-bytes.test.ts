import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutBytes } from '../../../src/handlers/shared/cut-bytes.ts';

const bytes = (text: string): number => new TextEncoder().encode(text).length;

describe('cutBytes', () => {
  it.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'abc'],
    ['äöü', 6, 'äöü'],
    ['xäöü', 4, 'xä\ufffd'],
    ['日日', 5, '日\ufffd\ufffd'],
    ['a🔥', 4, 'a\ufffd\ufffd\ufffd'],
    ['a🔥', 5, 'a🔥'],
    ['🔥', 0, ''],
  ])('%s to %d bytes', (text, limit, expected) => {
    expect(cutBytes(text, limit)).toBe(expected);
  });

  it('keeps a text that fits, and otherwise a prefix with one mark for each byte that is left over', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(40), (raw, limit) => {
        const text = raw.replaceAll('\ufffd', '');
        const cut = cutBytes(text, limit);
        if (bytes(text) <= limit) {
          expect(cut).toBe(text);
          return;
        }
        const prefix = cut.replace(/\ufffd+$/, '');
        expect(text.startsWith(prefix)).toBe(true);
        expect(bytes(prefix) + (cut.length - prefix.length)).toBe(limit);
      }),
    );
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../../src/errors.ts';

const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');

describe('docs/errors.md', () => {
  it('has a section for every code, and none for others', () => {
    const sections = [...page.matchAll(/^### (\S+)$/gm)].map(([, code]) => code).sort();
    expect(sections).toEqual(Object.keys(ERROR_CODES).sort());
  });

  it('names only classes that exist', async () => {
    const errors: Record<string, unknown> = await import('../../src/errors.ts');
    for (const [, name = ''] of page.matchAll(/\*Class:\* `(\w+)`/g))
      expect(errors, name).toHaveProperty(name);
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TocsinError } from '../../src/errors.ts';
import { LAMBDA_FUNCTIONS } from '../../src/lambda/index.ts';
import { compileMatch } from '../../src/match/index.ts';
import { EVENT_FUNCTIONS } from '../../src/match/match-functions.ts';

const page = readFileSync(`${import.meta.dirname}/../../docs/expressions.md`, 'utf8');

describe('docs/expressions.md', () => {
  it('names every function', () => {
    for (const { name } of [...LAMBDA_FUNCTIONS.values(), ...EVENT_FUNCTIONS])
      expect(page).toMatch(new RegExp(`\`${name}[(\`]`));
  });

  it('shows the cures that are given', () => {
    const rows = [...page.matchAll(/^\| `([^`|]+)` \| ((?:Write|Did|Add|Give|A field)[^|]+) \|$/gm)];
    expect(rows.length).toBeGreaterThan(6);
    for (const [, source = '', cure = ''] of rows) {
      let said = '';
      try {
        compileMatch(source);
      } catch (error) {
        said = error instanceof TocsinError ? (error.cure ?? '') : '';
      }
      const plain = cure.replaceAll('`', '');
      const start = plain.startsWith('A field')
        ? 'A field or tag stands in double quotes'
        : plain.replace(/\.$/, '');
      expect(said.startsWith(start), `${source}: ${said}`).toBe(true);
    }
  });
});

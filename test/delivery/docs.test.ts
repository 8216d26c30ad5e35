import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { DELIVERY_OUTCOMES, FAILURE_REASONS } from 'tocsin';
import { describe, expect, it } from 'vitest';
import { resolveDeliveryOptions } from '../../src/delivery/index.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../docs/delivery.md'), 'utf8');

/** The rows of the table under a head, cell by cell. */
function table(head: string): string[][] {
  const from = page.indexOf(`| ${head} |`);
  const lines = page.slice(from).split('\n\n')[0]?.split('\n').slice(2) ?? [];
  return lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replace(/^`|`$/g, '')),
  );
}

describe('docs/delivery.md', () => {
  it('has every outcome and every failure, in the words of the code', () => {
    expect(table('outcome')).toEqual(Object.entries(DELIVERY_OUTCOMES));
    expect(Object.fromEntries(table('failure | means'))).toEqual(FAILURE_REASONS);
  });

  it('has every option with its default', () => {
    const rows = new Map(table('option').map(([name = '', value = '']) => [name, value]));
    const defaults = resolveDeliveryOptions(undefined);
    expect([...rows.keys()].sort()).toEqual(Object.keys(defaults).sort());
    for (const [name, value] of rows) {
      const given = value === 'none' ? undefined : value.startsWith('{') ? backoffOf(value) : plain(value);
      const resolved = given === undefined ? defaults : resolveDeliveryOptions({ [name]: given });
      expect(resolved[name as keyof typeof resolved]).toEqual(defaults[name as keyof typeof defaults]);
    }
  });
});

function plain(text: string): string | number {
  return /^\d+$/.test(text) ? Number(text) : text;
}

function backoffOf(text: string): Record<string, string | number> {
  const parts = [...text.matchAll(/(\w+): '?([\w.]+)'?/g)];
  return Object.fromEntries(parts.map(([, name = '', value = '']) => [name, plain(value)]));
}

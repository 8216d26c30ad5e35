import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadOnUse } from '../../scripts/build/load-on-use.ts';

let folder: string;
let loaded: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-build-'));
  loaded = [];
  (globalThis as { loaded?: string[] }).loaded = loaded;
});

afterEach(() => {
  rmSync(folder, { recursive: true });
  delete (globalThis as { loaded?: string[] }).loaded;
});

/** Builds a unit of one file as the bundler does, and puts it where the others find it. */
function unit(name: string, source: string): void {
  const { code } = transformSync(source, { format: 'cjs', loader: 'ts', target: 'node20' });
  const path = join(folder, `${name}.cjs`);
  mkdirSync(join(path, '..'), { recursive: true });
  const up = '../'.repeat(name.split('/').length - 1) || './';
  writeFileSync(
    path,
    `globalThis.loaded.push('${name}');\n${loadOnUse(code, (other) => `${up}${other}.cjs`)}`,
  );
}

function load(name: string): Record<string, never> {
  return createRequire(join(folder, 'main.cjs'))(`./${name}.cjs`) as Record<string, never>;
}

describe('a built unit', () => {
  it('loads another one when something of it is first used', () => {
    unit(
      'rooms/other',
      'export const twice = (n: number) => 2 * n; export class Box { constructor(readonly n: number) {} }',
    );
    unit(
      'main',
      `import { Box, twice } from 'unit:rooms/other';
       export const four = () => twice(2);
       export const box = () => new Box(twice(3));
       export { Box };`,
    );
    const { box, four } = load('main') as unknown as { box: () => { n: number }; four: () => number };
    expect(loaded).toEqual(['main']);
    expect(four()).toBe(4);
    expect(box().n).toBe(6);
    expect(loaded).toEqual(['main', 'rooms/other']);
  });

  it('hands on a name of another unit without loading it', () => {
    unit('rooms/other', 'export const one = 1;');
    unit('main', `export { one } from 'unit:rooms/other';`);
    const main = load('main');
    expect(Object.keys(main)).toEqual(['one']);
    expect(loaded).toEqual(['main']);
    expect(main.one).toBe(1);
    expect(loaded).toEqual(['main', 'rooms/other']);
  });

  it('has the core from the beginning', () => {
    unit('rooms/core', 'export class Base {}; export const unused = 0;');
    unit('main', `import { Base } from 'unit:rooms/core'; export class Sub extends Base {}`);
    const { Sub } = load('main') as unknown as { Sub: new () => object };
    expect(loaded).toEqual(['main', 'rooms/core']);
    expect(Object.getPrototypeOf(Sub)).toBe(load('rooms/core').Base);
  });

  it('asks Node for its own modules, and no bundler', () => {
    unit(
      'main',
      `import { Buffer } from 'node:buffer'; export const bytes = (text: string) => Buffer.from(text);`,
    );
    const { bytes } = load('main') as unknown as { bytes: (text: string) => Uint8Array };
    expect([...bytes('a')]).toEqual([97]);
    expect(readFileSync(join(folder, 'main.cjs'), 'utf8')).not.toContain('require(');
  });

  it('loads a unit that is imported by a call as it loads the others', async () => {
    unit('rooms/other', 'export const one = 1;');
    unit('main', `export const names = async () => Object.keys(await import('unit:rooms/other'));`);
    const { names } = load('main') as unknown as { names: () => Promise<string[]> };
    expect(await names()).toEqual(['one']);
  });

  it('is its own default import', () => {
    unit('main', 'export const one = 1;');
    expect(load('main')).not.toHaveProperty('__esModule');
  });
});

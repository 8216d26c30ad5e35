import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LmdbStore } from 'tocsin/stores/lmdb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StoreChange } from '../../src/delivery/index.ts';

async function entries(store: LmdbStore): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const [key, value] of store.load()) found.set(key, value);
  return found;
}

describe('LmdbStore', () => {
  let directory = '';
  let store: LmdbStore;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tocsin-lmdb-'));
    store = new LmdbStore({ path: join(directory, 'alerts') });
  });

  afterEach(async () => {
    await store.close();
    await rm(directory, { recursive: true });
  });

  it('keeps keys and values of any length and any characters', async () => {
    const changes: StoreChange[] = [
      ['state/cpu web-1', '{"a":1}'],
      ['', ''],
      ['nul \u0000 inside', 'nul \u0000 inside'],
      ['lone \ud800', 'a'],
      ['lone \udc00', 'b'],
      ['k', 'k'],
      ['h', 'h'],
      [`long ${'x'.repeat(5_000)}`, 'y'.repeat(1_000_000)],
      [`long ${'x'.repeat(5_001)}`, 'z'],
      ['ünïcödé 🔔', '🔔'],
    ];
    await store.write(changes);
    await store.close();
    expect(await entries(new LmdbStore({ path: join(directory, 'alerts') }))).toEqual(
      new Map(changes as [string, string][]),
    );
  });

  it('removes, and applies changes in their order', async () => {
    const long = 'x'.repeat(5_000);
    await store.write([
      ['a', '1'],
      ['b', '1'],
      [long, '1'],
    ]);
    await store.write([
      ['a', undefined],
      ['a', '2'],
      ['b', '2'],
      ['b', undefined],
      [long, undefined],
      ['never', undefined],
    ]);
    expect(await entries(store)).toEqual(new Map([['a', '2']]));
  });

  it('is refused a path that is open, and a directory that cannot be made', async () => {
    await entries(store);
    const second = new LmdbStore({ path: join(directory, 'alerts') });
    await expect(entries(second)).rejects.toThrow(
      /is open in this process already. Give every registry a store with a path of its own./,
    );
    await writeFile(join(directory, 'file'), '');
    const below = new LmdbStore({ path: join(directory, 'file', 'alerts') });
    await expect(entries(below)).rejects.toThrow(
      /^The database .*file\/alerts cannot be opened: .* Check that the directory exists and that this process may write/,
    );
  });
});

import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreError, TopicRegistry } from 'tocsin';
import { LmdbStore } from 'tocsin/stores/lmdb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundle } from './bundle.ts';

let directory = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tocsin-disk-'));
});

afterEach(() => rm(directory, { recursive: true }));

async function outputOf(command: string, ...arguments_: string[]): Promise<string[]> {
  const child = spawn(command, arguments_, { stdio: ['ignore', 'pipe', 'ignore'] });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  await new Promise((resolve) => child.once('close', resolve));
  return output.trim().split('\n');
}

describe('a disk', () => {
  it('that is full is reported once; the service goes on in memory, and writes again when there is room', async () => {
    const program = await bundle('full-disk-service');
    const limited = 'ulimit -f 1000 && exec "$0" "$@"';
    const lines = await outputOf('bash', '-c', limited, process.execPath, program, join(directory, 'alerts'));
    expect(lines).toEqual([
      expect.stringMatching(
        /^store fails: STORE The store cannot be written: .*Check that its disk is there, writable and not full. Until then everything goes on in memory.$/,
      ),
      '{"durable":true,"refused":true,"all":400,"delivered":400,"failing":true}',
      'store works',
      '{"failing":false,"delivered":801}',
    ]);
  });

  it.runIf(process.platform === 'linux')('that is read-only is an error at the start', async () => {
    // Nobody may make a directory there, whoever they are.
    const opening = TopicRegistry.open({ store: new LmdbStore({ path: '/sys/tocsin' }) });
    await expect(opening).rejects.toThrow(StoreError);
    await expect(opening).rejects.toThrow(
      /^The database \/sys\/tocsin cannot be opened: .*Check that the directory exists and that this process may write there\.$/,
    );
  });

  it('that holds something else is an error at the start', async () => {
    await writeFile(
      join(directory, 'alerts.mdb'),
      'this is no database, whatever its name says'.repeat(1_000),
    );
    const opening = TopicRegistry.open({ store: new LmdbStore({ path: join(directory, 'alerts.mdb') }) });
    await expect(opening).rejects.toThrow(/alerts\.mdb is no LMDB database/);
  });
});

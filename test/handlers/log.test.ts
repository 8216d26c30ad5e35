import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alertDataJson } from '../../src/alert/wire.ts';
import { DeliveryError } from '../../src/errors.ts';
import { log } from '../../src/handlers/log.ts';
import {
  handlerKindSuite,
  makeHandler,
  rejection,
  testContext,
} from '../../src/testing/handler-kind-suite.ts';
import { testEvent } from '../../src/testing/test-event.ts';
import { runSuite } from './run-suite.ts';

let directory = '';
let path = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tocsin-log-'));
  path = join(directory, 'alerts.jsonl');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const read = async (file = path): Promise<string[]> =>
  (await readFile(file, 'utf8')).split('\n').slice(0, -1);

runSuite(
  handlerKindSuite({
    kind: () => log(),
    options: () => ({ path }),
    arrived: async (event) => expect(await read()).toEqual([alertDataJson(event)]),
  }),
);

describe('log', () => {
  it('appends whole lines, however many handlers write to one file', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 8 }),
        fc.string({ unit: 'binary', maxLength: 5000 }),
        async (counts, details) => {
          await rm(path, { force: true });
          // Some share a kind and so a file that is open, some do not.
          const kinds = [log(), log()];
          const handlers = await Promise.all(counts.map((_, i) => makeHandler(kinds[i % 2]!, { path })));
          const expected: string[] = [];
          await Promise.all(
            counts.flatMap((count, i) =>
              Array.from({ length: count + 1 }, async (_, n) => {
                const event = testEvent({ id: `${i}/${n}`, details });
                expected.push(alertDataJson(event));
                await handlers[i]?.handle(event, testContext());
              }),
            ),
          );
          expect((await read()).sort()).toEqual(expected.sort());
        },
      ),
      { numRuns: 12 },
    );
  });

  it('keeps the order of one handler', async () => {
    const handler = await makeHandler(log(), { path });
    const messages = Array.from({ length: 50 }, (_, n) => `message ${n}`);
    await Promise.all(messages.map((message) => handler.handle(testEvent({ message }), testContext())));
    expect((await read()).map((line) => JSON.parse(line).message)).toEqual(messages);
  });

  it('goes on in a new file when the old one was renamed away', async () => {
    const handler = await makeHandler(log(), { path });
    await handler.handle(testEvent({ id: 'before' }), testContext());
    await rename(path, `${path}.1`);
    await handler.handle(testEvent({ id: 'after' }), testContext());
    expect((await read(`${path}.1`)).map((line) => JSON.parse(line).id)).toEqual(['before']);
    expect((await read()).map((line) => JSON.parse(line).id)).toEqual(['after']);
  });

  it.each([
    [undefined, 0o600],
    [0o644, 0o644],
    [420.9, 0o644],
  ])('makes the file with mode %s', async (mode, expected) => {
    const handler = await makeHandler(log(), { path, mode });
    await handler.handle(testEvent(), testContext());
    expect((await stat(path)).mode & 0o777 & ~process.umask()).toBe(expected & ~process.umask());
  });

  it('leaves the mode of an existing file alone', async () => {
    await writeFile(path, '', { mode: 0o640 });
    await (await makeHandler(log(), { path })).handle(testEvent(), testContext());
    expect((await stat(path)).mode & 0o777).toBe(0o640);
  });

  it('creates no directory unless told', async () => {
    const deep = join(directory, 'a', 'b', 'alerts.jsonl');
    const plain = await makeHandler(log(), { path: deep });
    const error = await rejection(() => plain.handle(testEvent(), testContext()));
    expect(error).toMatchObject({ failure: 'config_error', retryable: true });
    expect(String(error)).toContain('create-directory');
    const telling = await makeHandler(log(), { path: deep, createDirectory: true });
    await telling.handle(testEvent(), testContext());
    expect(await read(deep)).toHaveLength(1);
    // The first one is tried again by the queue, and by now it can.
    await plain.handle(testEvent(), testContext());
    expect(await read(deep)).toHaveLength(2);
  });

  it('writes nothing of a delivery that was aborted before its turn', async () => {
    const handler = await makeHandler(log(), { path });
    const aborted = new AbortController();
    const first = handler.handle(testEvent({ id: 'first' }), testContext());
    const second = handler.handle(testEvent({ id: 'second' }), testContext({ signal: aborted.signal }));
    aborted.abort();
    const [one, two] = await Promise.allSettled([first, second]);
    expect(one.status).toBe('fulfilled');
    expect(two).toMatchObject({ status: 'rejected', reason: { failure: 'aborted' } });
    expect((await read()).map((line) => JSON.parse(line).id)).toEqual(['first']);
  });

  it('tells of a directory in place of the file, and of a pipe that nobody reads', async () => {
    const handler = await makeHandler(log(), { path: directory });
    expect(await rejection(() => handler.handle(testEvent(), testContext()))).toBeInstanceOf(DeliveryError);
    execFileSync('mkfifo', [path]);
    const pipe = await makeHandler(log(), { path });
    expect(String(await rejection(() => pipe.handle(testEvent(), testContext())))).toContain('ENXIO');
  });

  it('keeps lines whole when a disk is full, and tells which of them were written', () => {
    const script = join(import.meta.dirname, 'log/append-under-limit.ts');
    const command = 'ulimit -f 1; exec "$0" --import tsx "$1" "$2"';
    const output = execFileSync('bash', ['-c', command, process.execPath, script, path], {
      encoding: 'utf8',
      env: { ...process.env, TSX_DISABLE_CACHE: '1' },
    });
    expect(JSON.parse(output)).toEqual(['written', 'failed', 'written']);
    const [first, half, next] = readFileSync(path, 'utf8').split('\n');
    expect(first).toBe('a'.repeat(600));
    expect(half).toMatch(/^b+$/);
    expect(next).toBe('c');
  }, 20_000);

  it.each([
    [{}, 'path'],
    [{ path: 'alerts.jsonl' }, 'absolute'],
    [{ path: '/x', mode: 0 }, '384 is octal 0600'],
    [{ path: '/x', mode: 0o444 }, '384 is octal 0600'],
    [{ path: '/x', mode: -1 }, 'mode'],
    [{ path: '/x', mode: '0644' }, 'a whole number'],
  ])('refuses the options %j', async (options, part) => {
    expect(String(await rejection(() => makeHandler(log(), options)))).toContain(part);
  });
});

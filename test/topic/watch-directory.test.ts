import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HandlerSpecError, RegistryClosedError } from '../../src/errors.ts';
import { defineHandlerKind } from '../../src/handler/handler-kind.ts';
import { optionsSchema, text } from '../../src/handler/options.ts';
import { FakeClock } from '../../src/testing/fake-clock.ts';
import { type DirectoryWatcher, TopicRegistry } from '../../src/topic/index.ts';

let folder = '';
let clock = new FakeClock();
let alerts = new TopicRegistry();
/** What was delivered, such as `ops:1 web-1`: handler, its `tag` option, event id. */
let sent: string[] = [];
/** How often a handler of each id was made and closed. */
let made: string[] = [];
/** What the registry told. */
let told: string[] = [];

/** A kind whose deliveries wait while `gate` is shut. */
let gate: Promise<void> | undefined;
const note = defineHandlerKind({
  kind: 'note',
  options: optionsSchema({ tag: text }),
  create({ tag = '' }, { id }) {
    if (tag === 'refused') throw new Error('cannot be made');
    made.push(`+${id}:${tag}`);
    return {
      async handle(event) {
        await gate;
        sent.push(`${id}:${tag} ${event.id}`);
      },
      close: () => void made.push(`-${id}:${tag}`),
    };
  },
});

function write(name: string, id: string, tag = '', rest = ''): void {
  writeFileSync(join(folder, name), `topic: cpu\nid: ${id}\nkind: note\noptions: { tag: '${tag}' }\n${rest}`);
}

function collect(id: string): void {
  alerts.collect({ topic: 'cpu', id, level: 'CRITICAL' });
}

/** Looks, and lets the time pass that a look takes when a file is missing. */
async function scan(watcher: DirectoryWatcher): Promise<void> {
  let open = true;
  const done = watcher.scan().finally(() => {
    open = false;
  });
  while (open) await clock.advance(2);
  await done;
}

const ids = () => alerts.specs('cpu').map(({ id, options }) => `${id}:${(options as { tag?: string }).tag}`);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-'));
  clock = new FakeClock();
  alerts = new TopicRegistry({ clock, kinds: [note] });
  sent = [];
  made = [];
  told = [];
  gate = undefined;
  alerts.on('handlerFile', ({ file, action, id }) =>
    told.push(`${action} ${file.slice(folder.length + 1)} ${id}`),
  );
  alerts.on('handlerFileError', ({ file, kept, error }) =>
    told.push(
      `broken ${file.slice(folder.length + 1)} ${kept ? 'kept' : 'none'} ${error.message.split('\n')[0]}`,
    ),
  );
  alerts.on('error', (error) => told.push(String(error)));
});
afterEach(async () => {
  const closing = alerts.close({ timeout: 0 });
  await clock.advance(60_000);
  await closing;
  rmSync(folder, { recursive: true, force: true });
});

describe('watchDirectory', () => {
  it('defines all files, or none', async () => {
    write('a.yaml', 'a');
    writeFileSync(join(folder, 'b.json'), '{"topic": "cpu", "id": "b", "kind": "nott"}');
    writeFileSync(join(folder, 'c.yaml'), 'id: [');
    const error = await alerts.watchDirectory(folder).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(HandlerSpecError);
    expect(String(error)).toContain(join(folder, 'b.json'));
    expect(String(error)).toContain(join(folder, 'c.yaml'));
    expect(alerts.specs()).toEqual([]);
    write('b.json', 'x');
    rmSync(join(folder, 'b.json'));
    rmSync(join(folder, 'c.yaml'));
    const watcher = await alerts.watchDirectory(folder);
    expect(watcher.files).toEqual([{ file: join(folder, 'a.yaml'), topic: 'cpu', id: 'a' }]);
    await expect(alerts.watchDirectory(join(folder, 'none'))).rejects.toThrow('cannot be read');
  });

  it('applies what is added, changed and removed', async () => {
    write('a.yaml', 'a', '1');
    const watcher = await alerts.watchDirectory(folder);
    write('a.yaml', 'a', '2');
    write('b.yaml', 'b', '1');
    writeFileSync(join(folder, 'readme.txt'), 'not a handler file');
    await scan(watcher);
    expect(ids()).toEqual(['a:2', 'b:1']);
    expect(told.sort()).toEqual(['added b.yaml b', 'changed a.yaml a']);
    collect('web-1');
    await alerts.flush();
    expect(sent).toEqual(['a:2 web-1', 'b:1 web-1']);
    unlinkSync(join(folder, 'a.yaml'));
    await scan(watcher);
    expect(ids()).toEqual(['b:1']);
    expect(told.at(-1)).toBe('removed a.yaml a');
    expect(made.toSorted()).toEqual(['+a:1', '+a:2', '+b:1', '-a:1', '-a:2']);
  });

  it('keeps the last good version of a broken file, and reports it once', async () => {
    write('a.yaml', 'a', '1');
    const watcher = await alerts.watchDirectory(folder);
    writeFileSync(join(folder, 'a.yaml'), 'topic: cpu\nid: a\nkind: nott\n');
    await scan(watcher);
    await scan(watcher);
    expect(told).toEqual([
      `broken a.yaml kept ${join(folder, 'a.yaml')}:3:7: there is no handler kind 'nott'. Did you mean 'note'?`,
    ]);
    expect(ids()).toEqual(['a:1']);
    expect(watcher.files[0]).toMatchObject({ id: 'a', error: { code: 'HANDLER_SPEC' } });
    collect('web-1');
    await alerts.flush();
    expect(sent).toEqual(['a:1 web-1']);
    write('a.yaml', 'a', '2');
    await scan(watcher);
    expect(told.at(-1)).toBe('changed a.yaml a');
    expect(watcher.files[0]?.error).toBeUndefined();
    expect(ids()).toEqual(['a:2']);
  });

  it.each([
    ['YAML', 'topic: ['],
    ['an option', "topic: cpu\nid: a\nkind: note\noptions: { tg: '1' }"],
    ['a match', 'topic: cpu\nid: a\nkind: note\nmatch: level() = CRITICAL'],
    ['what the kind makes of it', 'topic: cpu\nid: a\nkind: note\noptions: { tag: refused }'],
    ['half a file', 'topic: cpu\nid: a\n'],
  ])('is all or nothing for a file with a mistake in %s', async (_what, content) => {
    write('a.yaml', 'a', '1');
    const watcher = await alerts.watchDirectory(folder);
    writeFileSync(join(folder, 'a.yaml'), content);
    writeFileSync(join(folder, 'new.yaml'), content.replace('id: a', 'id: new'));
    write('b.yaml', 'b', '1');
    await scan(watcher);
    expect(ids()).toEqual(['a:1', 'b:1']);
    expect(told.filter((one) => one.startsWith('broken a.yaml kept'))).toHaveLength(1);
    expect(told.filter((one) => one.startsWith('broken new.yaml none'))).toHaveLength(1);
    expect(made.filter((one) => one.includes('a:'))).toEqual(['+a:1']);
  });

  it('leaves the queues of unchanged handlers alone', async () => {
    write('a.yaml', 'a', '1');
    write('b.yaml', 'b', '1');
    const watcher = await alerts.watchDirectory(folder);
    let open = (): void => {};
    gate = new Promise((resolve) => {
      open = resolve;
    });
    for (const id of ['web-1', 'web-2', 'web-3']) collect(id);
    await clock.settle();
    // Written again as it is, and with another look but the same meaning.
    write('a.yaml', 'a', '1', '# a comment\n');
    write('b.yaml', 'b', '1');
    await scan(watcher);
    expect(made).toEqual(['+a:1', '+b:1']);
    open();
    await alerts.flush();
    expect(sent.toSorted()).toEqual([
      'a:1 web-1',
      'a:1 web-2',
      'a:1 web-3',
      'b:1 web-1',
      'b:1 web-2',
      'b:1 web-3',
    ]);
  });

  it('hands what was queued to the handler that takes over', async () => {
    write('a.yaml', 'a', '1');
    const watcher = await alerts.watchDirectory(folder);
    let open = (): void => {};
    gate = new Promise((resolve) => {
      open = resolve;
    });
    collect('web-1');
    await clock.settle();
    write('a.yaml', 'a', '2');
    const done = watcher.scan();
    collect('web-2');
    open();
    await done;
    await alerts.flush();
    expect(sent.map((one) => one.slice(-5))).toEqual(['web-1', 'web-2']);
  });

  it('follows a file that is renamed, and one whose id changes', async () => {
    write('a.yaml', 'a', '1');
    const watcher = await alerts.watchDirectory(folder);
    renameSync(join(folder, 'a.yaml'), join(folder, 'z.yaml'));
    await scan(watcher);
    expect(made).toEqual(['+a:1']);
    expect(watcher.files).toEqual([{ file: join(folder, 'z.yaml'), topic: 'cpu', id: 'a' }]);
    write('z.yaml', 'b', '1');
    await scan(watcher);
    expect(ids()).toEqual(['b:1']);
  });

  it('lets two files swap their handlers', async () => {
    write('a.yaml', 'one', 'a');
    write('b.yaml', 'two', 'b');
    const watcher = await alerts.watchDirectory(folder);
    write('a.yaml', 'two', 'a');
    write('b.yaml', 'one', 'b');
    await scan(watcher);
    expect(ids()).toEqual(['one:b', 'two:a']);
    expect(told.filter((one) => one.startsWith('broken'))).toEqual([]);
  });

  it('refuses a second file for one handler, until the first is gone', async () => {
    write('a.yaml', 'a', '1');
    const watcher = await alerts.watchDirectory(folder);
    write('b.yaml', 'a', '2');
    await scan(watcher);
    expect(told).toEqual([
      expect.stringContaining(
        `broken b.yaml none ${join(folder, 'b.yaml')}:2:5: topic 'cpu' has a handler 'a' already, from ${join(folder, 'a.yaml')}`,
      ),
    ]);
    expect(ids()).toEqual(['a:1']);
    unlinkSync(join(folder, 'a.yaml'));
    await scan(watcher);
    expect(ids()).toEqual(['a:2']);
  });

  it('never takes the place of a handler that is not its own', async () => {
    const watcher = await alerts.watchDirectory(folder);
    alerts.handle('cpu', () => {}, { id: 'mine' });
    write('a.yaml', 'mine', '1');
    await scan(watcher);
    expect(told).toEqual([expect.stringContaining("has a handler 'mine' already")]);
    expect(alerts.specs()).toEqual([]);
    await alerts.remove('cpu', 'mine');
    await scan(watcher);
    expect(ids()).toEqual(['mine:1']);
  });

  it('tries again what is broken for a reason outside of the file', async () => {
    const watcher = await alerts.watchDirectory(folder);
    writeFileSync(
      join(folder, 'a.yaml'),
      `topic: cpu\nid: a\nkind: note\noptions: { tag: '\${file:${folder}/secret}' }\n`,
    );
    await scan(watcher);
    expect(told).toEqual([expect.stringContaining('broken a.yaml none')]);
    writeFileSync(join(folder, 'secret'), 'x');
    await scan(watcher);
    expect(told.at(-1)).toBe('added a.yaml a');
  });

  it('keeps everything when the directory cannot be read', async () => {
    write('a.yaml', 'a', '1');
    const watcher = await alerts.watchDirectory(folder);
    renameSync(folder, `${folder}-away`);
    await scan(watcher);
    await scan(watcher);
    expect(told).toEqual([expect.stringContaining('the directory cannot be read')]);
    expect(ids()).toEqual(['a:1']);
    mkdirSync(folder);
    write('a.yaml', 'a', '2');
    await scan(watcher);
    expect(ids()).toEqual(['a:2']);
    rmSync(`${folder}-away`, { recursive: true });
  });

  it('sees changes behind links, as a mounted configuration makes them', async () => {
    for (const version of ['1', '2']) {
      mkdirSync(join(folder, `v${version}`));
      write(`v${version}/a.yaml`, 'a', version);
    }
    symlinkSync(join(folder, 'v1'), join(folder, 'data'));
    mkdirSync(join(folder, 'mount'));
    symlinkSync('../data/a.yaml', join(folder, 'mount/a.yaml'));
    const watcher = await alerts.watchDirectory(join(folder, 'mount'));
    symlinkSync(join(folder, 'v2'), join(folder, 'next'));
    renameSync(join(folder, 'next'), join(folder, 'data'));
    await scan(watcher);
    expect(ids()).toEqual(['a:2']);
  });

  it('looks now and then, even if nothing tells of a change', async () => {
    const watcher = await alerts.watchDirectory(folder, { poll: 5000 });
    const applied = new Promise((resolve) => alerts.once('handlerFile', resolve));
    write('a.yaml', 'a', '1');
    let open = true;
    void applied.then(() => {
      open = false;
    });
    while (open) await clock.advance(1000);
    expect(ids()).toEqual(['a:1']);
    watcher.close();
    expect(clock.timers).toBe(0);
    await expect(watcher.scan()).rejects.toThrow(RegistryClosedError);
  });

  it('ends with the last good version of every file that is there, whatever happened', async () => {
    const change = fc.record({
      file: fc.constantFrom('a', 'b', 'c'),
      to: fc.constantFrom('1', '2', '3', 'broken', 'gone'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(change, { maxLength: 4 }), { maxLength: 5 }), async (rounds) => {
        const registry = new TopicRegistry({ clock, kinds: [note] });
        const good = new Map<string, string>();
        for (const name of ['a', 'b', 'c']) rmSync(join(folder, `${name}.yaml`), { force: true });
        const watcher = await registry.watchDirectory(folder);
        for (const round of rounds) {
          const state = new Map<string, string>();
          for (const { file, to } of round) state.set(file, to);
          for (const [name, to] of state) {
            if (to === 'gone') rmSync(join(folder, `${name}.yaml`), { force: true });
            else if (to === 'broken')
              writeFileSync(join(folder, `${name}.yaml`), `topic: cpu\nid: ${name}\nkind: [`);
            else write(`${name}.yaml`, name, to);
            if (to === 'gone') good.delete(name);
            else if (to !== 'broken') good.set(name, to);
          }
          await scan(watcher);
          const found = registry
            .specs('cpu')
            .map(({ id, options }) => [id, (options as { tag?: string }).tag]);
          expect(found).toEqual([...good].sort());
        }
        watcher.close();
      }),
      { numRuns: 40 },
    );
  });

  it('is told of changes by the system', async () => {
    const real = new TopicRegistry({ kinds: [note] });
    await real.watchDirectory(folder, { settle: 5, poll: 1_000_000 });
    const next = () =>
      new Promise<string>((resolve) => real.once('handlerFile', ({ action }) => resolve(action)));
    const added = next();
    write('a.yaml', 'a', '1');
    expect(await added).toBe('added');
    const changed = next();
    write('a.yaml', 'a', '22');
    expect(await changed).toBe('changed');
    const removed = next();
    unlinkSync(join(folder, 'a.yaml'));
    expect(await removed).toBe('removed');
    await real.close();
    await expect(real.watchDirectory(folder)).rejects.toThrow(RegistryClosedError);
  });
});

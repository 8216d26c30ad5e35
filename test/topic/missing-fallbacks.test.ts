import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HandlerSpecError } from '../../src/errors.ts';
import { defineHandlerKind } from '../../src/handler/handler-kind.ts';
import { optionsSchema } from '../../src/handler/options.ts';
import { type RegistryWarning, TopicRegistry } from '../../src/topic/index.ts';

const note = defineHandlerKind({
  kind: 'note',
  options: optionsSchema({}),
  create: () => ({ handle: () => {} }),
});

let folder = '';
let alerts = new TopicRegistry();
let warnings: RegistryWarning[] = [];

const messages = (): string[] => warnings.map(({ message }) => message.replaceAll(`${folder}/`, ''));

function write(id: string, fallback?: string): void {
  const delivery = fallback === undefined ? '' : `delivery:\n  fallback: ${fallback}\n`;
  writeFileSync(join(folder, `${id}.yaml`), `topic: cpu\nid: ${id}\nkind: note\n${delivery}`);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-'));
  alerts = new TopicRegistry({ kinds: [note] });
  warnings = [];
  alerts.on('warning', (warning) => void warnings.push(warning));
});
afterEach(async () => {
  await alerts.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a fallback that its topic does not have', () => {
  it('is told of when a directory is loaded, with its place and what was meant', async () => {
    write('a', 'mial');
    write('mail');
    write('z', 'nobody');
    await alerts.defineDirectory(folder);
    expect(messages()).toEqual([
      "a.yaml:5:13: fallback: topic 'cpu' has no handler 'mial', so what 'a' gives up on is a dead letter. Did you mean 'mail'?",
      "z.yaml:5:13: fallback: topic 'cpu' has no handler 'nobody', so what 'z' gives up on is a dead letter. A fallback is another handler of the same topic.",
    ]);
    expect(warnings[0]).toMatchObject({
      topic: 'cpu',
      handlerId: 'a',
      position: { file: join(folder, 'a.yaml'), line: 5, column: 13 },
    });
    alerts.collect({ topic: 'cpu', id: 'x', level: 'INFO' });
    expect(warnings).toHaveLength(2);
  });

  it('may be in any file of the directory, or in the registry before', async () => {
    write('a', 'mail');
    write('b', 'code');
    write('mail');
    alerts.handle('cpu', () => {}, { id: 'code' });
    await alerts.defineDirectory(folder);
    alerts.collect({ topic: 'cpu', id: 'x', level: 'INFO' });
    expect(messages()).toEqual([]);
  });

  it('on another topic is none', async () => {
    write('a', 'mail');
    alerts.handle('disk', () => {}, { id: 'mail' });
    await alerts.defineDirectory(folder);
    expect(messages()).toHaveLength(1);
  });

  it('is told of with the first event where handlers are defined one by one', async () => {
    alerts.handle('cpu', () => {}, { id: 'pager', delivery: { fallback: 'mail' } });
    await alerts.define({ topic: 'cpu', id: 'sms', kind: 'note', delivery: { fallback: 'chat' } });
    alerts.handle('cpu', () => {}, { id: 'mail' });
    expect(messages()).toEqual([]);
    alerts.collect({ topic: 'cpu', id: 'x', level: 'INFO' });
    alerts.collect({ topic: 'cpu', id: 'y', level: 'INFO' });
    expect(warnings).toEqual([
      {
        topic: 'cpu',
        handlerId: 'sms',
        message: expect.stringContaining("fallback: topic 'cpu' has no handler 'chat'"),
      },
    ]);
  });

  it('is told of when it goes away, and again when it does so again', async () => {
    alerts.handle('cpu', () => {}, { id: 'pager', delivery: { fallback: 'mail' } });
    for (const told of [1, 2]) {
      alerts.handle('cpu', () => {}, { id: 'mail' });
      alerts.collect({ topic: 'cpu', id: 'x', level: 'INFO' });
      await alerts.remove('cpu', 'mail');
      alerts.collect({ topic: 'cpu', id: 'x', level: 'INFO' });
      alerts.handle('cpu', () => {}, { id: `other-${told}` });
      alerts.collect({ topic: 'cpu', id: 'x', level: 'INFO' });
      expect(messages()).toHaveLength(told);
    }
  });

  it('is told of at the end of a look at a directory that is watched', async () => {
    write('mail');
    const watcher = await alerts.watchDirectory(folder);
    write('a', 'z');
    write('z', 'mail');
    await watcher.scan();
    expect(messages()).toEqual([]);
    unlinkSync(join(folder, 'mail.yaml'));
    await watcher.scan();
    expect(messages()).toEqual([expect.stringContaining("z.yaml:5:13: fallback: topic 'cpu' has no")]);
  });

  it('is none of a handler that only inherits it from the registry', async () => {
    const others = new TopicRegistry({ delivery: { fallback: 'mail' } });
    others.on('warning', (warning) => void warnings.push(warning));
    others.handle('cpu', () => {}, { id: 'mail' });
    others.handle('disk', () => {}, { id: 'pager' });
    others.collect({ topic: 'cpu', id: 'x', level: 'INFO' });
    others.collect({ topic: 'disk', id: 'x', level: 'INFO' });
    await others.close();
    expect(warnings).toEqual([]);
  });
});

describe('a handler that falls back to itself', () => {
  const reason =
    "fallback: 'a' is this handler itself. Name another handler of the topic, or leave it out: what is given up on is kept as a dead letter.";

  it('is refused in a file, with its place', async () => {
    write('a', 'a');
    const error = await alerts.defineDirectory(folder).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(HandlerSpecError);
    expect((error as HandlerSpecError).message).toBe(
      `${join(folder, 'a.yaml')}:5:13: ${reason}\n    fallback: a\n              ^`,
    );
    expect(alerts.specs()).toEqual([]);
  });

  it('is refused in a spec, an update and in code', async () => {
    const spec = { topic: 'cpu', id: 'a', kind: 'note' };
    await expect(alerts.define({ ...spec, delivery: { fallback: 'a' } })).rejects.toThrow(reason);
    await alerts.define(spec);
    const patch = [{ op: 'add', path: '/delivery', value: { fallback: 'a' } }] as const;
    await expect(alerts.update('cpu', 'a', patch)).rejects.toThrow(reason);
    expect(() => alerts.handle('disk', () => {}, { id: 'a', delivery: { fallback: 'a' } })).toThrow(reason);
    expect(alerts.specs()).toEqual([{ ...spec, options: null }]);
  });

  it('is not the same as two that fall back to each other', async () => {
    write('a', 'b');
    write('b', 'a');
    await alerts.defineDirectory(folder);
    expect(messages()).toEqual([]);
  });
});

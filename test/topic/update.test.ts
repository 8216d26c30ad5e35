import { describe, expect, it, vi } from 'vitest';
import {
  HandlerLookupError,
  HandlerSpecError,
  LambdaSyntaxError,
  RegistryClosedError,
  UnknownHandlerKindError,
} from '../../src/errors.ts';
import { type AnyHandlerKind, defineHandlerKind } from '../../src/handler/handler-kind.ts';
import { optionsSchema, text, textMap } from '../../src/handler/options.ts';
import { exec } from '../../src/handlers/exec.ts';
import { post } from '../../src/handlers/post.ts';
import type { HandlerSpec } from '../../src/spec/handler-spec.ts';
import { TopicRegistry } from '../../src/topic/index.ts';

/** Writes down what its handlers do. */
function diary(): { readonly lines: string[]; readonly kind: AnyHandlerKind } {
  const lines: string[] = [];
  const kind: AnyHandlerKind = {
    kind: 'diary',
    options: optionsSchema({ name: text, token: text, headers: textMap }),
    secretOptions: ['token', 'headers'],
    create: ({ name = '?', token }: { name?: string; token?: string }) => ({
      handle: async ({ id }) => {
        await Promise.resolve();
        lines.push(`${name} ${id}${token === undefined ? '' : ` ${token}`}`);
      },
      close: () => void lines.push(`${name} closed`),
    }),
  };
  return { lines, kind };
}

const spec: HandlerSpec = { topic: 't', id: 'h', kind: 'diary', options: { name: 'one' } };

describe('update', () => {
  it('replaces a handler in its place, and closes the old one when its queue is drained', async () => {
    const { lines, kind } = diary();
    const alerts = new TopicRegistry({ kinds: [kind] });
    await alerts.define(spec);
    await alerts.define({ ...spec, id: 'z', options: { name: 'other' } });
    alerts.collect({ topic: 't', id: 'a', level: 'INFO' });
    const updated = alerts.update('t', 'h', {
      id: 'h',
      kind: 'diary',
      options: { name: 'two' },
      match: 'changed()',
    });
    await vi.waitFor(() => expect(alerts.spec('t', 'h')?.options).toEqual({ name: 'two' }));
    alerts.collect({ topic: 't', id: 'b', level: 'INFO' });
    expect(await updated).toEqual({
      topic: 't',
      id: 'h',
      kind: 'diary',
      options: { name: 'two' },
      match: 'changed()',
    });
    await alerts.flush();
    expect(lines.filter((line) => !line.startsWith('other'))).toEqual(['one a', 'one closed', 'two b']);
    expect(alerts.specs().map(({ id }) => id)).toEqual(['h', 'z']);
  });

  it('changes a spec by a patch, and can rename', async () => {
    const { kind } = diary();
    const alerts = new TopicRegistry({ kinds: [kind] });
    await alerts.define(spec);
    await alerts.update('t', 'h', [
      { op: 'test', path: '/match', value: '' },
      { op: 'add', path: '/match', value: 'level() > OK' },
      { op: 'replace', path: '/id', value: 'g' },
      { op: 'replace', path: '/topic', value: 'elsewhere' },
    ]);
    expect(alerts.spec('t', 'h')).toBeUndefined();
    expect(alerts.spec('t', 'g')).toEqual({ ...spec, id: 'g', match: 'level() > OK' });
    expect(alerts.specs('elsewhere')).toEqual([]);
  });

  it('changes nothing when the new spec is wrong', async () => {
    const { lines, kind } = diary();
    const alerts = new TopicRegistry({ kinds: [kind] });
    await alerts.define(spec);
    await alerts.define({ ...spec, id: 'taken' });
    await expect(alerts.update('t', 'h', { id: 'h', kind: 'nope' })).rejects.toThrow(HandlerSpecError);
    await expect(alerts.update('t', 'h', { id: 'h', kind: 'diary', options: { nome: 'x' } })).rejects.toThrow(
      "Did you mean 'name'?",
    );
    await expect(alerts.update('t', 'h', { id: 'h', kind: 'diary', match: 'chnged()' })).rejects.toThrow(
      'match:1:1',
    );
    await expect(alerts.update('t', 'h', { id: 'taken', kind: 'diary' })).rejects.toThrow(
      "handler 'taken' already",
    );
    await expect(alerts.update('t', 'no', { id: 'no', kind: 'diary' })).rejects.toThrow(HandlerLookupError);
    await expect(alerts.update('t', 'no', [])).rejects.toThrow(HandlerLookupError);
    alerts.collect({ topic: 't', id: 'a', level: 'INFO' });
    await alerts.flush();
    expect(lines).toEqual(['one a', 'one a']);
  });

  it('leaves a handler alone whose spec stays the same', async () => {
    const { lines, kind } = diary();
    const alerts = new TopicRegistry({ kinds: [kind] });
    await alerts.define(spec);
    await alerts.update('t', 'h', []);
    await alerts.update('t', 'h', { id: 'h', kind: 'DIARY', options: { name: 'one' } });
    await alerts.define(spec, { replace: true });
    expect(lines).toEqual([]);
  });
});

describe('define', () => {
  it('refuses a second handler of an id, also when both come at once', async () => {
    const { lines, kind } = diary();
    const alerts = new TopicRegistry({ kinds: [kind] });
    const results = await Promise.allSettled([alerts.define(spec), alerts.define(spec)]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(lines).toEqual(['one closed']);
    await expect(alerts.define(spec)).rejects.toThrow("topic 't' has a handler 'h' already");
    await alerts.define({ ...spec, topic: 'other' });
  });

  it('tells what lies behind a refusal', async () => {
    const alerts = new TopicRegistry({ kinds: [diary().kind] });
    const refusal = (wrong: object): Promise<HandlerSpecError> =>
      alerts.define({ ...spec, ...wrong }).catch((error: unknown) => error) as never;
    expect((await refusal({ kind: 'dairy' })).cause).toBeInstanceOf(UnknownHandlerKindError);
    expect((await refusal({ match: 'changed(' })).cause).toBeInstanceOf(LambdaSyntaxError);
    expect((await refusal({ delivery: { timeout: 'x' } })).issues[0]?.path).toEqual(['delivery', 'timeout']);
  });

  it('takes kinds whose schema is asynchronous, and suggests by the names that they tell', async () => {
    const kind = defineHandlerKind<{ to: string }>({
      kind: 'sms',
      optionNames: ['to'],
      options: {
        '~standard': {
          version: 1,
          vendor: 'test',
          validate: async (value) => {
            const map = value as Record<string, unknown>;
            const unknown = Object.keys(map).find((key) => key !== 'to');
            if (unknown !== undefined)
              return { issues: [{ message: 'unexpected', path: [{ key: unknown }] }] };
            return typeof map.to === 'string'
              ? { value: { to: map.to } }
              : { issues: [{ message: 'no number', path: ['to'] }] };
          },
        },
      },
      create: () => ({ handle: () => {} }),
    });
    const alerts = new TopicRegistry({ kinds: [kind] });
    const define = (options: Record<string, unknown>): Promise<HandlerSpec> =>
      alerts.define({ topic: 't', id: 'h', kind: 'sms', options });
    await expect(define({ too: '1' })).rejects.toThrow("options.too: unexpected. Did you mean 'to'?");
    await expect(define({ to: 1 })).rejects.toThrow('options.to: no number');
    await define({ to: '+1' });
  });

  it('refuses a kind whose create makes no handler', async () => {
    const kind: AnyHandlerKind = { kind: 'none', options: optionsSchema({}), create: () => ({}) as never };
    const alerts = new TopicRegistry({ kinds: [kind] });
    await expect(alerts.define({ topic: 't', id: 'h', kind: 'none' })).rejects.toThrow(
      'create() made no handler',
    );
    expect(alerts.specs()).toEqual([]);
  });

  it('closes a handler that is ready only after the registry was closed', async () => {
    const close = vi.fn();
    let ready: (() => void) | undefined;
    const kind: AnyHandlerKind = {
      kind: 'slow',
      options: optionsSchema({}),
      create: () => new Promise((resolve) => (ready = () => resolve({ handle: () => {}, close }))),
    };
    const alerts = new TopicRegistry({ kinds: [kind] });
    const defined = alerts.define({ topic: 't', id: 'h', kind: 'slow' });
    await vi.waitFor(() => expect(ready).toBeDefined());
    await alerts.close();
    ready?.();
    await expect(defined).rejects.toThrow(RegistryClosedError);
    expect(close).toHaveBeenCalledTimes(1);
    expect(alerts.specs()).toEqual([]);
  });
});

describe('secrets', () => {
  it('are resolved for the handler and shown as references, inline ones masked', async () => {
    process.env.TOCSIN_TEST_TOKEN = 'very-secret';
    const { lines, kind } = diary();
    const alerts = new TopicRegistry({ kinds: [kind] });
    const reference = '$' + '{env:TOCSIN_TEST_TOKEN}';
    const options = { name: 'one', token: reference, headers: { Authorization: 'Bearer abcdef' } };
    const shown = { name: 'one', token: reference, headers: { Authorization: '***' } };
    expect((await alerts.define({ ...spec, options })).options).toEqual(shown);
    expect(alerts.specs()[0]?.options).toEqual(shown);
    alerts.collect({ topic: 't', id: 'a', level: 'INFO' });
    await alerts.flush();
    expect(lines).toEqual(['one a very-secret']);

    await alerts.update('t', 'h', [
      { op: 'test', path: '/options/headers/Authorization', value: 'Bearer abcdef' },
      { op: 'replace', path: '/options/token', value: 'inline-secret' },
    ]);
    expect(alerts.spec('t', 'h')?.options).toEqual({ ...shown, token: '***' });
    alerts.collect({ topic: 't', id: 'b', level: 'INFO' });
    await alerts.flush();
    expect(lines.at(-1)).toBe('one b inline-secret');
  });

  it('are some values of a map where the kind says so: headers of post, variables of exec', async () => {
    const alerts = new TopicRegistry({ kinds: [post(), exec()] });
    const reference = 'Bearer $' + '{env:TOCSIN_TEST_TOKEN}';
    const headers = {
      Authorization: 'Bearer abcdef',
      'x-api-key': 'k3y',
      Accept: 'text/plain',
      Cookie: reference,
    };
    const hook = {
      topic: 't',
      id: 'hook',
      kind: 'post',
      options: { url: 'https://hooks.example', Headers: headers },
    };
    process.env.TOCSIN_TEST_TOKEN = 'very-secret';
    const shown = {
      ...hook,
      options: { ...hook.options, Headers: { ...headers, Authorization: '***', 'x-api-key': '***' } },
    };
    expect(await alerts.define(hook)).toEqual(shown);
    expect(alerts.specs('t')).toEqual([shown]);
    const environment = { API_TOKEN: 'abcdef', LANG: 'C' };
    await alerts.define({ topic: 't', id: 'run', kind: 'exec', options: { prog: 'true', environment } });
    expect(alerts.spec('t', 'run')?.options).toEqual({
      prog: 'true',
      environment: { API_TOKEN: '***', LANG: 'C' },
    });
    // What is defined is the spec as it was given, so the same again changes nothing, and another does.
    await alerts.update('t', 'hook', [
      { op: 'test', path: '/options/Headers/x-api-key', value: 'k3y' },
      { op: 'replace', path: '/options/Headers/Authorization', value: '' },
    ]);
    expect(alerts.spec('t', 'hook')?.options?.Headers).toMatchObject({ Authorization: '' });
  });

  it('are not shown by an error about the option that they stand in', async () => {
    const alerts = new TopicRegistry({ kinds: [post()] });
    const headers = { Authorization: ['Bearer abcdef'], 'X-Token': 'abcdef' };
    const options = { url: 'https://hooks.example', headers, timeout: 'abcdef' };
    const error = await alerts
      .define({ topic: 't', id: 'h', kind: 'post', options })
      .catch((error: unknown) => error as Error);
    expect((error as Error).message).toContain("timeout: '***' is no duration");
    expect(JSON.stringify(error) + (error as Error).message).not.toContain('abcdef');
  });

  it('that are missing are named, never shown when something else is wrong', async () => {
    process.env.TOCSIN_TEST_TOKEN = 'very-secret';
    const alerts = new TopicRegistry({ kinds: [diary().kind] });
    await expect(
      alerts.define({ ...spec, options: { token: '$' + '{env:TOCSIN_NOT_SET}' } }),
    ).rejects.toThrow('options.token: The environment variable TOCSIN_NOT_SET is not set');
    const error = await alerts
      .define({ ...spec, options: { headers: '$' + '{env:TOCSIN_TEST_TOKEN}' } })
      .catch((e: unknown) => e as Error);
    expect((error as Error).message).toContain('***');
    expect(JSON.stringify(error) + (error as Error).message).not.toContain('very-secret');
  });
});

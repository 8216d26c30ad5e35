import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../src/alert/clock.ts';
import { alertDataJson } from '../../src/alert/wire.ts';
import { PermanentDeliveryError } from '../../src/errors.ts';
import { exec } from '../../src/handlers/exec.ts';
import {
  handlerKindSuite,
  makeHandler,
  rejection,
  testContext,
} from '../../src/testing/handler-kind-suite.ts';
import { testEvent } from '../../src/testing/test-event.ts';
import { testHost } from '../../src/testing/test-host.ts';
import { runSuite } from './run-suite.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tocsin-exec-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const out = (name = 'out'): string => join(directory, name);
const read = (name?: string): Promise<string> => readFile(out(name), 'utf8');

/** Writes a shell script and gives its path. */
async function script(text: string): Promise<string> {
  const path = out('run.sh');
  await writeFile(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return path;
}

async function run(options: unknown, signal?: AbortSignal, host = testHost()): Promise<unknown> {
  const handler = await makeHandler(exec(), options, host);
  return rejection(() => handler.handle(testEvent(), testContext(signal && { signal })));
}

async function isRunning(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 200; tries++) {
    try {
      process.kill(pid, 0);
      // A process that nobody has buried yet is still listed.
      if (/^State:\s+Z/m.test(await readFile(`/proc/${pid}/status`, 'utf8'))) return false;
    } catch {
      return false;
    }
    await wait(10);
  }
  return true;
}

runSuite(
  handlerKindSuite({
    kind: () => exec(),
    options: () => ({ prog: 'tee', args: [out()] }),
    arrived: async (event) => expect(await read()).toBe(`${alertDataJson(event)}\n`),
  }),
);

describe('exec', () => {
  it('gives arguments as they are: there is no shell and no template', async () => {
    const args = ['-v', 'two words', '$HOME', '{{ .ID }}', '; rm -rf /', '', 'a\nb'];
    const prog = await script(`for a in "$@"; do printf '[%s]' "$a"; done > ${out()}`);
    expect(await run({ prog, args })).toBeUndefined();
    expect(await read()).toBe(args.map((arg) => `[${arg}]`).join(''));
  });

  it('needs no program that reads its input', async () => {
    const handler = await makeHandler(exec(), { prog: 'true' });
    await handler.handle(testEvent({ details: 'x'.repeat(1_000_000) }), testContext());
  });

  it('adds to the environment and sets the directory', async () => {
    const prog = await script(`echo "$GREETING $HOME $(pwd)" > ${out()}`);
    expect(await run({ prog, environment: { GREETING: 'hello' }, directory: '/' })).toBeUndefined();
    expect(await read()).toBe(`hello ${process.env.HOME} /\n`);
  });

  it('tells the exit code and the last words of a program that fails', async () => {
    const error = await run({ prog: await script('cat >/dev/null; echo out; echo err >&2; exit 3') });
    expect(error).toMatchObject({ code: 'DELIVERY', retryable: true });
    expect(String(error)).toContain('ended with exit code 3. It printed: out\nerr');
    expect(String(await run({ prog: await script('kill -TERM $$') }))).toContain('was killed by SIGTERM');
  });

  it('keeps only the end of a long output, and no secret', async () => {
    const host = testHost();
    host.redactor.add('hush-hush');
    const prog = await script('head -c 5000000 /dev/zero | tr "\\\\0" x; echo " hush-hush"; exit 1');
    const error = await run({ prog }, undefined, host);
    expect(String(error)).toMatch(/…x+ \*\*\*$/);
    expect(String(error).length).toBeLessThan(3000);
  });

  it('shows no half of a secret where a long output is cut', async () => {
    const host = testHost();
    const secret = '0123456789abcdef'.repeat(20);
    host.redactor.add(secret);
    for (const after of [1800, 1900, 2000, 3900, 4000]) {
      const prog = await script(`printf %s ${secret}; head -c ${after} /dev/zero | tr "\\0" x; exit 1`);
      expect(String(await run({ prog }, undefined, host))).not.toContain('abcdef');
    }
  });

  it('gives up at once on the exit codes that it is told', async () => {
    const prog = await script('exit 65');
    expect(await run({ prog, 'permanent-exit-codes': [64, 65] })).toBeInstanceOf(PermanentDeliveryError);
    expect(await run({ prog, permanentExitCodes: [64] })).toMatchObject({ retryable: true });
  });

  it.each(['no-such-program-xyz', '/bin/echo hi', '/etc/passwd', '/'])('cannot start %s', async (prog) => {
    const error = await run({ prog });
    expect(error).toMatchObject({ code: 'DELIVERY_PERMANENT', failure: 'config_error' });
    expect(String(error)).toContain('cannot be started');
  });

  it('cannot start with an argument that no program can have', async () => {
    expect(await run({ prog: 'true', args: ['a\0b'] })).toMatchObject({ code: 'DELIVERY_PERMANENT' });
  });

  it.each([
    ['its timeout', 'DELIVERY_TIMEOUT'],
    ['the delivery', 'DELIVERY'],
  ])('kills the whole process group when %s ends', async (what, code) => {
    const prog = await script(
      `sleep 60 & echo $! > ${out('child')}; trap '' TERM; echo $$ > ${out('tmp')}; mv ${out('tmp')} ${out('pid')}; wait`,
    );
    const timers: (() => void)[] = [];
    const clock: Clock = {
      now: () => 0,
      setTimeout: (callback) => {
        timers.push(callback);
        return { cancel: () => undefined };
      },
    };
    const delivery = new AbortController();
    const running = run({ prog, timeout: '10s' }, delivery.signal, testHost({ clock }));
    while (!existsSync(out('pid'))) await wait(5);
    if (what === 'the delivery') delivery.abort();
    else timers[0]?.();
    expect(await running).toMatchObject({ code });
    expect(await isRunning(Number(await read('pid')))).toBe(false);
    expect(await isRunning(Number(await read('child')))).toBe(false);
  });

  it('waits for the program, not for what it leaves running', async () => {
    const prog = await script(`cat >/dev/null; sleep 60 & echo $! > ${out('child')}`);
    expect(await run({ prog })).toBeUndefined();
    const child = Number(await read('child'));
    process.kill(child, 0);
    process.kill(child);
    const failing = await script(`sleep 60 & echo $! > ${out('child')}; echo sorry; exit 1`);
    expect(String(await run({ prog: failing }))).toContain('It printed: sorry');
    process.kill(Number(await read('child')));
  });

  it.each([
    [{}, 'prog'],
    [{ prog: 'x', args: 'y' }, 'a list of texts'],
    [{ prog: 'x', timeout: '-1s' }, 'more than 0'],
    [{ prog: 'x', environment: { A: 1 } }, 'environment.A'],
  ])('refuses the options %j', async (options, part) => {
    expect(String(await rejection(() => makeHandler(exec(), options)))).toContain(part);
  });
});

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { DeliveryError, DeliveryTimeoutError, PermanentDeliveryError } from '../../errors.ts';
import type { HandlerHost } from '../../handler/handler.ts';
import { errorCode, errorText } from '../shared/system-error.ts';
import { abortError } from '../shared/until-aborted.ts';
import { OutputTail } from './output-tail.ts';

/** A program to run for each event. */
export interface Program {
  readonly prog: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly directory?: string;
  /** Milliseconds. */
  readonly timeout?: number;
  readonly permanentExitCodes: readonly number[];
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

// What a failed program still says after it has ended, when something that it started holds its output open.
const LAST_WORDS = 500;

/** Runs a program with `input` on its standard input. It resolves on exit code 0. */
export function runProgram(
  program: Program,
  input: string,
  signal: AbortSignal,
  { clock, redactor }: Pick<HandlerHost, 'clock' | 'redactor'>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(abortError(signal));
      return;
    }
    const name = redactor.redact(program.prog);
    let child: Child;
    try {
      child = start(program);
    } catch (error) {
      reject(cannotStart(name, error));
      return;
    }
    const output = new OutputTail();
    const kill = (): void => killGroup(child);
    const stop = (error: Error): void => {
      kill();
      settle(() => reject(error));
    };
    const abort = (): void => stop(abortError(signal));
    signal.addEventListener('abort', abort, { once: true });
    const timer =
      program.timeout === undefined
        ? undefined
        : clock.setTimeout(() => stop(new DeliveryTimeoutError(program.timeout ?? 0)), program.timeout);
    let settled = false;
    const settle = (end: () => void): void => {
      if (settled) return;
      settled = true;
      timer?.cancel();
      signal.removeEventListener('abort', abort);
      // What it left running may go on writing; it keeps neither us nor the process waiting.
      for (const stream of [child.stdout, child.stderr]) {
        stream.removeAllListeners('data');
        stream.resume();
        if ('unref' in stream && typeof stream.unref === 'function') stream.unref();
      }
      end();
    };

    child.stdout.on('data', (chunk: Uint8Array) => output.add(chunk));
    child.stderr.on('data', (chunk: Uint8Array) => output.add(chunk));
    // A program need not read what it is given.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.on('error', (error) => settle(() => reject(cannotStart(name, error))));
    child.on('exit', (code, killedBy) => {
      if (code === 0) {
        settle(resolve);
        return;
      }
      const fail = (): void =>
        settle(() => reject(failure(program, name, code, killedBy, output.text(redactor))));
      const lastWords = clock.setTimeout(fail, LAST_WORDS);
      child.on('close', () => {
        lastWords.cancel();
        fail();
      });
    });
  });
}

function start({ prog, args, environment, directory }: Program): Child {
  return spawn(prog, args, {
    shell: false,
    windowsHide: true,
    // A group of its own, so that whatever it starts can be killed with it.
    detached: process.platform !== 'win32',
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(environment && { env: { ...process.env, ...environment } }),
    ...(directory && { cwd: directory }),
  });
}

function killGroup(child: Child): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

function cannotStart(name: string, error: unknown): DeliveryError {
  const code = errorCode(error);
  const options = { failure: 'config_error', cause: error } as const;
  // Out of processes or memory is the state of a moment; everything else stays as it is.
  if (code === 'EAGAIN' || code === 'ENOMEM' || code === 'EMFILE' || code === 'ENFILE') {
    return new DeliveryError(`exec: ${name} cannot be started: ${errorText(error)}`, { cause: error });
  }
  return new PermanentDeliveryError(`exec: ${name} cannot be started: ${errorText(error)}`, {
    ...options,
    ...(code === 'ENOENT' ? { cure: 'Check prog (arguments go into args) and directory.' } : {}),
  });
}

function failure(
  { permanentExitCodes }: Program,
  name: string,
  code: number | null,
  killedBy: string | null,
  output: string,
): DeliveryError {
  const how = code === null ? `was killed by ${killedBy}` : `ended with exit code ${code}`;
  const said = output === '' ? 'It printed nothing.' : `It printed: ${output}`;
  const reason = `exec: ${name} ${how}. ${said}`;
  return code !== null && permanentExitCodes.includes(code)
    ? new PermanentDeliveryError(reason)
    : new DeliveryError(reason);
}

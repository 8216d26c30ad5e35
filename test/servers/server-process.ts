import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A server that runs as a process of its own. */
export interface ServerProcess {
  readonly process: ChildProcess;
  /** The lines that it printed so far, on either stream. */
  readonly lines: readonly string[];
  /** Resolves to the first line that matches, printed already or not yet. */
  line(pattern: RegExp): Promise<string>;
  /** Ends it and waits for that. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

const PATIENCE = 10_000;
/** Where Debian puts daemons, which is not in everybody's PATH. */
const PATH = `${process.env.PATH}:/usr/sbin:/sbin`;

/** Starts a program. One that is not installed is an error: these tests are not to be skipped. */
export async function startServer(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const child = spawn(program, args, {
    env: { ...process.env, PATH, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      for (const look of waiting) look();
    });
  }
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) =>
      reject(new Error(`${program} does not start (${error.message}); run .ci/install-servers.sh`)),
    );
  });
  return {
    process: child,
    lines,
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const end = (): void => {
          waiting.delete(look);
          clearTimeout(timer);
        };
        const look = (): void => {
          const line = lines.find((one) => pattern.test(one));
          if (line === undefined) return;
          end();
          resolve(line);
        };
        const timer = setTimeout(() => {
          end();
          reject(new Error(`${program} did not print ${pattern}, but:\n${lines.join('\n')}`));
        }, PATIENCE);
        waiting.add(look);
        look();
      }),
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal);
      await once(child, 'exit');
    },
  };
}

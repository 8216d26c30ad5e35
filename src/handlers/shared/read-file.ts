import { errorText } from './system-error.ts';

/**
 * Reads a file at once, for settings that are checked when a kind is configured. The module of the file system is
 * asked for only then, so that kinds load where there is none.
 *
 * @throws {Error} When there is no such file, or no file system.
 */
export function readFileNow(path: string): string {
  const fs = globalThis.process?.getBuiltinModule?.('node:fs');
  if (fs === undefined) throw new Error('this platform has no file system');
  return fs.readFileSync(path, 'utf8');
}

/** Why a file cannot be read; `undefined` when it can. */
export function fileProblem(path: string): string | undefined {
  try {
    readFileNow(path);
    return undefined;
  } catch (error) {
    return errorText(error);
  }
}

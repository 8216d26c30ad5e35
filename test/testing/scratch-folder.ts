import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';

/** A folder of files that each test of a file has to itself. */
export interface ScratchFolder {
  /** Where it is, while a test runs. */
  readonly path: string;
  /** Writes a file, and gives its path. */
  write(name: string, content: string): string;
}

/** Makes a folder before each test, and removes it after. */
export function scratchFolder(): ScratchFolder {
  let path = '';
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'tocsin-'));
  });
  afterEach(() => rmSync(path, { recursive: true }));
  return {
    get path() {
      return path;
    },
    write(name, content) {
      const file = join(path, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
      return file;
    },
  };
}

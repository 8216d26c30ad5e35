import { chmod, copyFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { WireCase } from './case.ts';

/** Writes the files that a case begins with. */
export async function writeFiles(directory: string, { files = {}, modes = {} }: WireCase): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(directory, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    const mode = modes[name];
    if (mode !== undefined) await chmod(path, mode);
  }
}

/** The files that a case looks at, as `captured` holds them. */
export async function readFiles(directory: string, { captured }: WireCase): Promise<unknown> {
  const files: Record<string, unknown> = {};
  for (const [name, expected] of Object.entries(captured.files ?? {})) {
    const path = join(directory, name);
    try {
      const content = await readFile(path, 'utf8');
      const mode = `0${((await stat(path)).mode & 0o7777).toString(8).padStart(3, '0')}`;
      files[name] =
        expected !== null && typeof expected === 'object' && !('mode' in expected)
          ? { content }
          : { content, mode };
    } catch {
      files[name] = null;
    }
  }
  return { files };
}

const CERTIFICATES = join(import.meta.dirname, '../../../fixtures/tls');

/** Puts the certificates of the cases into their folder. */
export async function copyCertificates(directory: string): Promise<void> {
  for (const file of ['ca.pem', 'client.pem', 'client.key']) {
    await copyFile(join(CERTIFICATES, file), join(directory, file));
  }
}

import { truncateSync } from 'node:fs';
import { LogFile } from '../../../src/handlers/log/log-file.ts';

/** Run under `ulimit -f 1`: a file of 1024 bytes is full. Prints how each append went. */
const path = process.argv[2] ?? '';
const file = new LogFile(path, { mode: 0o600, createDirectory: false });
const signal = AbortSignal.timeout(5000);
const append = (line: string): Promise<string> =>
  file.append(`${line}\n`, signal).then(
    () => 'written',
    () => 'failed',
  );

// Both go out in one write, of which only a part fits.
const together = await Promise.all([append('a'.repeat(600)), append('b'.repeat(600))]);
truncateSync(path, 800);
console.log(JSON.stringify([...together, await append('c')]));

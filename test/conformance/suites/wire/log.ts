import { log } from '../../../../src/handlers/log.ts';
import type { Suite } from '../../suite.ts';
import { wireSuite } from './case.ts';
import { readFiles, writeFiles } from './files.ts';

export const suite: Suite = wireSuite(async (vector, directory) => {
  await writeFiles(directory, vector);
  return { kind: () => log(), captured: () => readFiles(directory, vector) };
});

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Suite } from '../suite.ts';

/** The wire vectors: a kind with a suite of its own (`wire/<kind>.ts`) has that run them, any other speaks HTTP. */
export const suite: Suite = async (vectors, name) => {
  const kind = name.slice('wire/'.length);
  const own = existsSync(join(import.meta.dirname, 'wire', `${kind}.ts`));
  const module: { suite: Suite } = await import(`./wire/${own ? kind : 'http'}.ts`);
  return module.suite(vectors, name);
};

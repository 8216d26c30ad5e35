import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtInKinds } from './built-in-kinds.ts';
import { handlerPage } from './handler-page.ts';

/** Writes the tables of docs/handlers/<kind>.md from the schemas; with --check it only says which are not up to date. */
const check = process.argv.includes('--check');
const directory = join(import.meta.dirname, '../docs/handlers');
let stale = 0;

for (const kind of builtInKinds()) {
  const path = join(directory, `${kind.kind}.md`);
  const page = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  const updated = page === undefined ? undefined : handlerPage(page, kind);
  if (page !== undefined && updated === page) continue;
  stale++;
  if (updated === undefined) console.error(`docs/handlers/${kind.kind}.md is missing`);
  else if (check)
    console.error(`docs/handlers/${kind.kind}.md is not up to date; run: npm run docs:handlers`);
  else writeFileSync(path, updated);
}
if (check && stale > 0) process.exit(1);

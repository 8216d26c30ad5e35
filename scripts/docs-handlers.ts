import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtInKinds } from './built-in-kinds.ts';
import { type OptionTable, optionTable } from './option-table.ts';

/** Writes the tables of docs/handlers/<kind>.md from the schemas; with --check it only says which are not up to date. */
const check = process.argv.includes('--check');
const directory = join(import.meta.dirname, '../docs/handlers');
let stale = 0;

for (const kind of builtInKinds()) {
  const path = join(directory, `${kind.kind}.md`);
  if (!existsSync(path)) {
    console.error(`docs/handlers/${kind.kind}.md is missing`);
    stale++;
    continue;
  }
  const page = readFileSync(path, 'utf8');
  let updated = replaceTable(page, 'options', kind.options as unknown as OptionTable);
  if ('configuration' in kind)
    updated = replaceTable(updated, 'configuration', kind.configuration as OptionTable);
  if (updated === page) continue;
  stale++;
  console.log(`docs/handlers/${kind.kind}.md ${check ? 'is not up to date' : 'written'}`);
  if (!check) writeFileSync(path, updated);
}
if (check && stale > 0) {
  console.error('Run: npm run docs:handlers');
  process.exit(1);
}

/** Puts a table between its marks, `<!-- options -->` and `<!-- /options -->`. */
function replaceTable(page: string, name: string, table: OptionTable): string {
  const marks = new RegExp(`<!-- ${name} -->[\\s\\S]*?<!-- /${name} -->`);
  if (!marks.test(page)) throw new Error(`the page lacks the marks <!-- ${name} --> and <!-- /${name} -->`);
  return page.replace(marks, () => `<!-- ${name} -->\n${optionTable(table)}\n<!-- /${name} -->`);
}

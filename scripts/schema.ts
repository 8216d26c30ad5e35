import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SCHEMA_FILES, schemaFile } from './schema-file.ts';

/** Writes the JSON Schemas of handler files, which editors use. */
const directory = join(import.meta.dirname, '../schema');
mkdirSync(directory, { recursive: true });
for (const name of SCHEMA_FILES) {
  writeFileSync(join(directory, name), schemaFile(name));
  console.log(`schema/${name}`);
}

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import { handlerFileSchema } from '../src/handler/handler-file-schema.ts';
import { builtInKinds } from './built-in-kinds.ts';

const DRAFTS = [
  { draft: '2020-12', target: 'draft-2020-12', file: 'handler-file.json' },
  { draft: '07', target: 'draft-07', file: 'handler-file.draft-07.json' },
] as const;

const directory = join(import.meta.dirname, '../schema');
mkdirSync(directory, { recursive: true });
for (const { draft, target, file } of DRAFTS) {
  const schema = handlerFileSchema(builtInKinds(), {
    draft,
    convert: (one) => ({
      ...toJsonSchema(one as v.GenericSchema, { typeMode: 'input', errorMode: 'ignore', target }),
    }),
  });
  writeFileSync(join(directory, file), `${JSON.stringify(schema, undefined, 2)}\n`);
  console.log(`schema/${file}`);
}

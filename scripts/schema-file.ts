import { toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import { handlerFileSchema } from '../src/spec/handler-file-schema.ts';
import { builtInKinds } from './built-in-kinds.ts';

const FILES = {
  'handler-file.json': { draft: '2020-12', target: 'draft-2020-12' },
  'handler-file.draft-07.json': { draft: '07', target: 'draft-07' },
} as const;

/** The files of the schema folder. */
export const SCHEMA_FILES = Object.keys(FILES) as readonly SchemaFileName[];

/** The name of a file of the schema folder. */
export type SchemaFileName = keyof typeof FILES;

/** The text of a file of the schema folder. */
export function schemaFile(name: SchemaFileName): string {
  const { draft, target } = FILES[name];
  const schema = handlerFileSchema(builtInKinds(), {
    draft,
    convert: (one) => ({
      ...toJsonSchema(one as v.GenericSchema, { typeMode: 'input', errorMode: 'ignore', target }),
    }),
  });
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}

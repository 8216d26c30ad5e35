import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { builtInKinds } from '../../scripts/built-in-kinds.ts';
import { handlerPage } from '../../scripts/handler-page.ts';
import { SCHEMA_FILES, schemaFile } from '../../scripts/schema-file.ts';

const root = join(import.meta.dirname, '../..');
const kinds = builtInKinds();

describe('docs/handlers', () => {
  it.each(kinds.map((kind) => [kind.kind, kind] as const))(
    'has a page for %s with its options',
    (name, kind) => {
      const path = join(root, 'docs/handlers', `${name}.md`);
      expect(existsSync(path), `${path} is missing`).toBe(true);
      const page = readFileSync(path, 'utf8');
      // When this fails: npm run docs:handlers
      expect(page).toBe(handlerPage(page, kind));
    },
  );

  it('lists every kind', () => {
    const index = readFileSync(join(root, 'docs/handlers/index.md'), 'utf8');
    const listed = [...index.matchAll(/\[`([a-z0-9]+)`\]\(\1\.md\)/g)].map(([, name]) => name);
    expect(listed).toEqual(expect.arrayContaining(kinds.map(({ kind }) => kind)));
  });

  it('says what every option means', () => {
    const silent = kinds.flatMap((kind) => {
      const tables = [kind.options, 'configuration' in kind ? kind.configuration : undefined];
      return tables.flatMap((table) =>
        Object.entries((table as { entries?: Record<string, object> } | undefined)?.entries ?? {})
          .filter(([, schema]) => !JSON.stringify(schema).includes('"description"'))
          .map(([option]) => `${kind.kind}.${option}`),
      );
    });
    expect(silent).toEqual([]);
  });
});

describe('schema', () => {
  it.each(SCHEMA_FILES)('%s is up to date', (name) => {
    // When this fails: npm run schema
    expect(readFileSync(join(root, 'schema', name), 'utf8')).toBe(schemaFile(name));
  });
});

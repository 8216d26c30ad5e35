import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, it } from 'vitest';
import type { HandlerSpec } from '../../src/spec/handler-spec.ts';
import { readYamlDocument } from '../../src/spec/yaml-document.ts';
import { testTopics } from '../../src/testing/index.ts';

const docs = resolve(import.meta.dirname, '../../docs');
const pages = [
  'getting-started.md',
  'delivery.md',
  ...readdirSync(join(docs, 'handlers')).map((name) => join('handlers', name)),
];

const files = pages.flatMap((page) => {
  const text = readFileSync(join(docs, page), 'utf8');
  return [...text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)]
    .map(({ 1: source = '', index }) => ({
      place: `${page}:${text.slice(0, index).split('\n').length}`,
      source,
    }))
    .filter(({ source }) => /^topic: /m.test(source) && /^kind: /m.test(source));
});

describe('handler files in the docs', () => {
  it.each(files.map(({ place, source }) => [place, source] as const))(
    '%s is right',
    async (place, source) => {
      const { value } = await readYamlDocument(source, place);
      await testTopics({ specs: [value as HandlerSpec] });
    },
  );
});

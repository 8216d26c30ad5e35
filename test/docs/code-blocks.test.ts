import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

interface Block {
  /** `docs/rules.md:12`, and the name of the virtual file. */
  readonly place: string;
  readonly file: string;
  readonly source: string;
}

function markdownPages(): string[] {
  const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' });
  return [
    'README.md',
    'examples/README.md',
    ...docs.filter((name) => name.endsWith('.md')).map((name) => join('docs', name)),
  ];
}

function sourceFiles(): string[] {
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join('src', name));
}

/** The `ts` blocks of a page, or, with the stars taken off, of the docstrings of a source file. */
function blocksOf(page: string): Block[] {
  const text = readFileSync(join(root, page), 'utf8');
  const pattern = page.endsWith('.md') ? /^```ts\n([\s\S]*?)^```$/gm : /^ *\* ```ts\n([\s\S]*?)^ *\* ```$/gm;
  return [...text.matchAll(pattern)].map(({ 1: code = '', index }) => {
    const line = text.slice(0, index).split('\n').length;
    const source = page.endsWith('.md') ? code : code.replace(/^ *\* ?/gm, '');
    // As a module of its own, so that names of different blocks don't meet; a block that begins with the name of a
    // file, such as `// rules.ts`, can be imported by others of its page.
    const name = /^\/\/ ([\w./-]+\.ts)\n/.exec(source)?.[1] ?? `block_${line}.ts`;
    return {
      place: `${page}:${line}`,
      file: join(root, 'test/docs', page.replace(/\W/g, '_'), name),
      source: `${source}\nexport {};\n`,
    };
  });
}

function problems(blocks: readonly Block[]): string[] {
  const byFile = new Map(blocks.map((block) => [block.file, block]));
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  // What a reader copies is not held to the style of this project.
  const relaxed = {
    ...options,
    isolatedDeclarations: false,
    noUnusedLocals: false,
    noUnusedParameters: false,
    baseUrl: root,
  };
  const host = ts.createCompilerHost(relaxed);
  const { fileExists, readFile, directoryExists } = host;
  const folders = new Set([...byFile.keys()].map((file) => dirname(file)));
  host.directoryExists = (name) => folders.has(name) || directoryExists?.(name) !== false;
  host.fileExists = (name) => byFile.has(name) || fileExists(name);
  host.readFile = (name) => byFile.get(name)?.source ?? readFile(name);
  const program = ts.createProgram([...byFile.keys()], relaxed, host);
  return [...byFile].flatMap(([file, { place }]) => {
    const source = program.getSourceFile(file);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      (problem) => {
        const at = problem.file?.getLineAndCharacterOfPosition(problem.start ?? 0);
        return `${place} +${(at?.line ?? 0) + 1}: ${ts.flattenDiagnosticMessageText(problem.messageText, ' ')}`;
      },
    );
  });
}

/** What a link to a heading of a page may name. */
function anchorsOf(file: string): Set<string> {
  const headings = readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm);
  const plain = ([, heading = '']: RegExpMatchArray): string =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-');
  return new Set([...headings].map(plain));
}

describe('code in the docs', () => {
  it('is type-checked, in README, docs and docstrings', { timeout: 120_000 }, () => {
    const blocks = [...markdownPages(), ...sourceFiles()].flatMap(blocksOf);
    expect(blocks.length).toBeGreaterThan(50);
    expect(problems(blocks)).toEqual([]);
  });

  it('has no dead links between pages', () => {
    const dead = markdownPages().flatMap((page) => {
      const text = readFileSync(join(root, page), 'utf8').replace(/^```[\s\S]*?^```$/gm, '');
      return [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)]*))?\)/g)]
        .filter(([, target = '', anchor]) => {
          const file = target === '' ? join(root, page) : resolve(root, page, '..', target);
          if (!ts.sys.fileExists(file)) return !ts.sys.directoryExists(file);
          return anchor !== undefined && !anchorsOf(file).has(anchor);
        })
        .map(([, target = '', anchor]) => `${page} → ${target}${anchor === undefined ? '' : `#${anchor}`}`);
    });
    expect(dead).toEqual([]);
  });
});

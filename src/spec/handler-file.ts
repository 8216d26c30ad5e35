import { HandlerSpecError, type SpecIssue } from '../errors.ts';
import { readJsonDocument } from './json-document.ts';
import type { SpecDocument } from './spec-document.ts';
import { readYamlDocument } from './yaml-document.ts';

/** The longest handler file that is read, in characters. */
const LONGEST = 1_000_000;

/** The endings of handler files. */
export const HANDLER_FILE_ENDINGS: readonly string[] = ['.yaml', '.yml', '.json'];

/** Whether a file is a handler file, by its ending. */
export function isHandlerFile(file: string): boolean {
  return HANDLER_FILE_ENDINGS.some((ending) => file.endsWith(ending));
}

/**
 * Reads the text of a handler file. The ending of its name says whether it is YAML or JSON.
 *
 * @throws {HandlerSpecError} When it cannot be read, with all that is wrong in it.
 */
export async function readHandlerText(text: string, file: string): Promise<SpecDocument> {
  const fail = (reason: string, cure: string): never => {
    throw new HandlerSpecError([{ code: 'HANDLER_SPEC', path: [], reason, cure }], { file });
  };
  if (!isHandlerFile(file)) {
    fail('this is no handler file by its ending', `Handler files end in ${HANDLER_FILE_ENDINGS.join(', ')}.`);
  }
  if (text.length > LONGEST)
    fail(`the file is longer than ${LONGEST} characters`, 'A handler file holds one handler.');
  const marked = text.startsWith('\ufeff');
  if (!file.endsWith('.json')) return readYamlDocument(marked ? text.slice(1) : text, file);
  if (marked)
    fail('the file begins with a byte order mark, which JSON does not know', 'Save it without one.');
  return readJsonDocument(text, file);
}

/**
 * Reads a handler file from disk. Needs Node.
 *
 * @throws {HandlerSpecError} When it cannot be read, with all that is wrong in it.
 */
export async function readHandlerFile(path: string): Promise<SpecDocument> {
  if (!isHandlerFile(path)) return readHandlerText('', path);
  const { readFile } = await import('node:fs/promises');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw unreadable(path, 'the file', cause);
  }
  return readHandlerText(text, path);
}

/**
 * Reads several handler files from disk. Needs Node.
 *
 * @returns Those that could be read, and what is wrong with the others.
 */
export async function readHandlerFiles(
  paths: readonly string[],
): Promise<{ readonly documents: SpecDocument[]; readonly problems: SpecIssue[] }> {
  const documents: SpecDocument[] = [];
  const problems: SpecIssue[] = [];
  for (const path of paths) {
    try {
      documents.push(await readHandlerFile(path));
    } catch (error) {
      if (!(error instanceof HandlerSpecError)) throw error;
      const position = { file: path, line: 1, column: 1, offset: 0 };
      problems.push(...error.issues.map((issue) => ({ position, ...issue })));
    }
  }
  return { documents, problems };
}

/**
 * The paths of the handler files of a directory, in the order of their names. Needs Node.
 *
 * @throws {HandlerSpecError} When the directory cannot be read.
 */
export async function handlerFilesIn(directory: string): Promise<string[]> {
  const { readdir } = await import('node:fs/promises');
  const { join } = await import('node:path');
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory() && isHandlerFile(entry.name))
      .map((entry) => join(directory, entry.name))
      .sort();
  } catch (cause) {
    throw unreadable(directory, 'the directory', cause);
  }
}

function unreadable(file: string, what: string, cause: unknown): HandlerSpecError {
  const why = cause instanceof Error ? cause.message : String(cause);
  const issue = { code: 'HANDLER_SPEC', path: [], reason: `${what} cannot be read: ${why}` } as const;
  return new HandlerSpecError([issue], { file, cause });
}

import { HandlerSpecError } from '../errors.ts';
import { readJsonDocument } from './json-document.ts';
import type { SpecDocument } from './spec-document.ts';
import { readYamlDocument } from './yaml-document.ts';

/** The longest handler file that is read, in characters. */
const LONGEST = 1_000_000;

/** The endings of handler files. */
export const HANDLER_FILE_ENDINGS: readonly string[] = ['.yaml', '.yml', '.json'];

/** Whether a file is a handler file, by its ending. */
export function isHandlerFile(file: string): boolean {
  return HANDLER_FILE_ENDINGS.some((ending) => file.toLowerCase().endsWith(ending));
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
  const source = text.startsWith('\ufeff') ? text.slice(1) : text;
  return file.toLowerCase().endsWith('.json')
    ? readJsonDocument(source, file)
    : readYamlDocument(source, file);
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
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new HandlerSpecError(
      [{ code: 'HANDLER_SPEC', path: [], reason: `the file cannot be read: ${why}` }],
      {
        file: path,
        cause,
      },
    );
  }
  return readHandlerText(text, path);
}

import type { Clock } from '../alert/clock.ts';
import { KapacitorFilesError, type SpecIssue, TocsinError } from '../errors.ts';
import type { LoadTickscriptOptions, TickscriptTask } from '../kapacitor/index.ts';
import type { SpecDocument } from '../spec/spec-document.ts';

/** A TICKscript under test: its text, and what `loadTickscript` is told. */
export interface TestedScript extends Omit<LoadTickscriptOptions, 'clock'> {
  /** The script. */
  readonly text: string;
}

/**
 * Loads scripts whose time goes by a clock.
 *
 * @throws {TickscriptError | LambdaSyntaxError | LambdaTypeError} When a script is wrong.
 */
export async function loadScripts(
  scripts: readonly TestedScript[],
  clock: Clock,
  strict = false,
): Promise<TickscriptTask[]> {
  if (scripts.length === 0) return [];
  // Tests without scripts pay nothing for them.
  const { loadTickscript } = await import('../kapacitor/index.ts');
  return scripts.map(({ text, ...options }) => loadTickscript(text, { strict, ...options, clock }));
}

/** What is wrong with the script of a file of tests: with the place in that file, or in the script's own. */
export function scriptIssues(error: unknown, document: SpecDocument): SpecIssue[] | undefined {
  if (error instanceof KapacitorFilesError)
    return error.errors.flatMap((one) => scriptIssues(one, document) ?? []);
  if (!(error instanceof TocsinError)) return undefined;
  const { code, reason, cure, position, excerpt, text = '' } = error;
  const issue = { code, reason, ...(cure !== undefined && { cure }) };
  if (position?.file !== undefined)
    return [{ ...issue, path: ['script-file'], position, ...(excerpt !== undefined && { excerpt }) }];
  // What has no place in the script is a value that it has no variable for.
  const isVar = position === undefined && document.has(['vars', text]);
  const path = isVar ? ['vars', text] : ['script'];
  const part = { key: isVar, ...(position !== undefined && { offset: position.offset }) };
  return [{ ...issue, path, position: document.locate(path, part), excerpt: document.excerpt(path, part) }];
}

import { HandlerSpecError, type SpecIssue } from '../errors.ts';
import { handlerFilesIn, isHandlerFile } from '../spec/handler-file.ts';
import type { HandlerSpec } from '../spec/handler-spec.ts';
import type { TopicRegistry } from '../topic/index.ts';

const REFERENCE = /\$\{(?:env|file):[^}]*\}/g;

/**
 * Defines handler files, and those of directories, with a stand-in for every secret that they refer to.
 *
 * @throws {HandlerSpecError} With everything that is wrong with any of them.
 */
export async function defineFiles(registry: TopicRegistry, paths: readonly string[]): Promise<void> {
  const { readFile, stat } = await import('node:fs/promises');
  const issues: SpecIssue[] = [];
  for (const path of paths) {
    // Of what is not there, the name tells what was meant.
    const directory = (await stat(path).catch(() => undefined))?.isDirectory() ?? !isHandlerFile(path);
    for (const file of directory ? await handlerFilesIn(path) : [path]) {
      try {
        // What cannot be read is told by the registry, in its own words.
        const text = await readFile(file, 'utf8').catch(() => undefined);
        if (text === undefined) await registry.defineFile(file);
        else await registry.defineText(withoutSecrets(text), file);
      } catch (error) {
        if (!(error instanceof HandlerSpecError)) throw error;
        const position = { file, line: 1, column: 1, offset: 0 };
        issues.push(...error.issues.map((issue) => ({ position, ...issue })));
      }
    }
  }
  if (issues.length > 0) throw new HandlerSpecError(issues);
}

/** A spec with a stand-in for every secret that its options refer to. */
export function specWithoutSecrets(spec: HandlerSpec): HandlerSpec {
  return spec.options == null
    ? spec
    : { ...spec, options: replaced(spec.options) as HandlerSpec['options'] & {} };
}

function replaced(value: unknown): unknown {
  if (typeof value === 'string') return withoutSecrets(value);
  if (Array.isArray(value)) return value.map(replaced);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaced(item)]));
}

/** References become texts of the same length, so that places in the file stay; they are URLs, since many secrets are. */
function withoutSecrets(text: string): string {
  return text.replace(REFERENCE, (reference) => 'http://'.padEnd(reference.length, 'x'));
}

import { type SpecIssue, TocsinError } from '../errors.ts';
import { isMap } from '../handler/is-map.ts';
import { camelCase, type OptionEntries, type OptionsOutput, type optionsSchema } from '../handler/options.ts';
import type { Path, SpecDocument } from '../spec/spec-document.ts';

/** Reads the parts of a file, and collects everything that is wrong with it, each with its place. */
export class DocumentReader {
  /** Everything that is wrong. */
  readonly issues: SpecIssue[] = [];
  readonly #document: SpecDocument;

  constructor(document: SpecDocument) {
    this.#document = document;
  }

  /** Checks the keys and values of a map; what is wrong becomes issues. */
  map<Entries extends OptionEntries>(
    schema: ReturnType<typeof optionsSchema<Entries>>,
    given: unknown,
    path: Path,
  ): OptionsOutput<Entries> | undefined {
    const result = schema['~standard'].validate(given);
    if ('then' in result) return undefined;
    if (result.issues === undefined) return result.value;
    for (const { message, path: below = [] } of result.issues) {
      const keys = below.map((part) => (typeof part === 'object' ? part.key : part));
      const unknown = message.startsWith('unknown option');
      this.issue([...path, ...keys], inYaml(message), undefined, unknown);
    }
    return undefined;
  }

  /** Makes something; what it throws becomes an issue at a path. */
  attempt<T>(path: Path, make: () => T): T[] {
    try {
      return [make()];
    } catch (error) {
      this.caught(error, path);
      return [];
    }
  }

  /** Takes note of what was thrown. */
  caught(error: unknown, path: Path, key = false): void {
    if (!(error instanceof TocsinError)) throw error;
    this.issue(path, error.reason, error.cure, key, error.position?.offset);
  }

  /**
   * Takes note of something that is wrong.
   *
   * @param key Whether the key is wrong, not the value.
   * @param offset Which character of a text it is.
   */
  issue(path: Path, reason: string, cure?: string, key = false, offset?: number): void {
    const part = { key, ...(offset === undefined ? {} : { offset }) };
    this.issues.push({
      path: path.map((step) => (typeof step === 'number' ? step : String(step))),
      reason,
      ...(cure === undefined ? {} : { cure }),
      position: this.#document.locate(path, part),
      excerpt: this.#document.excerpt(path, part),
    });
  }
}

/** What is an option in code is a key in a file. */
function inYaml(message: string): string {
  return message
    .replace('unknown option', 'unknown key')
    .replace('Known options', 'Known keys')
    .replace('a map of options', 'a map');
}

/** A map of a file with its keys named as in code. */
export function camelCased(value: unknown): unknown {
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [camelCase(key), item]));
}

import { RE2JS } from 're2js';
import { LambdaSyntaxError } from '../errors.ts';
import { unnamed } from './group-names.ts';

const REMEMBERED_ANSWERS = 1024;
const LONGEST_REMEMBERED_SUBJECT = 256;

/**
 * A regular expression in RE2's syntax, matched in linear time. It remembers its recent answers, since the
 * values of a tag repeat.
 *
 * @throws {LambdaSyntaxError} When the pattern is not one that RE2 takes.
 */
export class Regex {
  /** The pattern, without slashes. */
  readonly source: string;
  /** The numbers of the groups of each name. */
  readonly groups: ReadonlyMap<string, readonly number[]>;
  readonly #compiled: RE2JS;
  #recent = new Map<string, boolean>();
  #older = new Map<string, boolean>();

  constructor(source: string) {
    this.source = source;
    try {
      const { pattern, groups } = unnamed(source);
      this.groups = groups;
      this.#compiled = RE2JS.compile(pattern);
    } catch (error) {
      throw invalid(source, error);
    }
  }

  /** Whether the pattern is found anywhere in the subject. */
  test(subject: string): boolean {
    const known = this.#recent.get(subject);
    return known === undefined ? this.#testUnknown(subject) : known;
  }

  #testUnknown(subject: string): boolean {
    const answer = this.#older.get(subject) ?? this.#compiled.test(subject.toWellFormed());
    if (subject.length > LONGEST_REMEMBERED_SUBJECT) return answer;
    // Two generations, so that a full memory forgets the older half and not what is in use.
    if (this.#recent.size >= REMEMBERED_ANSWERS / 2) {
      this.#older = this.#recent;
      this.#recent = new Map();
    }
    this.#recent.set(copyOf(subject), answer);
    return answer;
  }

  /** The compiled pattern. */
  get compiled(): RE2JS {
    return this.#compiled;
  }

  /** The pattern between slashes, as the language writes it. */
  toString(): string {
    return `/${this.source.replaceAll('/', '\\/')}/`;
  }
}

/** The same text on its own: one that was cut out of a longer text keeps all of that in memory. */
function copyOf(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}

function invalid(source: string, error: unknown): LambdaSyntaxError {
  const why = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : String(error);
  const cure = /\(\?[=!<]|\\[1-9]/.test(source)
    ? "RE2's syntax has no look-around and no backreferences, so that every match takes linear time."
    : undefined;
  return new LambdaSyntaxError(`The regex is not valid: ${why}`, {
    text: source,
    cause: error,
    ...(cure === undefined ? {} : { cure }),
  });
}

import { RE2JS } from 're2js';
import { unnamed } from './group-names.ts';

const REMEMBERED_ANSWERS = 1024;
const LONGEST_REMEMBERED_SUBJECT = 256;

/**
 * A regular expression in RE2's syntax, matched in linear time. It remembers its recent answers, since the
 * values of a tag repeat.
 *
 * @throws {Error} When the pattern is not one that RE2 takes.
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
    const { pattern, groups } = unnamed(source);
    this.source = source;
    this.groups = groups;
    this.#compiled = RE2JS.compile(pattern);
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
    this.#recent.set(subject, answer);
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

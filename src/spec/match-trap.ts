import { excerptAt, type SpecIssue } from '../errors.ts';

/** A match expression that YAML cannot read as it is written. */
export interface MatchTrap {
  /** Where the match begins. */
  readonly offset: number;
  /** What is wrong, with the corrected line. */
  readonly issue: Pick<SpecIssue, 'path' | 'reason' | 'cure' | 'excerpt'>;
  /** The file with that line corrected. */
  readonly mended: string;
}

const LINE = /^(\s*match\s*:\s+)(\S.*?)\s*$/i;
const QUOTED_START = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'(?!'))\s*[^\s#]/;
/** A map such as `{ expr: … }` is meant as one. */
const INDICATOR = /^(?:[!@`%&*[]|\{(?!\s*\w+\s*:))/;

/**
 * Recognises the commonest mistake in handler files: `match: "host" == 's001'`, where YAML takes the first quoted
 * token for the whole value, and its relative `match: !changed()`, where YAML sees a tag.
 *
 * @param line The line that YAML has trouble with, from 1.
 */
export function matchTrap(source: string, line: number): MatchTrap | undefined {
  const lines = source.split('\n');
  const text = lines[line - 1] ?? '';
  const [, before = '', expression = ''] = LINE.exec(text) ?? [];
  const quoted = QUOTED_START.exec(expression)?.[1];
  if (quoted === undefined && !INDICATOR.test(expression)) return undefined;
  const corrected = `${before}'${expression.replaceAll("'", "''")}'`;
  const offset = lines.slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0) + before.length;
  return {
    offset,
    issue: {
      path: ['match'],
      reason:
        quoted === undefined
          ? `'${expression[0]}' has a meaning of its own in YAML, so this match must be quoted as a whole`
          : `YAML takes ${quoted} for the whole match and stumbles over what follows`,
      cure: `Put the whole expression into single quotes, each one inside it written twice:\n  ${corrected.trim()}`,
      excerpt: excerptAt(source, offset, quoted?.length ?? 1),
    },
    mended: [...lines.slice(0, line - 1), corrected, ...lines.slice(line)].join('\n'),
  };
}

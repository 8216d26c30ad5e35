import type { SpecIssue } from '../errors.ts';
import type { PlacedIssue } from './spec-checker.ts';
import type { SpecDocument } from './spec-document.ts';

/** Gives issues the positions that they have in a file, in the order of the file. */
export function placeIssues(
  issues: readonly PlacedIssue[],
  document: SpecDocument | undefined,
): readonly SpecIssue[] {
  if (document === undefined) return issues.map(withoutPlace);
  const placed = issues.map((issue) => {
    // Where there are no options at all, the line of the kind says best whose options are missing.
    const path = issue.path[0] === 'options' && !document.has(['options']) ? ['kind'] : issue.path;
    const part = {
      key: issue.atKey ?? false,
      ...(issue.offset === undefined ? {} : { offset: issue.offset }),
    };
    return {
      ...withoutPlace(issue),
      position: document.locate(path, part),
      excerpt: document.excerpt(path, part),
    };
  });
  const offset = ({ position }: SpecIssue): number => position?.offset ?? 0;
  return [...document.problems, ...placed].sort((a, b) => offset(a) - offset(b));
}

function withoutPlace({ atKey: _key, offset: _offset, error: _error, ...issue }: PlacedIssue): SpecIssue {
  return issue;
}

import type { SpecIssue } from '../errors.ts';
import type { PlacedIssue } from './spec-checker.ts';
import type { SpecDocument } from './spec-document.ts';

/** Gives issues the positions that they have in a file, in the order of the file. */
export function placeIssues(issues: readonly PlacedIssue[], document: SpecDocument | undefined): SpecIssue[] {
  if (document === undefined) return issues.map(plain);
  const placed = issues.map((issue) => {
    const part = {
      key: issue.atKey ?? false,
      ...(issue.offset === undefined ? {} : { offset: issue.offset }),
    };
    return {
      ...plain(issue),
      position: document.locate(issue.path, part),
      excerpt: document.excerpt(issue.path, part),
    };
  });
  return [...document.problems, ...placed].sort(
    (a, b) => (a.position?.offset ?? 0) - (b.position?.offset ?? 0),
  );
}

function plain({ atKey: _key, offset: _offset, ...issue }: PlacedIssue): SpecIssue {
  return issue;
}

import { HandlerSpecError, type SpecIssue } from '../errors.ts';
import { placeIssues } from '../spec/place-issues.ts';
import type { PlacedIssue } from '../spec/spec-checker.ts';
import type { SpecDocument } from '../spec/spec-document.ts';
import type { Checked, HandlerBuilder } from './handler-builder.ts';
import { ownFallbackIssue } from './missing-fallbacks.ts';

/** A spec that is to be defined, with the file that it came from. */
export interface SpecSource {
  readonly spec: unknown;
  readonly document?: SpecDocument;
}

/** A spec of which everything is right, with the file that it came from. */
export interface CheckedSource {
  readonly checked: Checked;
  readonly source: SpecSource;
}

/**
 * Checks several specs that are to be defined together.
 *
 * @param taken Whether a topic has a handler of that id, which must not be replaced.
 * @param problems What is wrong with files that could not be read.
 * @throws {HandlerSpecError} With everything that is wrong with any of them.
 */
export async function checkSpecs(
  sources: readonly SpecSource[],
  builder: HandlerBuilder,
  taken: (topic: string, id: string) => boolean,
  problems: readonly SpecIssue[] = [],
): Promise<CheckedSource[]> {
  const issues: SpecIssue[] = [...problems];
  let cause: unknown;
  const good: CheckedSource[] = [];
  const seen = new Map<string, SpecSource>();
  for (const source of sources) {
    const { checked, issues: found = [] } = await builder.check(source.spec);
    const { id, delivery } = (source.spec ?? {}) as { readonly id?: unknown; readonly delivery?: unknown };
    const more = [duplicateIssue(source, seen, taken), ownFallbackIssue(id, delivery)];
    const all: PlacedIssue[] = [...found, ...more.filter((issue) => issue !== undefined)];
    issues.push(...placeIssues(all, source.document));
    cause ??= all.find(({ error }) => error !== undefined)?.error;
    if (checked !== undefined) good.push({ checked, source });
  }
  if (issues.length > 0) throw new HandlerSpecError(issues, cause === undefined ? {} : { cause });
  return good;
}

function duplicateIssue(
  source: SpecSource,
  seen: Map<string, SpecSource>,
  taken: (topic: string, id: string) => boolean,
): PlacedIssue | undefined {
  const { topic, id } = (source.spec ?? {}) as { readonly topic?: unknown; readonly id?: unknown };
  if (typeof topic !== 'string' || typeof id !== 'string' || id === '') return undefined;
  const name = JSON.stringify([topic, id]);
  const other = seen.get(name);
  seen.set(name, source);
  if (other === undefined && !taken(topic, id)) return undefined;
  const where = other?.document?.locate(['id']);
  return {
    code: 'DUPLICATE_HANDLER',
    path: ['id'],
    reason: `topic '${topic}' has a handler '${id}' already${where ? `, from ${where.file}:${where.line}` : ''}`,
    cure:
      other === undefined ? 'Choose another id, or define it with { replace: true }.' : 'Choose another id.',
  };
}

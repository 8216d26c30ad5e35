import type { Point } from '../alert/point.ts';
import { LambdaEvaluationError } from '../errors.ts';
import { pointReader, type ScopeKind } from '../lambda/index.ts';

/**
 * What the expressions of a rule refer to: the fields and tags of a point, and its `"time"`. A name that is both a
 * field and a tag is an error, as it is in Kapacitor, instead of a guess.
 */
export const ruleScope: ScopeKind<Point> = { reader: (name) => pointReader(name, ambiguous) };

function ambiguous(name: string): never {
  throw new LambdaEvaluationError(`"${name}" is both a tag and a field of the point`, {
    cure: 'Rename one of them.',
  });
}

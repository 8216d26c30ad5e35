import type { Point } from '../alert/point.ts';
import { LambdaEvaluationError } from '../errors.ts';
import type { ScopeKind, ScopeValue } from '../lambda/index.ts';

/**
 * What the expressions of a rule refer to: the fields and tags of a point, and its `"time"`. A name that is both a
 * field and a tag is an error, as it is in Kapacitor, instead of a guess.
 */
export const ruleScope: ScopeKind<Point> = {
  reader(name) {
    if (name === 'time') return (point) => point.time;
    if (name in Object.prototype) {
      return ({ fields, tags = {} }) => {
        const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
        const tag = Object.hasOwn(tags, name) ? tags[name] : undefined;
        return oneOf(name, field, tag);
      };
    }
    return ({ fields, tags }) => {
      const field = fields[name];
      if (tags === undefined) return field;
      const tag = tags[name];
      return tag === undefined ? field : oneOf(name, field, tag);
    };
  },
};

function oneOf(name: string, field: ScopeValue, tag: string | undefined): ScopeValue {
  if (field !== undefined && tag !== undefined) {
    throw new LambdaEvaluationError(`"${name}" is both a tag and a field of the point`, {
      cure: 'Rename one of them.',
    });
  }
  return field ?? tag;
}

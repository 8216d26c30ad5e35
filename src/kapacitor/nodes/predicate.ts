import type { Point } from '../../alert/point.ts';
import type { LambdaNode } from '../../lambda/index.ts';
import { asTocsinError } from '../pipeline/as-tocsin-error.ts';
import type { NodePlace } from '../pipeline/node-definition.ts';
import { checkedCondition } from './checked-condition.ts';

/** Several conditions as one, which holds when all hold. */
export function andAll(conditions: readonly LambdaNode[]): LambdaNode | undefined {
  const [first, ...rest] = conditions;
  return rest.reduce<LambdaNode | undefined>(
    (left, right) =>
      left && { kind: 'binary', operator: 'AND', left, right, start: left.start, end: right.end },
    first,
  );
}

/** A condition that counts as false, and is reported, when it fails on a point. */
export function predicate(condition: LambdaNode, { name, host }: NodePlace): (point: Point) => boolean {
  const lambda = checkedCondition(condition, host);
  return (point) => {
    try {
      return lambda.evaluateBoolean(point);
    } catch (error) {
      host.failed(name, asTocsinError(error), point);
      return false;
    }
  };
}

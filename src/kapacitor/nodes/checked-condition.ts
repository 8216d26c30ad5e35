import type { Point } from '../../alert/point.ts';
import type { CompiledLambda, LambdaNode } from '../../lambda/index.ts';
import type { NodeHost } from '../pipeline/node-host.ts';

/** Compiles a lambda that must be true or false. */
export function checkedCondition(body: LambdaNode, host: NodeHost): CompiledLambda<Point> {
  const lambda = host.compile(body);
  const { type } = lambda;
  if (type !== undefined && type !== 'bool')
    host.source.fail(
      body,
      `A condition must be true or false, and this gives ${type}`,
      'Compare it with something.',
    );
  return lambda;
}

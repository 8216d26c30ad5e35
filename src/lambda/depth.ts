import { type BinaryOperator, type LambdaNode, PRECEDENCE } from './node.ts';
import { childrenOf } from './walk.ts';

/** How deep parentheses, calls and signs can nest; what is evaluated recursively must not exhaust the stack. */
export const MAX_DEPTH = 400;

/**
 * Whether a node goes on with the chain on its left: `a + b + c` hangs to the left and is walked in a loop, so that its
 * length is no depth.
 */
export function isChained(left: LambdaNode, operator: BinaryOperator): boolean {
  if (left.kind !== 'binary') return false;
  const arithmetic = PRECEDENCE['+'];
  return (
    left.operator === operator ||
    (PRECEDENCE[left.operator] >= arithmetic && PRECEDENCE[operator] >= arithmetic)
  );
}

/** How deep a tree is, whatever its depth. Trees whose depth is known are not walked again; this one's is known then. */
export function depthOf(root: LambdaNode, known: WeakMap<LambdaNode, number> = new WeakMap()): number {
  const pending = [root];
  for (let node = pending.at(-1); node !== undefined; node = pending.at(-1)) {
    const size = pending.length;
    if (!known.has(node)) {
      for (const child of childrenOf(node)) if (!known.has(child)) pending.push(child);
      if (pending.length > size) continue;
      known.set(node, above(node, known));
    }
    pending.pop();
  }
  return known.get(root) ?? 1;
}

function above(node: LambdaNode, known: WeakMap<LambdaNode, number>): number {
  const depth = (child: LambdaNode): number => known.get(child) ?? 1;
  if (node.kind === 'binary') {
    const left = depth(node.left) + (isChained(node.left, node.operator) ? 0 : 1);
    return Math.max(left, depth(node.right) + 1);
  }
  let deepest = 0;
  for (const child of childrenOf(node)) deepest = Math.max(deepest, depth(child));
  return deepest + 1;
}

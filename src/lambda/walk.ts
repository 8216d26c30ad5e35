import type { BinaryNode, LambdaNode } from './node.ts';

/**
 * The binary nodes down the left side of one, innermost first. Long chains such as `a OR b OR c …` hang to
 * the left; whoever walks a tree goes along them in a loop, so that their length costs no stack.
 */
export function leftChain(node: BinaryNode): BinaryNode[] {
  const chain = [node];
  for (let left = node.left; left.kind === 'binary'; left = left.left) chain.push(left);
  return chain.reverse();
}

/** The nodes right below one. */
export function childrenOf(node: LambdaNode): readonly LambdaNode[] {
  switch (node.kind) {
    case 'unary':
      return [node.operand];
    case 'binary':
      return [node.left, node.right];
    case 'call':
      return node.args;
    case 'list':
      return node.items;
    case 'lambda':
      return [node.body];
    default:
      return [];
  }
}

/** Every node of a tree, the root first and then in the order of the text. */
export function* allNodes(root: LambdaNode): Generator<LambdaNode> {
  const pending = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    yield node;
    const children = childrenOf(node);
    for (let i = children.length - 1; i >= 0; i--) {
      const child = children[i];
      if (child !== undefined) pending.push(child);
    }
  }
}

/** The names that an expression refers to, in the order of the text, each once. */
export function referencesOf(root: LambdaNode): string[] {
  const names = new Set<string>();
  for (const node of allNodes(root)) if (node.kind === 'reference') names.add(node.name);
  return [...names];
}

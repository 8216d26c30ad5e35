import type { BinaryOperator, LambdaNode } from './node.ts';
import { leftChain } from './walk.ts';

/** What an operator of comparison or logic gives is a bool whatever its operands are; they are typed on their own. */
export function isBoundary(node: LambdaNode): boolean {
  if (node.kind === 'unary') return node.operator === '!';
  return node.kind === 'binary' && !isArithmetic(node.operator);
}

/** Whether an operator calculates. */
export function isArithmetic(operator: BinaryOperator): boolean {
  return operator === '+' || operator === '-' || operator === '*' || operator === '/' || operator === '%';
}

/** Whether an operator is AND or OR. */
export function isLogical(operator: BinaryOperator): boolean {
  return operator === 'AND' || operator === 'OR';
}

/** An int made of literals alone, so that beside a float it can be one, as an untyped constant in Go. */
export function isIntLiteral(node: LambdaNode): boolean {
  while (node.kind === 'unary' && node.operator === '-') node = node.operand;
  if (node.kind !== 'binary') return node.kind === 'int';
  return leftChain(node).every(
    (link, i) =>
      isArithmetic(link.operator) && (i > 0 || isIntLiteral(link.left)) && isIntLiteral(link.right),
  );
}

/**
 * Whether a node's type is plain from the text alone. Mistakes among such nodes are found at once even where a
 * short circuit would step over them.
 */
export function isConstant(node: LambdaNode): boolean {
  switch (node.kind) {
    case 'reference':
    case 'call':
      return false;
    case 'unary':
      return node.operator === '!' || isConstant(node.operand);
    case 'binary': {
      if (!isArithmetic(node.operator)) return true;
      return leftChain(node).every((link, i) => (i > 0 || isConstant(link.left)) && isConstant(link.right));
    }
    default:
      return true;
  }
}

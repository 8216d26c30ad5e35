import { type LambdaNode, PRECEDENCE } from './node.ts';
import { leftChain } from './walk.ts';

/**
 * Writes a tree as text: single blanks, only the parentheses that are needed. Parsing the text gives the same
 * tree.
 */
export function printLambda(node: LambdaNode): string {
  switch (node.kind) {
    case 'int':
    case 'float':
    case 'duration':
      return node.text;
    case 'string':
      return node.value.endsWith('\\') ? `'''${node.value}'''` : `'${node.value.replaceAll("'", "\\'")}'`;
    case 'bool':
      return node.value ? 'TRUE' : 'FALSE';
    case 'regex':
      return node.value.toString();
    case 'reference':
      return `"${node.name.replaceAll('"', '\\"')}"`;
    case 'identifier':
      return node.name;
    case 'star':
      return '*';
    case 'call':
      return `${node.name}(${node.args.map(printLambda).join(', ')})`;
    case 'list':
      return `[${node.items.map(printLambda).join(', ')}]`;
    case 'lambda':
      return `lambda: ${printLambda(node.body)}`;
    case 'unary': {
      const operand = printLambda(node.operand);
      return `${node.operator}${node.operand.kind === 'binary' ? `(${operand})` : operand}`;
    }
    case 'binary': {
      const [first, ...rest] = leftChain(node);
      if (first === undefined) return '';
      let text = `${left(first.left, first.operator)} ${first.operator} ${right(first.right, first.operator)}`;
      let inner: LambdaNode = first;
      for (const outer of rest) {
        text = needsParentheses(inner, outer.operator) ? `(${text})` : text;
        text = `${text} ${outer.operator} ${right(outer.right, outer.operator)}`;
        inner = outer;
      }
      return text;
    }
  }
}

type Operator = keyof typeof PRECEDENCE;

function left(node: LambdaNode, operator: Operator): string {
  const text = printLambda(node);
  return needsParentheses(node, operator) ? `(${text})` : text;
}

function needsParentheses(node: LambdaNode, operator: Operator): boolean {
  if (node.kind === 'binary' && PRECEDENCE[node.operator] < PRECEDENCE[operator]) return true;
  // Behind a regex only AND, OR and - are read as operators.
  return endsInRegex(node) && operator !== 'AND' && operator !== 'OR' && operator !== '-';
}

function right(node: LambdaNode, operator: Operator): string {
  const text = printLambda(node);
  if (node.kind === 'binary' && PRECEDENCE[node.operator] <= PRECEDENCE[operator]) return `(${text})`;
  // Behind AND and OR a slash divides.
  return (operator === 'AND' || operator === 'OR') && startsWithRegex(node) ? `(${text})` : text;
}

function endsInRegex(node: LambdaNode): boolean {
  while (node.kind === 'binary' || node.kind === 'unary')
    node = node.kind === 'binary' ? node.right : node.operand;
  return node.kind === 'regex';
}

function startsWithRegex(node: LambdaNode): boolean {
  while (node.kind === 'binary') node = node.left;
  return node.kind === 'regex';
}

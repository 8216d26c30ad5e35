import { Duration, type LambdaNode } from '../../lambda/index.ts';
import { leftChain } from '../../lambda/walk.ts';
import type { Span } from './script.ts';

/** A tree in which every identifier is replaced by what `replace` says; calls, references and literals stay. */
export function substitute(node: LambdaNode, replace: (name: string, span: Span) => LambdaNode): LambdaNode {
  switch (node.kind) {
    case 'identifier':
      return replace(node.name, node);
    case 'unary':
      return { ...node, operand: substitute(node.operand, replace) };
    case 'call':
      return { ...node, args: node.args.map((arg) => substitute(arg, replace)) };
    case 'list':
      return { ...node, items: node.items.map((item) => substitute(item, replace)) };
    case 'lambda':
      return { ...node, body: substitute(node.body, replace) };
    case 'binary': {
      const [first] = leftChain(node);
      let left = substitute(first?.left ?? node.left, replace);
      for (const each of leftChain(node)) left = { ...each, left, right: substitute(each.right, replace) };
      return left;
    }
    default:
      return node;
  }
}

/** A tree whose parts all have the same place: for what comes from outside the script. */
export function placed(node: LambdaNode, { start, end }: Span): LambdaNode {
  const place = { start, end };
  switch (node.kind) {
    case 'unary':
      return { ...node, ...place, operand: placed(node.operand, place) };
    case 'call':
      return { ...node, ...place, args: node.args.map((arg) => placed(arg, place)) };
    case 'list':
      return { ...node, ...place, items: node.items.map((item) => placed(item, place)) };
    case 'lambda':
      return { ...node, ...place, body: placed(node.body, place) };
    case 'binary': {
      const [first] = leftChain(node);
      let left = placed(first?.left ?? node.left, place);
      for (const each of leftChain(node))
        left = { ...each, ...place, left, right: placed(each.right, place) };
      return left;
    }
    default:
      return { ...node, ...place };
  }
}

/** A float as the language writes it, which has no exponents. */
export function floatText(value: number): string {
  const text = /e/.test(String(value)) ? value.toFixed(20).replace(/0+$/, '') : String(value);
  if (text.endsWith('.')) return `${text}0`;
  return text.includes('.') ? text : `${text}.0`;
}

/** A duration as the language writes it. */
export function durationLiteral(nanoseconds: number | bigint): string {
  return String(new Duration(nanoseconds));
}

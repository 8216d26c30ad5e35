import { nearest } from '../alert/nearest.ts';
import { atSpan, LambdaTypeError } from '../errors.ts';
import type { Knowledge } from './knowledge.ts';
import type { LambdaFunction } from './lambda-function.ts';
import type { LambdaType } from './lambda-type.ts';
import type { BinaryNode, CallNode, IdentifierNode, LambdaNode } from './node.ts';
import { isLogical } from './node-shape.ts';
import { printLambda } from './print.ts';

/** Says what is wrong with the types of an expression, where, and what may be meant. */
export class Mistakes {
  readonly #knowledge: Knowledge;

  constructor(knowledge: Knowledge) {
    this.#knowledge = knowledge;
  }

  /** Throws a {@link LambdaTypeError} at a node. */
  fail(node: { readonly start: number; readonly end: number }, reason: string, cure?: string): never {
    throw new LambdaTypeError(reason, { ...this.place(node), ...(cure === undefined ? {} : { cure }) });
  }

  /** Where a node stands, as error options. */
  place(node: { readonly start: number; readonly end: number }): ReturnType<typeof atSpan> {
    const { source, file, within } = this.#knowledge;
    const direct = within?.text.startsWith(source, within.offset) ? within : undefined;
    return atSpan({
      source: direct?.text ?? source,
      offset: node.start + (direct?.offset ?? 0),
      length: node.end - node.start,
      ...(file === undefined ? {} : { file }),
    });
  }

  /** Throws: a reference that nothing in the scope answers. */
  missing(node: LambdaNode, besideReference = false): never {
    const inner = node.kind === 'unary' ? node.operand : node;
    if (inner.kind !== 'reference') return this.fail(node, 'A value is missing');
    const { name } = inner;
    const text = besideReference ? `If a text is meant: '${name}'. Else ask` : 'Ask';
    return this.fail(node, `"${name}" is missing`, `${text} first: isPresent("${name}") AND …`);
  }

  /** Throws: something that is not a bool stands where one is expected. */
  noBool(node: LambdaNode, type: LambdaType): never {
    return this.fail(
      node,
      `A bool is expected here, and this is ${aType(type)}`,
      'Compare it with something.',
    );
  }

  /** Throws: the whole expression gives a wrong type. */
  unexpected(root: LambdaNode, type: LambdaType, wanted: LambdaType): never {
    const asks = root.kind === 'call' && root.name === 'level';
    const cure = asks
      ? 'Compare it: level() == CRITICAL.'
      : wanted === 'bool'
        ? 'Compare it with something.'
        : '';
    const options = cure === '' ? undefined : cure;
    return this.fail(root, `The expression should give ${aType(wanted)}, and gives ${aType(type)}`, options);
  }

  /** Throws: a bare word that stands for nothing. */
  unknownWord(node: IdentifierNode): never {
    const { identifiers, functions, hints = {} } = this.#knowledge;
    const { name } = node;
    const close = nearest(name, [...Object.keys(identifiers), 'TRUE', 'FALSE']);
    const cure = Object.hasOwn(hints, name)
      ? hints[name]
      : /^(null|nil|none|undefined|missing)$/i.test(name)
        ? 'Whether there is a value is asked by isPresent("…").'
        : /^(true|false)$/i.test(name)
          ? `Write ${name.toUpperCase()}.`
          : functions.has(name)
            ? `Call it: ${name}().`
            : close !== undefined
              ? `Did you mean ${close}?`
              : `A field or tag stands in double quotes: "${name}". A text stands in single quotes: '${name}'.`;
    return this.fail(node, `${name} means nothing`, cure);
  }

  /** Throws when the operand of `!` is known not to be a bool. */
  notBool(operand: LambdaNode, type: LambdaType | undefined): void {
    if (type === 'missing') this.missing(operand);
    if (type !== undefined && type !== 'bool')
      this.fail(operand, `! turns bools around, and this is ${aType(type)}`, 'Compare it first.');
  }

  /** Throws: a reference stands where none of the types that it can have fits. */
  hopeless(node: BinaryNode, reference: LambdaNode, other?: LambdaType): never {
    const name = reference.kind === 'reference' ? reference.name : '';
    const cure =
      node.operator === '=~' || node.operator === '!~'
        ? 'A regex stands between slashes: /web/.'
        : other === 'duration'
          ? 'A field is a number and no duration: duration("…", 1s) makes one of a number of seconds.'
          : undefined;
    const reason =
      other === undefined
        ? `${node.operator} can't do anything with "${name}", whatever it holds`
        : `${node.operator} can't join "${name}", whatever it holds, and ${aType(other)}`;
    return this.fail(node, reason, cure);
  }

  /** Throws: an operator can do nothing with its left operand. */
  unfit(node: BinaryNode, left: LambdaType): never {
    const { operator } = node;
    const cure =
      operator === '%'
        ? 'Use mod(x, y) for floats.'
        : left === 'time'
          ? 'Compare unixNano(…).'
          : isLogical(operator)
            ? 'AND and OR join bools: compare first.'
            : left === 'regex' && (operator === '=~' || operator === '!~')
              ? 'The regex stands on the right: "host" =~ /web/.'
              : operator === '=~' || operator === '!~'
                ? 'Only texts are matched: string(…).'
                : undefined;
    return this.fail(node, `${operator} can't do anything with ${aType(left)} on its left`, cure);
  }

  /** Throws: the operands of an operator do not go together. */
  mismatch(node: BinaryNode, left: LambdaType, right: LambdaType): never {
    return this.fail(
      node,
      `${node.operator} can't join ${aType(left)} and ${aType(right)}`,
      this.#mismatchCure(node, left, right),
    );
  }

  #mismatchCure(node: BinaryNode, left: LambdaType, right: LambdaType): string | undefined {
    const types = new Set([left, right]);
    if (isLogical(node.operator)) return 'AND and OR join bools: compare first.';
    const quoted = [node.left, node.right].find((side) => side.kind === 'reference');
    const other = quoted === node.left ? node.right : node.left;
    if (quoted?.kind === 'reference' && other.kind === 'reference' && types.has('string'))
      return `A text stands in single quotes: '${other.name}'.`;
    if (node.operator === '=~' || node.operator === '!~') return 'A regex stands between slashes: /web/.';
    const text = [node.left, node.right].find((side) => side.kind === 'string');
    if (text?.kind === 'string' && Object.hasOwn(this.#knowledge.identifiers, text.value))
      return `Write it bare: ${text.value}.`;
    if (types.has('regex')) return 'Write =~ to match a regex.';
    if (types.has('int') && types.has('float')) return 'Convert one of them: float(…) or int(…).';
    if (types.has('string') && types.has('bool')) return 'Convert one of them: string(…) or bool(…).';
    if (types.has('duration') && (types.has('int') || types.has('float')))
      return 'Give the number a unit, such as 5m, or divide the duration: x / 1s.';
    if (types.has('string') && (types.has('int') || types.has('float')))
      return `Convert one of them: string(…) or ${types.has('int') ? 'int' : 'float'}(…).`;
    return types.has('time') ? 'Use unixNano(…).' : undefined;
  }

  /** Throws: a call of a function that is not there. */
  unknownFunction(node: CallNode): never {
    const { functions, hints = {} } = this.#knowledge;
    const close = nearest(node.name, functions.keys()) ?? akin(node.name, functions.keys());
    const cure = Object.hasOwn(hints, node.name)
      ? hints[node.name]
      : close === undefined
        ? undefined
        : `Did you mean ${close}()?`;
    const name = { start: node.start, end: node.start + node.name.length };
    return this.fail(name, `There is no function ${node.name}()`, cure);
  }

  /** Throws: a call whose arguments fit no signature. */
  noSignature(
    node: CallNode,
    { name, signatures }: LambdaFunction,
    args: readonly (LambdaType | undefined)[],
  ): never {
    const missing = node.args[args.indexOf('missing')];
    if (missing !== undefined) return this.missing(missing);
    const ways = signatures.map((signature) => `${name}(${signature.args.join(', ')})`).join(', ');
    const given = args.map((type) => type ?? 'any').join(', ');
    const convertible = signatures.find(
      ({ args: wanted }) =>
        wanted.length === args.length &&
        wanted.every(
          (type, i) => type === args[i] || (type === 'float' && args[i] === 'int') || type === 'string',
        ),
    );
    const index = convertible?.args.findIndex((type, i) => type !== args[i]) ?? -1;
    const arg = node.args[index];
    const hint = arg === undefined ? '' : ` Convert: ${convertible?.args[index]}(${printLambda(arg)}).`;
    return this.fail(node, `${name}(${given}) is no way to call ${name}`, `It takes ${ways}.${hint}`);
  }
}

/** The name of which a word is the beginning or the end, or nearly, once `str` is put before it: `strLength` for `lenght`. */
function akin(word: string, names: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase();
  const all = [...names];
  return (
    nearest(`str${word}`, all) ??
    all.find((name) => wanted.length > 2 && name.toLowerCase().startsWith(wanted)) ??
    all.find((name) => wanted.length > 2 && name.toLowerCase().endsWith(wanted))
  );
}

/** A type with its article. */
export function aType(type: LambdaType): string {
  if (type === 'missing') return 'nothing';
  return `${type === 'int' ? 'an' : 'a'} ${type}`;
}

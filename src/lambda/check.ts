import { nearest } from '../alert/nearest.ts';
import { atSpan, LambdaTypeError } from '../errors.ts';
import type { LambdaFunction, LambdaSignature } from './lambda-function.ts';
import { type LambdaType, type LambdaValue, typeOfValue } from './lambda-type.ts';
import type { SourceOrigin } from './lexer.ts';
import type { BinaryNode, BinaryOperator, CallNode, LambdaNode } from './node.ts';
import { operationOf, rightTypesOf, takesLeft } from './operators.ts';
import { printLambda } from './print.ts';
import { leftChain } from './walk.ts';

/** What the checker knows besides the tree. */
export interface Knowledge extends SourceOrigin {
  readonly source: string;
  readonly strict: boolean;
  readonly functions: ReadonlyMap<string, LambdaFunction>;
  readonly identifiers: Readonly<Record<string, LambdaValue>>;
  /** The types that references can have, as far as that is known. */
  readonly holds?: readonly LambdaType[];
  /** Other names that mean something to the host, each with what to write instead. */
  readonly hints?: Readonly<Record<string, string>>;
}

/** The types of the references, as far as they are known. */
export type TypesOf = (name: string) => LambdaType | undefined;

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
function isConstant(node: LambdaNode): boolean {
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

/**
 * How a mistake is taken: `here` in the node itself, `below` inside the comparisons and the logic under it. A
 * place that a short circuit can step over is `lenient` when strict, as Kapacitor looks there only when it gets there.
 */
interface Leniency {
  readonly here: boolean;
  readonly below: boolean;
}

const FIRM: Leniency = { here: false, below: false };

/** Finds the types of nodes and the mistakes in them. */
export class Checker {
  readonly #knowledge: Knowledge;

  constructor(knowledge: Knowledge) {
    this.#knowledge = knowledge;
  }

  /**
   * Checks a whole expression and says its type, `undefined` when that depends on the values.
   *
   * @param unchecked Whether a call that is the whole expression may use the signatures of that name.
   * @throws {LambdaTypeError} At what cannot work with any values.
   */
  checkAll(root: LambdaNode, typesOf: TypesOf, unchecked = false): LambdaType | undefined {
    return unchecked && root.kind === 'call'
      ? this.#call(root, typesOf, FIRM, true, true)
      : this.#check(root, typesOf, FIRM, true);
  }

  /** The type of one node with these references, without looking below its comparisons and logic. */
  typeOf(node: LambdaNode, typesOf: TypesOf): LambdaType | undefined {
    return this.#check(node, typesOf, FIRM, false);
  }

  /** The signature that a call uses, and whether its int literals are to be floats; undefined when undecided. */
  signatureOf(node: CallNode, typesOf: TypesOf, unchecked: boolean): LambdaSignature | undefined {
    const args = node.args.map((arg) => this.typeOf(arg, typesOf));
    return this.#candidates(node, args, unchecked)[0];
  }

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

  #check(node: LambdaNode, typesOf: TypesOf, leniency: Leniency, deep: boolean): LambdaType | undefined {
    switch (node.kind) {
      case 'int':
      case 'float':
      case 'duration':
      case 'string':
      case 'bool':
      case 'regex':
        return node.kind;
      case 'reference':
        return typesOf(node.name);
      case 'identifier':
        return this.#identifier(node);
      case 'star':
      case 'list':
      case 'lambda':
        return this.fail(node, `${printLambda(node)} is not a value`);
      case 'call':
        return this.#call(node, typesOf, leniency, deep, false);
      case 'unary':
        return node.operator === '!'
          ? this.#not(node.operand, typesOf, leniency, deep)
          : this.#minus(node, node.operand, typesOf, leniency, deep);
      case 'binary':
        return this.#chain(node, typesOf, leniency, deep);
    }
  }

  #identifier(node: LambdaNode & { readonly kind: 'identifier' }): LambdaType | undefined {
    const { identifiers, functions, hints = {} } = this.#knowledge;
    const { name } = node;
    const value = Object.hasOwn(identifiers, name) ? identifiers[name] : undefined;
    if (value !== undefined) return typeOfValue(value);
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

  #not(operand: LambdaNode, typesOf: TypesOf, { below }: Leniency, deep: boolean): LambdaType {
    if (!deep) return 'bool';
    const inside = { here: below, below };
    const type =
      operand.kind === 'call'
        ? this.#call(operand, typesOf, inside, deep, true)
        : this.#check(operand, typesOf, inside, deep);
    if (!below) this.notBool(operand, type);
    return 'bool';
  }

  /** Throws when the operand of `!` is known not to be a bool. */
  notBool(operand: LambdaNode, type: LambdaType | undefined): void {
    if (type === 'missing') this.missing(operand);
    if (type !== undefined && type !== 'bool')
      this.fail(operand, `! turns bools around, and this is ${aType(type)}`, 'Compare it first.');
  }

  #minus(
    node: LambdaNode,
    operand: LambdaNode,
    typesOf: TypesOf,
    leniency: Leniency,
    deep: boolean,
  ): LambdaType | undefined {
    const type = this.#check(operand, typesOf, leniency, deep);
    if (type === 'string' || type === 'regex' || type === 'time') {
      if (leniency.here) return undefined;
      this.fail(node, `A minus can't stand before ${aType(type)}`);
    }
    return type;
  }

  /** Goes along a chain such as `a + b + c` from its inner end. */
  #chain(node: BinaryNode, typesOf: TypesOf, leniency: Leniency, deep: boolean): LambdaType | undefined {
    if (isBoundary(node) && !deep) return 'bool';
    let chain = leftChain(node);
    // Without looking below a comparison, what hangs to its left is of no interest.
    if (!deep) chain = chain.slice(chain.findLastIndex(isBoundary) + 1);
    const [first] = chain;
    if (first === undefined) return undefined;
    // Each link is the left operand of the next; from the outermost boundary inward, leniency is that below it.
    const outermost = chain.findLastIndex(isBoundary);
    const inside = { here: leniency.below, below: leniency.below };
    let type = this.#check(first.left, typesOf, outermost >= 0 ? inside : leniency, deep);
    for (const [i, link] of chain.entries()) {
      const around = i <= outermost ? inside : leniency;
      const below = around.below || (isLogical(link.operator) && this.#knowledge.strict);
      const right = this.#check(link.right, typesOf, { here: around.here, below }, deep);
      type = this.#binary(link, type, right, i < outermost ? inside.here : leniency.here);
    }
    return type;
  }

  #binary(
    node: BinaryNode,
    left: LambdaType | undefined,
    right: LambdaType | undefined,
    lenient: boolean,
  ): LambdaType | undefined {
    const boundary = isBoundary(node) ? 'bool' : undefined;
    if (lenient && !(isConstant(node.left) && isConstant(node.right))) return boundary;
    return this.binaryType(node, left, right) ?? boundary;
  }

  /** The type of a binary node whose operands have these types. */
  binaryType(
    node: BinaryNode,
    left: LambdaType | undefined,
    right: LambdaType | undefined,
  ): LambdaType | undefined {
    const { operator } = node;
    if (left === 'missing') this.missing(node.left);
    if (left === undefined) {
      if (right === 'missing') this.missing(node.right);
      if (right !== undefined && !this.#canHold(node.left, (type) => this.#fits(node, type, right)))
        this.#hopeless(node, node.left, right);
      return undefined;
    }
    if (right === undefined) {
      if (!takesLeft(operator, left)) this.#unfit(node, left);
      if (!this.#canHold(node.right, (type) => this.#fits(node, left, type)))
        this.#hopeless(node, node.right, left);
      const results = new Set(
        rightTypesOf(operator, left).map((type) => operationOf(operator, left, type)?.result),
      );
      // A literal may still turn into a float.
      return results.size === 1 && !(left === 'int' && isIntLiteral(node.left)) ? [...results][0] : undefined;
    }
    if (right === 'missing') this.missing(node.right, node.left.kind === 'reference');
    const adapted = this.adapted(node, left, right);
    const operation = operationOf(operator, adapted.left, adapted.right);
    if (operation !== undefined) return operation.result;
    return takesLeft(operator, left) ? this.#mismatch(node, left, right) : this.#unfit(node, left);
  }

  /** The operand types of a binary node, after an int literal beside a float has become one. */
  adapted(
    node: BinaryNode,
    left: LambdaType,
    right: LambdaType,
  ): { readonly left: LambdaType; readonly right: LambdaType } {
    if (this.#knowledge.strict || !isArithmetic(node.operator)) return { left, right };
    if (left === 'float' && right === 'int' && isIntLiteral(node.right)) return { left, right: 'float' };
    if (left === 'int' && right === 'float' && isIntLiteral(node.left)) return { left: 'float', right };
    return { left, right };
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

  #fits(node: BinaryNode, left: LambdaType, right: LambdaType): boolean {
    const adapted = this.adapted(node, left, right);
    return operationOf(node.operator, adapted.left, adapted.right) !== undefined;
  }

  /** Whether a reference can hold a value of a type that fits; of other nodes nothing is known. */
  #canHold(node: LambdaNode, fits: (type: LambdaType) => boolean): boolean {
    const { holds } = this.#knowledge;
    return node.kind !== 'reference' || holds === undefined || holds.some(fits);
  }

  #hopeless(node: BinaryNode, reference: LambdaNode, other: LambdaType): never {
    const name = reference.kind === 'reference' ? reference.name : '';
    const cure =
      node.operator === '=~' || node.operator === '!~'
        ? 'A regex stands between slashes: /web/.'
        : other === 'duration'
          ? 'A field is a number and no duration: duration("…", 1s) makes one of a number of seconds.'
          : undefined;
    return this.fail(
      node,
      `${node.operator} can't join "${name}", whatever it holds, and ${aType(other)}`,
      cure,
    );
  }

  #unfit(node: BinaryNode, left: LambdaType): never {
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

  #mismatch(node: BinaryNode, left: LambdaType, right: LambdaType): never {
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

  #call(
    node: CallNode,
    typesOf: TypesOf,
    leniency: Leniency,
    deep: boolean,
    unchecked: boolean,
  ): LambdaType | undefined {
    const args = node.args.map((arg) => this.#check(arg, typesOf, leniency, deep));
    if (leniency.here) {
      const known = this.#knowledge.functions.get(node.name);
      const results = new Set(known?.signatures.map(({ result }) => result));
      return results.size === 1 ? [...results][0] : undefined;
    }
    const results = new Set(this.#candidates(node, args, unchecked).map(({ result }) => result));
    return results.size === 1 ? [...results][0] : undefined;
  }

  /** The signatures that fit what is known of the arguments. At least one, or it throws. */
  #candidates(
    node: CallNode,
    args: readonly (LambdaType | undefined)[],
    unchecked: boolean,
  ): LambdaSignature[] {
    const { functions, strict } = this.#knowledge;
    const definition = functions.get(node.name);
    if (definition === undefined) return this.#unknownFunction(node);
    const all = unchecked
      ? [...definition.signatures, ...(definition.unchecked ?? [])]
      : definition.signatures;
    const fits = (signature: LambdaSignature, adapt: boolean): boolean =>
      signature.args.length === args.length &&
      signature.args.every((wanted, i) => {
        const given = args[i];
        const arg = node.args[i];
        return (
          given === undefined ||
          given === wanted ||
          (adapt && given === 'int' && wanted === 'float' && arg !== undefined && isIntLiteral(arg))
        );
      });
    const exact = all.filter((signature) => fits(signature, false));
    if (exact.length > 0 && (strict || args.every((arg) => arg !== undefined))) return exact;
    const adapted = strict ? [] : all.filter((signature) => fits(signature, true));
    return adapted.length > 0 ? adapted : this.#noSignature(node, definition, args);
  }

  #unknownFunction(node: CallNode): never {
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

  #noSignature(
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

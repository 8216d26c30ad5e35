import type { Knowledge, TypesOf } from './knowledge.ts';
import type { LambdaSignature } from './lambda-function.ts';
import { LAMBDA_TYPES, type LambdaType, typeOfValue } from './lambda-type.ts';
import { aType, Mistakes } from './mistakes.ts';
import type { BinaryNode, BinaryOperator, CallNode, LambdaNode } from './node.ts';
import { isArithmetic, isBoundary, isConstant, isIntLiteral, isLogical } from './node-shape.ts';
import { operationOf, resultsOf, takesLeft } from './operators.ts';
import { printLambda } from './print.ts';
import { leftChain } from './walk.ts';

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
  /** Where it reports. */
  readonly mistakes: Mistakes;
  readonly #knowledge: Knowledge;

  constructor(knowledge: Knowledge) {
    this.mistakes = new Mistakes(knowledge);
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
        return this.mistakes.fail(node, `${printLambda(node)} is not a value`);
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
    const { identifiers } = this.#knowledge;
    const { name } = node;
    const value = Object.hasOwn(identifiers, name) ? identifiers[name] : undefined;
    if (value !== undefined) return typeOfValue(value);
    return this.mistakes.unknownWord(node);
  }

  #not(operand: LambdaNode, typesOf: TypesOf, { below }: Leniency, deep: boolean): LambdaType {
    if (!deep) return 'bool';
    const inside = { here: below, below };
    const type =
      operand.kind === 'call'
        ? this.#call(operand, typesOf, inside, deep, true)
        : this.#check(operand, typesOf, inside, deep);
    if (!below) this.mistakes.notBool(operand, type);
    return 'bool';
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
      this.mistakes.fail(node, `A minus can't stand before ${aType(type)}`);
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
    if (left === 'missing') this.mistakes.missing(node.left);
    if (left === undefined) {
      if (right === 'missing') this.mistakes.missing(node.right);
      if (right !== undefined && !this.#canHold(node.left, (type) => this.#fits(node, type, right)))
        this.mistakes.hopeless(node, node.left, right);
      if (right === undefined && !this.#canHold(node.right, (type) => this.#takesRight(operator, type)))
        this.mistakes.hopeless(node, node.right);
      return undefined;
    }
    if (right === undefined) {
      if (!takesLeft(operator, left)) this.mistakes.unfit(node, left);
      if (!this.#canHold(node.right, (type) => this.#fits(node, left, type)))
        this.mistakes.hopeless(node, node.right, left);
      const results = [...(resultsOf(operator, left) ?? [])];
      // A literal may still turn into a float.
      return results.length === 1 && !(left === 'int' && isIntLiteral(node.left)) ? results[0] : undefined;
    }
    if (right === 'missing') this.mistakes.missing(node.right, node.left.kind === 'reference');
    const adapted = this.adapted(node, left, right);
    const operation = operationOf(operator, adapted.left, adapted.right);
    if (operation !== undefined) return operation.result;
    return takesLeft(operator, left)
      ? this.mistakes.mismatch(node, left, right)
      : this.mistakes.unfit(node, left);
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

  #takesRight(operator: BinaryOperator, right: LambdaType): boolean {
    return LAMBDA_TYPES.some((left) => operationOf(operator, left, right) !== undefined);
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
    if (definition === undefined) return this.mistakes.unknownFunction(node);
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
    return adapted.length > 0 ? adapted : this.mistakes.noSignature(node, definition, args);
  }
}

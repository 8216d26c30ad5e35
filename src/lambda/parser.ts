import { type Int64, int64 } from '../alert/int64.ts';
import { LambdaSyntaxError } from '../errors.ts';
import { depthOf, isChained, MAX_DEPTH } from './depth.ts';
import { DURATION_UNITS } from './duration.ts';
import { type SourceOrigin, syntaxError, tokenize } from './lexer.ts';
import {
  type BinaryOperator,
  isBinaryOperator,
  type LambdaNode,
  type NumberNode,
  PRECEDENCE,
} from './node.ts';
import { Regex } from './regex.ts';
import type { Token } from './token.ts';

const MAX_INT = 9_223_372_036_854_775_807n;

/** How to parse. */
export interface ParseOptions extends SourceOrigin {
  /**
   * Reads an operand that the expression grammar does not know, such as TICKscript's lists and chains. It is asked
   * first at every operand and answers `undefined` where it has nothing to say, having taken no token.
   */
  readonly operand?: (parser: LambdaParser) => LambdaNode | undefined;
}

interface Operand {
  readonly node: LambdaNode;
  readonly depth: number;
}

type Frame =
  | { readonly kind: 'unary'; readonly operator: '-' | '!'; readonly start: number }
  | { readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: Operand }
  | { readonly kind: 'group'; readonly start: number }
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly start: number;
      readonly args: LambdaNode[];
      depth: number;
    };

/**
 * Parses an expression.
 *
 * @throws {LambdaSyntaxError} With the place, the offending text and often a cure.
 *
 * @example
 * ```ts
 * import { parseLambda } from 'tocsin';
 *
 * parseLambda('"usage" > 90').kind; // 'binary'
 * ```
 */
export function parseLambda(source: string, options: ParseOptions = {}): LambdaNode {
  const parser = new LambdaParser(source, tokenize(source, options), options);
  const node = parser.expression();
  parser.expectEnd();
  return node;
}

/**
 * Reads expressions from a row of tokens. It keeps a stack of its own instead of recursing, so that no depth of
 * nesting can exhaust the machine's.
 */
export class LambdaParser {
  readonly #source: string;
  readonly #tokens: readonly Token[];
  readonly #options: ParseOptions;
  #index = 0;

  constructor(source: string, tokens: readonly Token[], options: ParseOptions = {}) {
    this.#source = source;
    this.#tokens = tokens;
    this.#options = options;
  }

  /** The token that comes next, or the one `ahead` of it. */
  peek(ahead = 0): Token {
    const last = this.#tokens.length - 1;
    const token = this.#tokens[Math.min(this.#index + ahead, last)];
    return token ?? { kind: 'end', value: '', start: this.#source.length, end: this.#source.length };
  }

  /** Takes the next token. */
  next(): Token {
    const token = this.peek();
    if (this.#index < this.#tokens.length - 1) this.#index++;
    return token;
  }

  /** Throws a syntax error at a token. */
  fail(token: Token, reason: string, cure?: string): never {
    syntaxError(this.#source, token.start, token.end - token.start, reason, cure, this.#options);
  }

  /** Makes sure that nothing follows. */
  expectEnd(): void {
    const token = this.peek();
    if (token.kind !== 'end') this.#unexpected(token);
  }

  /** Reads one expression and stops before the first token that cannot go on with it. */
  expression(): LambdaNode {
    const frames: Frame[] = [];
    for (;;) {
      const opened = this.#open(frames);
      const done = opened === undefined ? undefined : this.#continue(opened, frames);
      if (done !== undefined) return done.node;
    }
  }

  /** Reads what begins an operand: a whole one, or (undefined) something that an operand must follow. */
  #open(frames: Frame[]): Operand | undefined {
    const own = this.#options.operand?.(this);
    if (own !== undefined) return { node: own, depth: depthOf(own) };
    const token = this.next();
    switch (token.kind) {
      case '-':
      case '!':
        frames.push({ kind: 'unary', operator: token.kind, start: token.start });
        return undefined;
      case '(':
        frames.push({ kind: 'group', start: token.start });
        return undefined;
      case 'identifier':
        if (this.peek().kind !== '(')
          return leaf({ kind: 'identifier', name: token.value, start: token.start, end: token.end });
        this.next();
        if (this.peek().kind === ')') return leaf(call(token.value, [], token.start, this.next().end));
        frames.push({ kind: 'call', name: token.value, start: token.start, args: [], depth: 0 });
        return undefined;
      default:
        return leaf(this.#literal(token));
    }
  }

  #literal(token: Token): LambdaNode {
    const { kind, value, start, end } = token;
    switch (kind) {
      case 'int':
        return this.#number(token, kind, this.#int(token));
      case 'float':
        return this.#number(token, kind, this.#float(token));
      case 'duration':
        return this.#number(token, kind, this.#duration(token));
      case 'string':
        return { kind, value, start, end };
      case 'reference':
        return { kind, name: value, start, end };
      case 'regex':
        return { kind, value: this.#regex(token), start, end };
      case 'star':
        return { kind, start, end };
      case 'TRUE':
      case 'FALSE':
        return { kind: 'bool', value: kind === 'TRUE', start, end };
      default:
        return this.#noOperand(token);
    }
  }

  #number({ value, start, end }: Token, kind: NumberNode['kind'], number: Int64): NumberNode {
    return { kind, value: number, text: value, start, end };
  }

  #int(token: Token): Int64 {
    const { value } = token;
    const octal = value.length > 1 && value.startsWith('0');
    if (octal && /[89]/.test(value)) {
      const cure = `A leading 0 makes a number octal. Write ${value.replace(/^0+(?=.)/, '')}.`;
      this.fail(token, `${value} is not an octal number`, cure);
    }
    const number = BigInt(octal ? `0o${value}` : value);
    if (number > MAX_INT) this.fail(token, `${value} does not fit into 64 bits`, 'Write it as a float.');
    return int64(number);
  }

  #float(token: Token): number {
    const number = Number(token.value);
    if (!Number.isFinite(number)) this.fail(token, 'The number does not fit into a float');
    return number;
  }

  #duration(token: Token): Int64 {
    const [, digits = '', unit = ''] = /^(\d+)(\D+)$/.exec(token.value) ?? [];
    const count = BigInt(digits);
    const nanoseconds = int64(count * (DURATION_UNITS.get(unit) ?? 1n));
    if (count > MAX_INT || nanoseconds < 0)
      this.fail(token, `${token.value} is longer than the 292 years that a duration can hold`);
    return nanoseconds;
  }

  #regex(token: Token): Regex {
    try {
      return new Regex(token.value);
    } catch (error) {
      if (error instanceof LambdaSyntaxError) this.fail(token, error.reason, error.cure);
      throw error;
    }
  }

  /** Goes on behind an operand: returns the finished expression, or undefined when another operand is due. */
  #continue(operand: Operand, frames: Frame[]): Operand | undefined {
    for (;;) {
      operand = reduceUnary(operand, frames);
      if (operand.depth > MAX_DEPTH)
        this.fail(this.peek(), `The expression nests more than ${MAX_DEPTH} levels deep`);
      const token = this.peek();
      if (isBinaryOperator(token.kind)) {
        this.next();
        operand = reduceBinary(operand, frames, PRECEDENCE[token.kind]);
        frames.push({ kind: 'binary', operator: token.kind, left: operand });
        return undefined;
      }
      operand = reduceBinary(operand, frames, 0);
      const frame = frames.at(-1);
      if (frame === undefined) return operand;
      if (token.kind !== ')' && !(token.kind === ',' && frame.kind === 'call')) this.#notClosed(token);
      this.next();
      if (frame.kind === 'group') {
        frames.pop();
        const node = { ...operand.node, start: frame.start, end: token.end };
        operand = { node, depth: operand.depth };
      } else if (frame.kind === 'call') {
        frame.args.push(operand.node);
        frame.depth = Math.max(frame.depth, operand.depth);
        if (token.kind === ',' && this.peek().kind !== ')') return undefined;
        const end = token.kind === ',' ? this.next().end : token.end;
        frames.pop();
        operand = { node: call(frame.name, frame.args, frame.start, end), depth: frame.depth + 1 };
      }
    }
  }

  #noOperand(token: Token): never {
    switch (token.kind) {
      case 'end':
        return this.fail(token, 'The expression ends where a value is expected');
      case 'AND':
      case 'OR':
        return this.fail(token, `${token.kind} needs a value before it`);
      case 'lambda:':
        return this.fail(token, "lambda: is TICKscript's", 'Leave it away and write the expression alone.');
      case '[':
        return this.fail(token, 'There are no lists', 'Join comparisons with OR: "x" == 1 OR "x" == 2.');
      case '/':
        return this.fail(token, 'A value is expected here', 'Put a regex behind AND or OR in parentheses.');
      default:
        return this.fail(token, `A value is expected here, not ${token.value}`);
    }
  }

  #notClosed(token: Token): never {
    if (token.kind === 'end') this.fail(token, 'A parenthesis is not closed', 'Add ).');
    if (token.kind === ',') this.fail(token, 'A comma stands only between the arguments of a function');
    this.#unexpected(token);
  }

  #unexpected(token: Token): never {
    const { kind, value } = token;
    const word = kind === 'identifier' ? value.toUpperCase() : '';
    const before = this.#tokens[this.#index - 1];
    if (before?.kind === 'identifier' && /^not$/i.test(before.value))
      this.fail(before, `${before.value} is no operator`, 'Write !(…), != or !~.');
    if (kind === '=') {
      const doubled = this.peek(1).kind === '=';
      this.fail(token, 'A single = compares nothing', doubled ? 'Write ==, together.' : 'Write ==.');
    }
    if (word === 'AND' || word === 'OR') this.fail(token, `${value} is no operator`, `Write ${word}.`);
    if (word === 'IN' || word === 'LIKE' || word === 'MATCHES') {
      const cure =
        word === 'IN' ? 'Join comparisons with OR, or write =~ /^(a|b)$/.' : 'Write =~ and a regex.';
      this.fail(token, `${word} is no operator`, cure);
    }
    if (word === 'E' || /^E\d+$/.test(word))
      this.fail(token, 'Numbers have no exponent', 'Write all digits, or use pow10().');
    if (word === 'N' || word === 'NS' || word === 'US')
      this.fail(token, `There is no unit ${value}`, 'The units are u (microseconds), ms, s, m, h, d, w.');
    if (kind === 'duration' && this.#tokens[this.#index - 1]?.kind === 'duration')
      this.fail(token, 'A duration has one number and one unit', `Add them: 1h + ${value}.`);
    if (kind === '!') this.fail(token, '! stands before a value, not behind one', 'Did you mean !=?');
    if (kind === '.') this.fail(token, 'Nothing has members', 'A name with dots stands in quotes: "a.b".');
    if (kind === '|' || kind === '@') {
      const doubled = kind === '|' && this.peek(1).kind === '|';
      this.fail(token, `${kind} has no meaning in an expression`, doubled ? 'Write OR.' : undefined);
    }
    this.fail(token, `An operator is expected here, not ${value}`);
  }
}

function leaf(node: LambdaNode): Operand {
  return { node, depth: 1 };
}

function call(name: string, args: readonly LambdaNode[], start: number, end: number): LambdaNode {
  return { kind: 'call', name, args, start, end };
}

function reduceUnary(operand: Operand, frames: Frame[]): Operand {
  for (;;) {
    const frame = frames.at(-1);
    if (frame?.kind !== 'unary') return operand;
    frames.pop();
    const { operator, start } = frame;
    const node: LambdaNode = {
      kind: 'unary',
      operator,
      operand: operand.node,
      start,
      end: operand.node.end,
    };
    operand = { node, depth: operand.depth + 1 };
  }
}

/** Closes the pending operators that bind at least as tightly. */
function reduceBinary(operand: Operand, frames: Frame[], precedence: number): Operand {
  for (;;) {
    const frame = frames.at(-1);
    if (frame?.kind !== 'binary' || PRECEDENCE[frame.operator] < precedence) return operand;
    frames.pop();
    const { operator, left } = frame;
    const node: LambdaNode = {
      kind: 'binary',
      operator,
      left: left.node,
      right: operand.node,
      start: left.node.start,
      end: operand.node.end,
    };
    const chain = isChained(left.node, operator) ? left.depth : left.depth + 1;
    operand = { node, depth: Math.max(chain, operand.depth + 1) };
  }
}

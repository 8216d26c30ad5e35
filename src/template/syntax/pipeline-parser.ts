import { nearest } from '../../alert/nearest.ts';
import { boolValue, stringValue } from '../value/value.ts';
import { charConstant, type NumberConstant, numberConstant } from './constant.ts';
import type { CommandNode, ConstantNode, OperandNode, PipelineNode, VariableNode } from './node.ts';
import { Scope } from './scope.ts';
import { templateSyntaxError } from './template-syntax-error.ts';
import type { Token } from './token.ts';
import type { TokenReader } from './token-reader.ts';

/** Parses what stands between `{{` and `}}`: pipelines of commands of operands. */
export class PipelineParser {
  /** The variables that are known where the parser is. */
  scope: Scope = new Scope();
  readonly #tokens: TokenReader;
  readonly #functions: ReadonlySet<string>;

  constructor(tokens: TokenReader, functions: ReadonlySet<string>) {
    this.#tokens = tokens;
    this.#functions = functions;
  }

  /** Reads a pipeline and the token that closes it. A range may declare two variables. */
  read(context: string, closer: 'close' | 'right-paren', ranges = false): PipelineNode {
    const { offset } = this.#tokens.peek();
    const { declared, assigns } = this.#declarations(ranges);
    const commands: CommandNode[] = [];
    while (this.#tokens.peek().kind !== closer) commands.push(this.#command(commands.length));
    const last = this.#tokens.take();
    if (commands.length === 0) {
      throw this.#tokens.error(
        last,
        closer === 'close' ? `There is no value in ${context}` : 'There is no value in ()',
      );
    }
    const variables = declared.map((name) => ({
      name,
      slot: assigns ? (this.scope.slotOf(name) ?? -1) : this.scope.declare(name),
    }));
    return { kind: 'pipeline', variables, assigns, commands, offset, end: last.offset + last.text.length };
  }

  #declarations(ranges: boolean): { readonly declared: readonly string[]; readonly assigns: boolean } {
    const declared: string[] = [];
    for (;;) {
      const token = this.#tokens.peek();
      const after = this.#tokens.peek(1);
      if (token.kind === 'variable' && (after.kind === 'declare' || after.kind === 'assign')) {
        this.#tokens.take();
        this.#tokens.take();
        return { declared: [...declared, token.text], assigns: after.kind === 'assign' };
      }
      if (token.kind === 'variable' && after.text === ',' && after.kind === 'symbol') {
        if (!ranges || declared.length > 0) {
          throw this.#tokens.error(
            token,
            'These are too many variables',
            'A range declares two at most, others one.',
          );
        }
        this.#tokens.take();
        this.#tokens.take();
        declared.push(token.text);
        continue;
      }
      if (declared.length > 0) {
        throw this.#tokens.unexpected(token, 'Behind the comma, a range needs a second variable and :=');
      }
      return { declared, assigns: false };
    }
  }

  #command(stage: number): CommandNode {
    const first = this.#operand();
    if (!first) throw this.#tokens.unexpected(this.#tokens.peek(), 'A value or a function is needed here');
    const fixed = first.kind === 'constant' || first.kind === 'dot' || first.kind === 'nil';
    if (stage > 0 && fixed) {
      const { offset, end } = first;
      throw templateSyntaxError(this.#tokens.origin, offset, end - offset, 'Only a function can follow a |');
    }
    const operands: [OperandNode, ...OperandNode[]] = [first];
    for (;;) {
      const token = this.#tokens.peek();
      if (token.kind === 'pipe') {
        this.#tokens.take();
        break;
      }
      if (token.kind === 'close' || token.kind === 'right-paren') break;
      const operand = token.spaced ? this.#operand() : undefined;
      if (!operand) throw this.#tokens.unexpected(token, 'It cannot stand behind a value');
      operands.push(operand);
    }
    return { operands, offset: first.offset, end: (operands.at(-1) ?? first).end };
  }

  /** A term with the members taken from it, or nothing when no term stands here. */
  #operand(): OperandNode | undefined {
    const term = this.#term();
    if (!term) return undefined;
    const path: string[] = [];
    let end = term.end;
    while (this.#tokens.peek().kind === 'field' && !this.#tokens.peek().spaced) {
      const token = this.#tokens.take();
      path.push(token.text.slice(1));
      end = token.offset + token.text.length;
    }
    if (path.length === 0) return term;
    switch (term.kind) {
      case 'field':
      case 'variable':
        return { ...term, path: [...term.path, ...path], end };
      case 'function':
      case 'pipeline':
        return { kind: 'chain', from: term, path, offset: term.offset, end };
      default: {
        const { offset } = term;
        throw templateSyntaxError(
          this.#tokens.origin,
          offset,
          end - offset,
          'A constant or a bare dot has no members',
        );
      }
    }
  }

  #term(): OperandNode | undefined {
    const token = this.#tokens.peek();
    const located = { offset: token.offset, end: token.offset + token.text.length };
    switch (token.kind) {
      case 'dot':
      case 'nil':
        this.#tokens.take();
        return { kind: token.kind, ...located };
      case 'field':
        this.#tokens.take();
        return { kind: 'field', path: [token.text.slice(1)], ...located };
      case 'variable':
        this.#tokens.take();
        return this.#variable(token);
      case 'identifier':
        this.#tokens.take();
        if (!this.#functions.has(token.text)) throw this.#unknownFunction(token);
        return { kind: 'function', name: token.text, ...located };
      case 'bool':
        this.#tokens.take();
        return { kind: 'constant', value: boolValue(token.text === 'true'), ...located };
      case 'string':
      case 'raw-string':
        this.#tokens.take();
        return { kind: 'constant', value: stringValue(this.#tokens.text(token)), ...located };
      case 'number':
        this.#tokens.take();
        return this.#number(token, numberConstant(token.text));
      case 'char':
        this.#tokens.take();
        return this.#number(token, charConstant(token.text));
      case 'left-paren': {
        this.#tokens.take();
        const pipeline = this.#tokens.nested(token, () => this.read('()', 'right-paren'));
        return { ...pipeline, offset: token.offset };
      }
      default:
        return undefined;
    }
  }

  #variable(token: Token): VariableNode {
    const slot = this.scope.slotOf(token.text);
    if (slot === undefined) {
      throw this.#tokens.error(
        token,
        `There is no variable ${token.text} here`,
        `Declare it: {{ ${token.text} := … }}.`,
      );
    }
    const { text: name, offset } = token;
    return { kind: 'variable', name, slot, path: [], offset, end: offset + name.length };
  }

  #number(token: Token, constant: NumberConstant | string): ConstantNode {
    if (typeof constant === 'string') throw this.#tokens.error(token, constant);
    return { kind: 'constant', ...constant, offset: token.offset, end: token.offset + token.text.length };
  }

  #unknownFunction(token: Token): Error {
    const name = nearest(token.text, [...this.#functions]);
    const cure =
      name === undefined ? `There are: ${[...this.#functions].join(', ')}.` : `Did you mean ${name}?`;
    return this.#tokens.error(token, `There is no function '${token.text}'`, cure);
  }
}

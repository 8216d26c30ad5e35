import { nearest } from '../../alert/nearest.ts';
import { boolValue, stringValue } from '../value/value.ts';
import { charConstant, type NumberConstant, numberConstant, unquote } from './constant.ts';
import { Lexer } from './lexer.ts';
import type {
  BranchNode,
  CommandNode,
  ConstantNode,
  OperandNode,
  PipelineNode,
  StatementNode,
  TemplateNode,
  VariableNode,
} from './node.ts';
import { isBlank } from './node.ts';
import { Scope } from './scope.ts';
import { type TemplateOrigin, templateSyntaxError } from './template-syntax-error.ts';
import type { Token, TokenKind } from './token.ts';

/** How deep blocks and parentheses may be nested. */
const MAX_NESTING = 200;

/** Parses a text into its templates, by name: the text itself, and what it defines. */
export function parseTemplate(
  origin: TemplateOrigin,
  name: string,
  functions: ReadonlySet<string>,
): ReadonlyMap<string, TemplateNode> {
  return new Parser(origin, functions).parse(name);
}

/** What ended a list of statements. */
interface Block {
  readonly body: readonly StatementNode[];
  readonly closer: Token;
}

class Parser {
  readonly #origin: TemplateOrigin;
  readonly #functions: ReadonlySet<string>;
  readonly #tokens: readonly Token[];
  readonly #templates = new Map<string, TemplateNode>();
  #scope = new Scope();
  #next = 0;
  #depth = 0;

  constructor(origin: TemplateOrigin, functions: ReadonlySet<string>) {
    this.#origin = origin;
    this.#functions = functions;
    this.#tokens = new Lexer(origin).tokens();
  }

  parse(name: string): ReadonlyMap<string, TemplateNode> {
    const scope = this.#scope;
    const body: StatementNode[] = [];
    while (this.#peek().kind !== 'end-of-file') {
      if (this.#peek().kind === 'open' && this.#isKeyword(this.#peek(1), 'define')) {
        this.#definition();
        this.#scope = scope;
        continue;
      }
      const { node, closer } = this.#statement();
      if (closer) throw this.#unexpected(closer, 'There is no block that it could belong to');
      if (node) body.push(node);
    }
    this.#define({ name, body, slots: scope.size }, this.#peek());
    return this.#templates;
  }

  #definition(): void {
    this.#take();
    this.#take();
    const token = this.#peek();
    const name = this.#templateName('define');
    this.#expect('close', 'a define');
    this.#define(this.#body(name), token);
  }

  /** Reads up to the `end` of a `define` or `block`, whose variables are its own. */
  #body(name: string): TemplateNode {
    const outer = this.#scope;
    this.#scope = new Scope();
    const { body, closer } = this.#block();
    if (closer.text !== 'end') throw this.#unexpected(closer, 'Close the template with {{ end }} first');
    const template = { name, body, slots: this.#scope.size };
    this.#scope = outer;
    return template;
  }

  #define(template: TemplateNode, token: Token): void {
    const known = this.#templates.get(template.name);
    if (known && !isBlank(known.body)) {
      if (isBlank(template.body)) return;
      throw this.#error(token, `The template "${template.name}" is defined twice`, 'Give one another name.');
    }
    this.#templates.set(template.name, template);
  }

  /** Statements up to an `end` or `else`. */
  #block(): Block {
    const body: StatementNode[] = [];
    this.#nest(this.#peek());
    while (this.#peek().kind !== 'end-of-file') {
      const { node, closer } = this.#statement();
      if (closer) {
        this.#depth--;
        return { body, closer };
      }
      if (node) body.push(node);
    }
    throw this.#error(this.#peek(), 'A block is never closed', 'Close it with {{ end }}.');
  }

  #statement(): { readonly node?: StatementNode; readonly closer?: Token } {
    const token = this.#take();
    if (token.kind === 'text') {
      const { text, offset } = token;
      return { node: { kind: 'text', text, offset, end: offset + text.length } };
    }
    if (token.kind !== 'open') throw this.#unexpected(token, 'It cannot stand here');
    const word = this.#peek();
    if (word.kind === 'keyword') {
      switch (word.text) {
        case 'if':
        case 'with':
        case 'range':
          this.#take();
          return { node: this.#branch(word, word.text) };
        case 'template':
          this.#take();
          return { node: this.#call(word) };
        case 'block':
          this.#take();
          return { node: this.#inlineBlock(word) };
        case 'break':
        case 'continue':
          this.#take();
          return { node: this.#jump(word, word.text) };
        case 'end':
          this.#take();
          this.#expect('close', 'an end');
          return { closer: word };
        case 'else':
          this.#take();
          if (!this.#isKeyword(this.#peek(), 'if') && !this.#isKeyword(this.#peek(), 'with')) {
            this.#expect('close', 'an else');
          }
          return { closer: word };
      }
    }
    const pipeline = this.#pipeline('an action', 'close');
    return { node: { kind: 'action', pipeline, offset: token.offset, end: this.#endOfLast() } };
  }

  #branch(word: Token, kind: 'if' | 'with' | 'range'): BranchNode {
    const mark = this.#scope.mark();
    const pipeline = this.#pipeline(kind, 'close', kind === 'range');
    if (kind === 'range') this.#scope.loops++;
    const { body, closer } = this.#block();
    if (kind === 'range') this.#scope.loops--;
    let otherwise: readonly StatementNode[] = [];
    if (closer.text === 'else') {
      const chained = this.#peek();
      if (chained.kind === 'keyword') {
        if (chained.text !== kind) {
          throw this.#unexpected(chained, `An ${kind} goes on with {{ else }} or {{ else ${kind} }}`);
        }
        this.#nest(chained);
        this.#take();
        otherwise = [this.#branch(chained, kind)];
        this.#depth--;
      } else {
        const rest = this.#block();
        if (rest.closer.text !== 'end')
          throw this.#unexpected(rest.closer, 'A block has one {{ else }} only');
        otherwise = rest.body;
      }
    }
    this.#scope.release(mark);
    return { kind, pipeline, body, otherwise, offset: word.offset, end: this.#endOfLast() };
  }

  #call(word: Token): StatementNode {
    const name = this.#templateName('template');
    const located = { kind: 'template', name, offset: word.offset } as const;
    if (this.#peek().kind === 'close') {
      this.#take();
      return { ...located, end: this.#endOfLast() };
    }
    const pipeline = this.#pipeline('a template call', 'close');
    return { ...located, pipeline, end: this.#endOfLast() };
  }

  #inlineBlock(word: Token): StatementNode {
    const token = this.#peek();
    const name = this.#templateName('block');
    const pipeline = this.#pipeline('a block', 'close');
    const end = this.#endOfLast();
    this.#define(this.#body(name), token);
    return { kind: 'template', name, pipeline, offset: word.offset, end };
  }

  #jump(word: Token, kind: 'break' | 'continue'): StatementNode {
    this.#expect('close', `a ${kind}`);
    if (this.#scope.loops === 0) throw this.#error(word, `A ${kind} can only stand inside a range`);
    return { kind, offset: word.offset, end: word.offset + word.text.length };
  }

  #templateName(context: string): string {
    const token = this.#take();
    if (token.kind !== 'string' && token.kind !== 'raw-string') {
      throw this.#unexpected(token, `A ${context} needs the name of a template, in quotes`);
    }
    return this.#text(token);
  }

  #pipeline(context: string, closer: 'close' | 'right-paren', ranges = false): PipelineNode {
    const { offset } = this.#peek();
    const { declared, assigns } = this.#declarations(ranges);
    const commands: CommandNode[] = [];
    while (this.#peek().kind !== closer) commands.push(this.#command(commands.length));
    const last = this.#take();
    if (commands.length === 0) {
      throw this.#error(
        last,
        closer === 'close' ? `There is no value in ${context}` : 'There is no value in ()',
      );
    }
    const variables = declared.map((name) => ({
      name,
      slot: assigns ? (this.#scope.slotOf(name) ?? -1) : this.#scope.declare(name),
    }));
    return { kind: 'pipeline', variables, assigns, commands, offset, end: last.offset + last.text.length };
  }

  #declarations(ranges: boolean): { readonly declared: readonly string[]; readonly assigns: boolean } {
    const declared: string[] = [];
    for (;;) {
      const token = this.#peek();
      const after = this.#peek(1);
      if (token.kind === 'variable' && (after.kind === 'declare' || after.kind === 'assign')) {
        this.#take();
        this.#take();
        return { declared: [...declared, token.text], assigns: after.kind === 'assign' };
      }
      if (token.kind === 'variable' && after.text === ',' && after.kind === 'symbol') {
        if (!ranges || declared.length > 0) {
          throw this.#error(
            token,
            'These are too many variables',
            'A range declares two at most, others one.',
          );
        }
        this.#take();
        this.#take();
        declared.push(token.text);
        continue;
      }
      if (declared.length > 0) {
        throw this.#unexpected(token, 'Behind the comma, a range needs a second variable and :=');
      }
      return { declared, assigns: false };
    }
  }

  #command(stage: number): CommandNode {
    const first = this.#operand();
    if (!first) throw this.#unexpected(this.#peek(), 'A value or a function is needed here');
    const fixed = first.kind === 'constant' || first.kind === 'dot' || first.kind === 'nil';
    if (stage > 0 && fixed) {
      const { offset, end } = first;
      throw templateSyntaxError(this.#origin, offset, end - offset, 'Only a function can follow a |');
    }
    const operands: [OperandNode, ...OperandNode[]] = [first];
    for (;;) {
      const token = this.#peek();
      if (token.kind === 'pipe') {
        this.#take();
        break;
      }
      if (token.kind === 'close' || token.kind === 'right-paren') break;
      const operand = token.spaced ? this.#operand() : undefined;
      if (!operand) throw this.#unexpected(token, 'It cannot stand behind a value');
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
    while (this.#peek().kind === 'field' && !this.#peek().spaced) {
      const token = this.#take();
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
          this.#origin,
          offset,
          end - offset,
          'A constant or a bare dot has no members',
        );
      }
    }
  }

  #term(): OperandNode | undefined {
    const token = this.#peek();
    const located = { offset: token.offset, end: token.offset + token.text.length };
    switch (token.kind) {
      case 'dot':
      case 'nil':
        this.#take();
        return { kind: token.kind, ...located };
      case 'field':
        this.#take();
        return { kind: 'field', path: [token.text.slice(1)], ...located };
      case 'variable':
        this.#take();
        return this.#variable(token);
      case 'identifier':
        this.#take();
        if (!this.#functions.has(token.text)) throw this.#unknownFunction(token);
        return { kind: 'function', name: token.text, ...located };
      case 'bool':
        this.#take();
        return { kind: 'constant', value: boolValue(token.text === 'true'), ...located };
      case 'string':
      case 'raw-string':
        this.#take();
        return { kind: 'constant', value: stringValue(this.#text(token)), ...located };
      case 'number':
        this.#take();
        return this.#number(token, numberConstant(token.text));
      case 'char':
        this.#take();
        return this.#number(token, charConstant(token.text));
      case 'left-paren': {
        this.#nest(token);
        this.#take();
        const pipeline = this.#pipeline('()', 'right-paren');
        this.#depth--;
        return { ...pipeline, offset: token.offset };
      }
      default:
        return undefined;
    }
  }

  #variable(token: Token): VariableNode {
    const slot = this.#scope.slotOf(token.text);
    if (slot === undefined) {
      throw this.#error(
        token,
        `There is no variable ${token.text} here`,
        `Declare it: {{ ${token.text} := … }}.`,
      );
    }
    const { text: name, offset } = token;
    return { kind: 'variable', name, slot, path: [], offset, end: offset + name.length };
  }

  #number(token: Token, constant: NumberConstant | string): ConstantNode {
    if (typeof constant === 'string') throw this.#error(token, constant);
    return { kind: 'constant', ...constant, offset: token.offset, end: token.offset + token.text.length };
  }

  #text(token: Token): string {
    const text = unquote(token.text);
    if (text === undefined) {
      throw this.#error(token, 'This text has an escape that is none', 'Write \\\\ for a backslash.');
    }
    return text;
  }

  #unknownFunction(token: Token): Error {
    const name = nearest(token.text, [...this.#functions]);
    const cure =
      name === undefined ? `There are: ${[...this.#functions].join(', ')}.` : `Did you mean ${name}?`;
    return this.#error(token, `There is no function '${token.text}'`, cure);
  }

  #nest(token: Token): void {
    if (++this.#depth > MAX_NESTING) {
      throw this.#error(token, `Blocks and parentheses can be nested ${MAX_NESTING} deep at most`);
    }
  }

  #expect(kind: TokenKind, context: string): void {
    const token = this.#take();
    if (token.kind !== kind) throw this.#unexpected(token, `Nothing more can stand in ${context}`);
  }

  #peek(ahead = 0): Token {
    const token = this.#tokens[Math.min(this.#next + ahead, this.#tokens.length - 1)];
    if (!token) throw new RangeError('a template always has an end-of-file token');
    return token;
  }

  #take(): Token {
    const token = this.#peek();
    this.#next++;
    return token;
  }

  #isKeyword(token: Token, word: string): boolean {
    return token.kind === 'keyword' && token.text === word;
  }

  #endOfLast(): number {
    const token = this.#tokens[this.#next - 1];
    return token ? token.offset + token.text.length : 0;
  }

  #unexpected(token: Token, reason: string): Error {
    const what =
      token.kind === 'end-of-file'
        ? 'end of the template'
        : token.kind === 'close'
          ? 'end of the action'
          : `'${token.text}'`;
    return this.#error(token, `Unexpected ${what}: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}`);
  }

  #error(token: Token, reason: string, cure?: string): Error {
    return templateSyntaxError(this.#origin, token.offset, token.text.length, reason, cure);
  }
}

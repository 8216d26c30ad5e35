import type { BranchNode, StatementNode, TemplateNode } from './node.ts';
import { isBlank } from './node.ts';
import { PipelineParser } from './pipeline-parser.ts';
import { Scope } from './scope.ts';
import type { TemplateOrigin } from './template-syntax-error.ts';
import type { Token } from './token.ts';
import { TokenReader } from './token-reader.ts';

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
  readonly #tokens: TokenReader;
  readonly #pipelines: PipelineParser;
  readonly #templates = new Map<string, TemplateNode>();

  constructor(origin: TemplateOrigin, functions: ReadonlySet<string>) {
    this.#tokens = new TokenReader(origin);
    this.#pipelines = new PipelineParser(this.#tokens, functions);
  }

  parse(name: string): ReadonlyMap<string, TemplateNode> {
    const scope = this.#pipelines.scope;
    const body: StatementNode[] = [];
    while (this.#tokens.peek().kind !== 'end-of-file') {
      if (this.#tokens.peek().kind === 'open' && this.#tokens.isKeyword(this.#tokens.peek(1), 'define')) {
        this.#definition();
        this.#pipelines.scope = scope;
        continue;
      }
      const { node, closer } = this.#statement();
      if (closer) throw this.#tokens.unexpected(closer, 'There is no block that it could belong to');
      if (node) body.push(node);
    }
    this.#define({ name, body, slots: scope.size }, this.#tokens.peek());
    return this.#templates;
  }

  #definition(): void {
    this.#tokens.take();
    this.#tokens.take();
    const token = this.#tokens.peek();
    const name = this.#templateName('define');
    this.#tokens.expect('close', 'a define');
    this.#define(this.#body(name), token);
  }

  /** Reads up to the `end` of a `define` or `block`, whose variables are its own. */
  #body(name: string): TemplateNode {
    const outer = this.#pipelines.scope;
    this.#pipelines.scope = new Scope();
    const { body, closer } = this.#block();
    if (closer.text !== 'end')
      throw this.#tokens.unexpected(closer, 'Close the template with {{ end }} first');
    const template = { name, body, slots: this.#pipelines.scope.size };
    this.#pipelines.scope = outer;
    return template;
  }

  #define(template: TemplateNode, token: Token): void {
    const known = this.#templates.get(template.name);
    if (known && !isBlank(known.body)) {
      if (isBlank(template.body)) return;
      throw this.#tokens.error(
        token,
        `The template "${template.name}" is defined twice`,
        'Give one another name.',
      );
    }
    this.#templates.set(template.name, template);
  }

  /** Statements up to an `end` or `else`. */
  #block(): Block {
    return this.#tokens.nested(this.#tokens.peek(), () => {
      const body: StatementNode[] = [];
      while (this.#tokens.peek().kind !== 'end-of-file') {
        const { node, closer } = this.#statement();
        if (closer) return { body, closer };
        if (node) body.push(node);
      }
      throw this.#tokens.error(this.#tokens.peek(), 'A block is never closed', 'Close it with {{ end }}.');
    });
  }

  #statement(): { readonly node?: StatementNode; readonly closer?: Token } {
    const token = this.#tokens.take();
    if (token.kind === 'text') {
      const { text, offset } = token;
      return { node: { kind: 'text', text, offset, end: offset + text.length } };
    }
    if (token.kind !== 'open') throw this.#tokens.unexpected(token, 'It cannot stand here');
    const word = this.#tokens.peek();
    if (word.kind === 'keyword') {
      switch (word.text) {
        case 'if':
        case 'with':
        case 'range':
          this.#tokens.take();
          return { node: this.#branch(word, word.text) };
        case 'template':
          this.#tokens.take();
          return { node: this.#call(word) };
        case 'block':
          this.#tokens.take();
          return { node: this.#inlineBlock(word) };
        case 'break':
        case 'continue':
          this.#tokens.take();
          return { node: this.#jump(word, word.text) };
        case 'end':
          this.#tokens.take();
          this.#tokens.expect('close', 'an end');
          return { closer: word };
        case 'else':
          this.#tokens.take();
          if (
            !this.#tokens.isKeyword(this.#tokens.peek(), 'if') &&
            !this.#tokens.isKeyword(this.#tokens.peek(), 'with')
          ) {
            this.#tokens.expect('close', 'an else');
          }
          return { closer: word };
      }
    }
    const pipeline = this.#pipelines.read('an action', 'close');
    return { node: { kind: 'action', pipeline, offset: token.offset, end: this.#tokens.endOfLast() } };
  }

  #branch(word: Token, kind: 'if' | 'with' | 'range'): BranchNode {
    const { scope } = this.#pipelines;
    const mark = scope.mark();
    const pipeline = this.#pipelines.read(kind, 'close', kind === 'range');
    if (kind === 'range') scope.loops++;
    const { body, closer } = this.#block();
    if (kind === 'range') scope.loops--;
    const otherwise = closer.text === 'else' ? this.#otherwise(kind) : [];
    scope.release(mark);
    return { kind, pipeline, body, otherwise, offset: word.offset, end: this.#tokens.endOfLast() };
  }

  /** What follows an `else`: another branch of the same kind, or a list of statements. */
  #otherwise(kind: 'if' | 'with' | 'range'): readonly StatementNode[] {
    const chained = this.#tokens.peek();
    if (chained.kind === 'keyword') {
      if (chained.text !== kind) {
        throw this.#tokens.unexpected(chained, `Only {{ else }} or {{ else ${kind} }} can follow here`);
      }
      this.#tokens.take();
      return this.#tokens.nested(chained, () => [this.#branch(chained, kind)]);
    }
    const { body, closer } = this.#block();
    if (closer.text !== 'end') throw this.#tokens.unexpected(closer, 'A block has one {{ else }} only');
    return body;
  }

  #call(word: Token): StatementNode {
    const name = this.#templateName('template');
    const located = { kind: 'template', name, offset: word.offset } as const;
    if (this.#tokens.peek().kind === 'close') {
      this.#tokens.take();
      return { ...located, end: this.#tokens.endOfLast() };
    }
    const pipeline = this.#pipelines.read('a template call', 'close');
    return { ...located, pipeline, end: this.#tokens.endOfLast() };
  }

  #inlineBlock(word: Token): StatementNode {
    const token = this.#tokens.peek();
    const name = this.#templateName('block');
    const pipeline = this.#pipelines.read('a block', 'close');
    const end = this.#tokens.endOfLast();
    this.#define(this.#body(name), token);
    return { kind: 'template', name, pipeline, offset: word.offset, end };
  }

  #jump(word: Token, kind: 'break' | 'continue'): StatementNode {
    this.#tokens.expect('close', `a ${kind}`);
    if (this.#pipelines.scope.loops === 0)
      throw this.#tokens.error(word, `A ${kind} can only stand inside a range`);
    return { kind, offset: word.offset, end: word.offset + word.text.length };
  }

  #templateName(context: string): string {
    const token = this.#tokens.take();
    if (token.kind !== 'string' && token.kind !== 'raw-string') {
      throw this.#tokens.unexpected(token, `A ${context} needs the name of a template, in quotes`);
    }
    return this.#tokens.text(token);
  }
}

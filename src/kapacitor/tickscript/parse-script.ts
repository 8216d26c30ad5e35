import { nearest } from '../../alert/nearest.ts';
import { LambdaSyntaxError } from '../../errors.ts';
import { type LambdaNode, LambdaParser, type Token, tokenize } from '../../lambda/index.ts';
import { type Chain, type Link, type Name, type ScriptValue, type Statement, VAR_TYPES } from './script.ts';
import type { ScriptSource } from './script-source.ts';

/** How deep lists, lambdas and chains in arguments can nest. */
const MAX_DEPTH = 50;

/** What can stand right behind a lambda whose colon is forgotten, and behind no var. */
const OPERANDS: ReadonlySet<Token['kind']> = new Set(['reference', 'string', 'int', 'float', 'TRUE']);

/**
 * Parses a TICKscript. Expressions are read by the parser of the lambda language; lists, lambdas and chains are what
 * is added here.
 *
 * @throws {LambdaSyntaxError} When a piece of the text is no token, or an expression cannot be parsed.
 * @throws {TickscriptError} When the script around the expressions cannot be parsed.
 */
export function parseScript(source: ScriptSource): Statement[] {
  return new ScriptParser(source).statements();
}

class ScriptParser {
  readonly #source: ScriptSource;
  readonly #parser: LambdaParser;
  #depth = 0;

  constructor(source: ScriptSource) {
    const { text, file } = source;
    const origin = file === undefined ? {} : { file };
    this.#source = source;
    this.#parser = new LambdaParser(text, tokensOf(source), {
      ...origin,
      operand: () => this.#operand(),
    });
  }

  statements(): Statement[] {
    const statements: Statement[] = [];
    while (this.#peek().kind !== 'end') statements.push(this.#statement());
    return statements;
  }

  #peek(ahead = 0): Token {
    return this.#parser.peek(ahead);
  }

  #statement(): Statement {
    const token = this.#peek();
    switch (token.kind) {
      case 'var':
        return this.#var();
      case 'dbrp':
        return this.#dbrp();
      case 'identifier': {
        const chain = this.#chain();
        if (chain.links.length === 0) {
          const next = this.#peek();
          if (next.kind === '=')
            this.#source.fail(
              chain,
              `${chain.source.name} is set without var`,
              `Write var ${chain.source.name} = …`,
            );
          this.#source.fail(chain, `${chain.source.name} alone does nothing`, 'Go on with | and a node.');
        }
        return { kind: 'chain', chain, start: chain.start, end: chain.end };
      }
      default:
        return this.#source.fail(
          token,
          `A statement can't begin with ${token.value}`,
          token.kind === '|' || token.kind === '.'
            ? 'What stands before it is not a node. A chain begins with stream, or with a var that holds a node.'
            : 'Statements are var name = …, dbrp "database"."policy", and chains such as stream|from().',
        );
    }
  }

  #var(): Statement {
    const { start } = this.#parser.next();
    const token = this.#expect('identifier', 'var needs a name', 'Write for example: var crit = 90');
    const name: Name = { name: token.value, start: token.start, end: token.end };
    const next = this.#parser.next();
    if (next.kind === '=') {
      const value = this.#value();
      return { kind: 'var', name, value, start, end: value.end };
    }
    if (next.kind !== 'identifier')
      this.#source.fail(
        next,
        `var ${name.name} needs = and a value, or a type`,
        'Write var x = 5, or var x int.',
      );
    const type = VAR_TYPES.find((each) => each === next.value);
    if (type === undefined) this.#unknownType(next);
    return { kind: 'var', name, type, start, end: next.end };
  }

  #unknownType(token: Token): never {
    const meant = nearest(token.value, VAR_TYPES);
    this.#source.fail(
      token,
      `There is no type ${token.value}`,
      meant === undefined ? `The types are ${VAR_TYPES.join(', ')}.` : `Did you mean ${meant}?`,
    );
  }

  #dbrp(): Statement {
    const cure = 'Write dbrp "database"."retention policy".';
    const { start } = this.#parser.next();
    const database = this.#expect('reference', 'dbrp needs a database in double quotes', cure);
    this.#expect('.', 'dbrp needs a dot between database and retention policy', cure);
    const policy = this.#expect('reference', 'dbrp needs a retention policy in double quotes', cure);
    return { kind: 'dbrp', database: database.value, retentionPolicy: policy.value, start, end: policy.end };
  }

  #chain(): Chain {
    const { value, start, end } = this.#parser.next();
    const links: Link[] = [];
    let last = end;
    for (
      let mark = this.#peek().kind;
      mark === '|' || mark === '.' || mark === '@';
      mark = this.#peek().kind
    ) {
      const link = this.#link(mark);
      links.push(link);
      last = link.end;
    }
    return { kind: 'chain', source: { name: value, start, end }, links, start, end: last };
  }

  #link(mark: Link['mark']): Link {
    const { start } = this.#parser.next();
    const name = this.#expect('identifier', `A name is expected behind ${mark}`);
    this.#expect('(', `${name.value} needs parentheses`, `Write ${mark}${name.value}().`);
    const args: ScriptValue[] = [];
    while (this.#peek().kind !== ')') {
      args.push(this.#nested(() => this.#value()));
      if (this.#peek().kind !== ',') break;
      this.#parser.next();
    }
    // Whatever else stands behind an argument is a slip in its expression, and the expression's parser knows those.
    if (args.length > 0 && this.#peek().kind !== ')') this.#parser.expectEnd();
    const { end } = this.#expect(')', `The parenthesis of ${name.value} is not closed`, 'Add ).');
    return { mark, name: name.value, args, start, end, word: { start: name.start, end: name.end } };
  }

  #value(): ScriptValue {
    const { kind } = this.#peek();
    const next = this.#peek(1).kind;
    if (kind === 'identifier' && (next === '|' || next === '.' || next === '@')) return this.#chain();
    return this.#parser.expression();
  }

  /** What an expression of a script can have beyond one of the lambda language. */
  #operand(): LambdaNode | undefined {
    const { kind, start } = this.#peek();
    if (kind === 'lambda:') {
      this.#parser.next();
      const body = this.#nested(() => this.#parser.expression());
      return { kind: 'lambda', body, start, end: body.end };
    }
    if (kind === 'identifier' && this.#peek().value === 'lambda' && OPERANDS.has(this.#peek(1).kind))
      this.#source.fail(this.#peek(), 'lambda needs a colon', 'Write lambda: and the expression.');
    return kind === '[' ? this.#nested(() => this.#list()) : undefined;
  }

  #list(): LambdaNode {
    const { start } = this.#parser.next();
    const items: LambdaNode[] = [];
    while (this.#peek().kind !== ']') {
      items.push(this.#parser.expression());
      if (this.#peek().kind !== ',') break;
      this.#parser.next();
    }
    const { end } = this.#expect(']', 'The list is not closed', 'Add ].');
    return { kind: 'list', items, start, end };
  }

  /** Reads something that can contain itself. */
  #nested<T>(read: () => T): T {
    if (++this.#depth > MAX_DEPTH)
      this.#source.fail(this.#peek(), `The script nests more than ${MAX_DEPTH} levels deep`);
    try {
      return read();
    } finally {
      this.#depth--;
    }
  }

  #expect(kind: Token['kind'], reason: string, cure?: string): Token {
    const token = this.#peek();
    if (token.kind !== kind) this.#source.fail(token, this.#found(token, reason), cure);
    return this.#parser.next();
  }

  #found(token: Token, reason: string): string {
    const text = this.#source.text.slice(token.start, token.end);
    return token.kind === 'end' ? `${reason}, and the script ends here` : `${reason}, not ${text}`;
  }
}

function tokensOf(source: ScriptSource): Token[] {
  const { text, file } = source;
  try {
    return tokenize(text, file === undefined ? {} : { file });
  } catch (error) {
    const wrong = error instanceof LambdaSyntaxError && error.text === ':';
    const offset = wrong ? error.position?.offset : undefined;
    const before = text.slice(Math.max(0, (offset ?? 0) - 20), offset);
    const [all = '', word = ''] = /(\p{L}+)\s*$/u.exec(before) ?? [];
    if (offset === undefined || nearest(word, ['lambda']) === undefined) throw error;
    const span = { start: offset - all.length, end: offset + 1 };
    return source.fail(span, `${text.slice(span.start, span.end)} has no meaning`, 'Did you mean lambda:?');
  }
}

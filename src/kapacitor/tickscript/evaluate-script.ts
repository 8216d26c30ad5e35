import { int64 } from '../../alert/int64.ts';
import { nearest } from '../../alert/nearest.ts';
import { TickscriptError } from '../../errors.ts';
import {
  compileLambda,
  Duration,
  depthOf,
  type LambdaNode,
  type LambdaValue,
  MAX_LAMBDA_DEPTH,
  Regex,
  referencesOf,
} from '../../lambda/index.ts';
import type { PropertyOwner } from '../pipeline/node-definition.ts';
import { Call } from './call.ts';
import { Graph, type GraphPlace } from './graph.ts';
import { chainOn, type NodeCatalog } from './link.ts';
import type { Chain, DbrpStatement, ScriptValue, Span, Statement, VarStatement, VarType } from './script.ts';
import type { ScriptSource } from './script-source.ts';
import { readVar, type ScriptVar } from './script-vars.ts';
import { durationLiteral, floatText, placed, substitute } from './substitute.ts';
import { type TickValue, typeWord } from './value.ts';

/** A `var` of a script. */
export interface DeclaredVar {
  /** Its name. */
  readonly name: string;
  /** Its type; `node` for one that holds a node of the pipeline. */
  readonly type: VarType | 'node';
  /** Whether it must be given from outside: it was declared with a type and no value. */
  readonly placeholder: boolean;
  /** Whether its value was given from outside. */
  readonly given: boolean;
}

/** What a script says. */
export interface EvaluatedScript {
  readonly graph: Graph;
  readonly vars: readonly DeclaredVar[];
  readonly dbrps: readonly Pick<DbrpStatement, 'database' | 'retentionPolicy'>[];
}

/**
 * Evaluates the declarations and chains of a script to the nodes that it asks for.
 *
 * @throws {TickscriptError} When it asks for what is not there, or a variable is missing or of a wrong type.
 */
export function evaluateScript(
  statements: readonly Statement[],
  source: ScriptSource,
  given: Readonly<Record<string, ScriptVar>>,
  catalog: NodeCatalog,
): EvaluatedScript {
  const evaluator = new Evaluator(source, given, catalog);
  for (const statement of statements) evaluator.run(statement);
  evaluator.checkGiven();
  const { graph, vars, dbrps } = evaluator;
  return { graph, vars, dbrps };
}

/** What `stream` itself can be told: it cannot fail, so there is nothing to be quiet about. */
const SOURCE: PropertyOwner = {
  names: ['quiet'],
  apply(name, call) {
    if (name !== 'quiet') return false;
    call.none();
    return true;
  },
};

/** What vars may put into one expression, in characters of texts and parts of lambdas: each could double the one before. */
const LARGEST = 1_000_000;

class Evaluator {
  readonly graph: Graph = new Graph();
  readonly vars: DeclaredVar[] = [];
  readonly dbrps: { readonly database: string; readonly retentionPolicy: string }[] = [];
  readonly #source: ScriptSource;
  readonly #given: Readonly<Record<string, ScriptVar>>;
  readonly #catalog: NodeCatalog;
  readonly #scope = new Map<string, TickValue>();
  /** How large the lambdas of vars are. */
  readonly #sizes = new Map<string, number>();
  /** How deep the trees of vars are. */
  readonly #depths = new WeakMap<LambdaNode, number>();
  /** How much the vars of the expression at hand have put into it. */
  #inserted = 0;

  constructor(source: ScriptSource, given: Readonly<Record<string, ScriptVar>>, catalog: NodeCatalog) {
    this.#source = source;
    this.#given = given;
    this.#catalog = catalog;
    this.#scope.set('stream', { type: 'node', value: { node: this.graph.source, owners: [SOURCE] } });
  }

  run(statement: Statement): void {
    if (statement.kind === 'dbrp') {
      const { database, retentionPolicy } = statement;
      this.dbrps.push({ database, retentionPolicy });
    } else if (statement.kind === 'chain') this.#chain(statement.chain);
    else this.#declare(statement);
  }

  /** A value that was given for nothing is a misspelled name, most likely. */
  checkGiven(): void {
    const names = this.vars.map(({ name }) => name);
    for (const name of Object.keys(this.#given)) {
      if (names.includes(name)) continue;
      const meant = nearest(name, names);
      throw new TickscriptError(`The script has no var ${name}`, {
        text: name,
        ...(meant !== undefined && { cure: `Did you mean ${meant}?` }),
      });
    }
  }

  #declare({ name: { name, ...place }, type, value }: VarStatement): void {
    if (this.#scope.has(name))
      this.#source.fail(place, `There is a ${name} already`, 'A var is set once. Choose another name.');
    const given = Object.hasOwn(this.#given, name) ? this.#given[name] : undefined;
    const own = value === undefined ? undefined : this.#value(value);
    if (own?.type === 'reference')
      this.#source.fail(
        value ?? place,
        'A reference is of use in a lambda only',
        `Write a text in single quotes: '${own.value}'.`,
      );
    const declared = type ?? own?.type ?? 'string';
    if (given === undefined && own === undefined) {
      this.#source.fail(
        place,
        `${name} has no value`,
        `Give one: { vars: { ${name}: … } }, of type ${declared}.`,
      );
    }
    if (given !== undefined && declared === 'node')
      this.#source.fail(place, `${name} holds a node, which can't be given from outside`);
    const result = given === undefined ? own : this.#readGiven(declared as VarType, given, name, place);
    if (result === undefined) return;
    this.#scope.set(name, result);
    const { start, end } = value ?? place;
    if (result.type === 'lambda') this.#sizes.set(name, this.#inserted + end - start);
    this.vars.push({
      name,
      type: declared as VarType | 'node',
      placeholder: own === undefined,
      given: given !== undefined,
    });
  }

  #readGiven(type: VarType, given: ScriptVar, name: string, place: Span): TickValue {
    const answer = readVar(type, given);
    if ('value' in answer) {
      const { value } = answer;
      return value.type === 'lambda' ? { ...value, value: placed(this.#resolve(value.value), place) } : value;
    }
    return this.#source.fail(
      place,
      `The value given for ${name} can't be used: ${answer.reason}`,
      undefined,
      answer.cause,
    );
  }

  #chain({ source, links }: Chain): GraphPlace {
    const start = this.#lookup(source.name, source);
    if (start.type !== 'node')
      this.#source.fail(
        source,
        `${source.name} is ${typeWord(start.type)}, not a node`,
        'A chain begins with stream, or with a var that holds a node.',
      );
    let place = start.value;
    for (const link of links) {
      const args = link.args.map((arg) => ({ value: this.#value(arg), start: arg.start, end: arg.end }));
      place = chainOn(
        this.graph,
        place,
        link.mark,
        new Call(link.name, args, link.word, this.#source),
        this.#catalog,
      );
    }
    return place;
  }

  #lookup(name: string, span: Span): TickValue {
    const value = this.#scope.get(name);
    if (value !== undefined) return value;
    if (name === 'batch') {
      const cure = 'Ask the database in your own code and give the result to observe(), point by point.';
      return this.#source.fail(span, 'batch tasks query InfluxDB, which is not here', cure);
    }
    const meant = nearest(name, this.#scope.keys());
    const cure = meant === undefined ? undefined : `Did you mean ${meant}?`;
    return this.#source.fail(span, `There is no var ${name}`, cure);
  }

  #value(value: ScriptValue): TickValue {
    switch (value.kind) {
      case 'chain':
        return { type: 'node', value: this.#chain(value) };
      case 'identifier':
        return this.#lookup(value.name, value);
      case 'lambda':
        return { type: 'lambda', value: this.#resolve(value.body) };
      case 'list':
        return { type: 'list', value: value.items.map((item) => this.#value(item)) };
      case 'star':
        return { type: 'star' };
      case 'reference':
        return { type: 'reference', value: value.name };
      case 'string':
        return { type: 'string', value: value.value };
      case 'bool':
        return { type: 'bool', value: value.value };
      case 'regex':
        return { type: 'regex', value: value.value };
      case 'int':
      case 'duration':
        return { type: value.kind, value: value.value };
      case 'float':
        return { type: 'float', value: Number(value.value) };
      default:
        return this.#constant(value);
    }
  }

  /** What an expression outside of a lambda comes to. */
  #constant(expression: LambdaNode): TickValue {
    const root = this.#resolve(expression);
    const [reference] = referencesOf(root);
    if (reference !== undefined)
      this.#source.fail(
        expression,
        `"${reference}" is a field or tag, which only a lambda can ask for`,
        'Put lambda: before the expression.',
      );
    const { text, file } = this.#source;
    const lambda = compileLambda(text, { root, ...(file !== undefined && { file }) });
    return tickValue(lambda.evaluate({}));
  }

  /** An expression with the values of vars in place of their names. */
  #resolve(node: LambdaNode): LambdaNode {
    this.#inserted = 0;
    let deepened = false;
    const root = substitute(node, (name, span) => {
      const value = this.#lookup(name, span);
      this.#inserted += value.type === 'string' ? value.value.length : (this.#sizes.get(name) ?? 1);
      if (this.#inserted > LARGEST) this.#source.fail(span, `The expression grows too large with ${name}`);
      const literal = literalOf(value, span);
      if (literal === undefined)
        return this.#source.fail(span, `${name} is ${typeWord(value.type)}, which an expression can't use`);
      if (value.type === 'lambda') {
        this.#depths.set(literal, depthOf(value.value, this.#depths));
        deepened = true;
      }
      return literal;
    });
    if (deepened && depthOf(root, this.#depths) > MAX_LAMBDA_DEPTH)
      this.#source.fail(
        node,
        `With its vars, the expression nests more than ${MAX_LAMBDA_DEPTH} levels deep`,
        'Let |eval() work out a part of it.',
      );
    return root;
  }
}

function literalOf(value: TickValue, { start, end }: Span): LambdaNode | undefined {
  switch (value.type) {
    case 'string':
    case 'bool':
    case 'regex':
      return { kind: value.type, value: value.value, start, end } as LambdaNode;
    case 'int':
      return { kind: 'int', value: value.value, text: String(value.value), start, end };
    case 'float':
      return { kind: 'float', value: value.value, text: floatText(value.value), start, end };
    case 'duration':
      return { kind: 'duration', value: value.value, text: durationLiteral(value.value), start, end };
    case 'lambda':
      return { ...value.value, start, end };
    default:
      return undefined;
  }
}

function tickValue(value: LambdaValue): TickValue {
  if (typeof value === 'string') return { type: 'string', value };
  if (typeof value === 'boolean') return { type: 'bool', value };
  if (typeof value === 'bigint') return { type: 'int', value: int64(value) };
  if (typeof value === 'number') return { type: 'float', value };
  if (value instanceof Duration) return { type: 'duration', value: value.nanoseconds };
  if (value instanceof Regex) return { type: 'regex', value };
  throw new TypeError('an expression gave a time');
}

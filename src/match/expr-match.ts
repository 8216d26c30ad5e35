import { type Expression, Parser, type Value } from 'expr-eval';
import type { AlertEvent } from '../alert/event.ts';
import { LEVELS, levelRank } from '../alert/level.ts';
import { nearest } from '../alert/nearest.ts';
import type { FieldValue } from '../alert/point.ts';
import { atSpan, LambdaEvaluationError, LambdaSyntaxError, LambdaTypeError } from '../errors.ts';
import type { Explanation, LambdaValue } from '../lambda/index.ts';
import type { MatchDialect, MatchExpression, MatchOptions } from './match-expression.ts';
import { LEVEL_HINTS } from './match-functions.ts';

/** What the scope offers, and where each comes from. */
const NAMES: ReadonlyMap<string, (event: AlertEvent) => unknown> = new Map<
  string,
  (event: AlertEvent) => unknown
>([
  ...LEVELS.map((level) => [level, () => levelRank(level)] as const),
  ['level', (event) => levelRank(event.level)],
  ['previousLevel', (event) => levelRank(event.previousLevel)],
  ['changed', (event) => event.level !== event.previousLevel],
  ['id', (event) => event.id],
  ['topic', (event) => event.topic],
  ['name', (event) => event.name],
  ['taskName', (event) => event.taskName],
  ['group', (event) => event.group],
  ['message', (event) => event.message],
  ['duration', (event) => event.duration],
]);

// What a condition needs. Whatever could call back, change something or run for long is not there.
const FUNCTIONS: ReadonlySet<string> = new Set([
  'min',
  'max',
  'pow',
  'hypot',
  'atan2',
  'if',
  'roundTo',
  'indexOf',
]);

function makeParser(): Parser {
  const parser = new Parser({
    allowMemberAccess: true,
    operators: {
      assignment: false,
      fndef: false,
      factorial: false,
      random: false,
      in: true,
      concatenate: true,
    },
  });
  const functions: Record<string, unknown> = parser.functions;
  for (const name of Object.keys(functions)) if (!FUNCTIONS.has(name)) delete functions[name];
  return parser;
}

let shared: Parser | undefined;

/** The dialect `{ expr: '…' }`: expressions of expr-eval over a frozen scope without prototypes. */
export const exprDialect: MatchDialect = {
  compile(source, options) {
    if (typeof source !== 'string')
      throw new LambdaSyntaxError(
        `A match { expr } holds a text, not ${source === null ? 'null' : `a ${typeof source}`}`,
      );
    return new ExprMatch(source, parse(source, options), options);
  },
};

function parse(source: string, { file }: MatchOptions): Expression {
  shared ??= makeParser();
  try {
    return shared.parse(source);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const [, line = '', column = '', why = message] =
      /^parse error \[(\d+):(\d+)\]: (.*)$/s.exec(message) ?? [];
    const lines = source.split('\n').slice(0, Number(line) - 1);
    const offset = lines.reduce((sum, each) => sum + each.length + 1, 0) + Math.max(0, Number(column) - 1);
    throw new LambdaSyntaxError(`expr: ${why}`, {
      ...atSpan({ source, offset: Math.min(offset, source.length), ...(file === undefined ? {} : { file }) }),
      cause: error,
    });
  }
}

type Section = 'tags' | 'fields';

class ExprMatch implements MatchExpression {
  readonly dialect = 'expr';
  readonly source: string;
  readonly references: readonly string[];
  readonly #expression: Expression;
  readonly #names: readonly (readonly [string, (event: AlertEvent) => unknown])[];
  readonly #members: Readonly<Record<Section, readonly string[]>>;

  constructor(source: string, expression: Expression, options: MatchOptions) {
    this.source = source;
    this.#expression = expression;
    const names: [string, (event: AlertEvent) => unknown][] = [];
    const members: Record<Section, Set<string>> = { tags: new Set(), fields: new Set() };
    for (const path of expression.variables({ withMembers: true })) {
      const [first = '', second, ...more] = path.split('.');
      const read = NAMES.get(first);
      if (read !== undefined && second === undefined) names.push([first, read]);
      else if ((first === 'tags' || first === 'fields') && second !== undefined && more.length === 0)
        members[first].add(second);
      else unknownName(source, path, options);
    }
    this.#names = names;
    this.#members = { tags: [...members.tags], fields: [...members.fields] };
    this.references = [...new Set([...members.tags, ...members.fields])];
  }

  /** A scope of what the expression names and no more. */
  #scope(event: AlertEvent): Record<string, unknown> {
    const scope: Record<string, unknown> = Object.create(null);
    for (const [name, read] of this.#names) scope[name] = read(event);
    scope.tags = picked(event.tags, this.#members.tags);
    scope.fields = picked(event.fields, this.#members.fields);
    return Object.freeze(scope);
  }

  matches(event: AlertEvent): boolean {
    let answer: unknown;
    try {
      answer = this.#expression.evaluate(this.#scope(event) as unknown as Value);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new LambdaEvaluationError(`expr: ${why}`, { text: this.source, cause: error });
    }
    if (typeof answer === 'boolean') return answer;
    throw new LambdaEvaluationError('A match gives true or false, and this gives something else', {
      text: this.source,
      cure: 'Compare it: level == CRITICAL.',
    });
  }

  explain(event: AlertEvent): Explanation {
    const parts: Explanation[] = [
      ...this.#names
        .filter(([name]) => !(LEVELS as readonly string[]).includes(name))
        .map(([name, read]) => part(name, read(event))),
      ...this.#members.tags.map((name) => part(`tags.${name}`, own(event.tags, name))),
      ...this.#members.fields.map((name) => part(`fields.${name}`, own(event.fields, name))),
    ];
    try {
      return { text: this.source, value: this.matches(event), parts };
    } catch (error) {
      return { text: this.source, error: error instanceof Error ? error.message : String(error), parts };
    }
  }
}

function part(text: string, value: unknown): Explanation {
  return value === undefined
    ? { text, error: 'missing', parts: [] }
    : { text, value: value as LambdaValue, parts: [] };
}

function own(record: Readonly<Record<string, FieldValue>>, name: string): FieldValue | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function picked(record: Readonly<Record<string, FieldValue>>, names: readonly string[]): object {
  const copy: Record<string, unknown> = Object.create(null);
  for (const name of names) {
    const value = own(record, name);
    // The dialect has one kind of number.
    if (value !== undefined) copy[name] = typeof value === 'bigint' ? Number(value) : value;
  }
  return Object.freeze(copy);
}

function unknownName(source: string, path: string, { file }: MatchOptions): never {
  const [first = ''] = path.split('.');
  const offset = Math.max(0, source.indexOf(path));
  const close = nearest(first, [...NAMES.keys(), 'tags', 'fields']);
  const member = `A tag is tags.${first}, a field fields.${first}.`;
  const known = Object.hasOwn(LEVEL_HINTS, first) ? LEVEL_HINTS[first] : undefined;
  const meant = close === undefined ? member : `Did you mean ${close}? ${member}`;
  const cure = known ?? (first === 'tags' || first === 'fields' ? `Name one: ${first}.host.` : meant);
  throw new LambdaTypeError(`expr: ${path} means nothing`, {
    ...atSpan({ source, offset, length: path.length, ...(file === undefined ? {} : { file }) }),
    cure,
  });
}

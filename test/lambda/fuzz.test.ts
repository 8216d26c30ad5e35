import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TocsinError } from '../../src/errors.ts';
import {
  childrenOf,
  compileLambda,
  Duration,
  type LambdaNode,
  parseLambda,
  printLambda,
  type ScopeValue,
} from '../../src/lambda/index.ts';

type Scope = Readonly<Record<string, ScopeValue>>;

const vectors = (
  JSON.parse(
    gunzipSync(readFileSync(`${import.meta.dirname}/../conformance/vectors/lambda.json.gz`)).toString(),
  ) as { readonly expr: string }[]
).map(({ expr }) => expr);

const value: fc.Arbitrary<ScopeValue> = fc.oneof(
  fc.double(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.boolean(),
  fc.date({ noInvalidDate: true }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((ns) => new Duration(ns)),
  fc.constant(undefined),
);

const scope: fc.Arbitrary<Scope> = fc.record(
  { x: value, y: value, s: value, i: value, f: value, a: value, b: value, time: value },
  { requiredKeys: [] },
);

const token = fc.constantFrom(
  ...[
    '"x"',
    '"y"',
    '"s"',
    '"time"',
    '5',
    '0',
    '1.5',
    '010',
    '1s',
    "'a'",
    "''",
    '/a/',
    '/(a|b)*$/',
    'TRUE',
    'FALSE',
  ],
  ...[
    '+',
    '-',
    '*',
    '/',
    '%',
    '==',
    '!=',
    '<',
    '>=',
    '=~',
    '!~',
    'AND',
    'OR',
    '!',
    '(',
    ')',
    ',',
    '=',
    '//',
    '\n',
  ],
  ...[
    'strLength(',
    'if(',
    'isPresent(',
    'count()',
    'sigma(',
    'regexReplace(',
    'string(',
    'int(',
    'now()',
    'hour(',
  ],
  ...[
    'jn(',
    'gamma(',
    'humanBytes(',
    'strSubstring(',
    'duration(',
    'x',
    'and',
    "'",
    '"',
    '[',
    '|',
    '@',
    '.',
    '1h30m',
  ],
);

/** Whatever it is given, the answer is a value or an error of ours; with `explain` as well. */
function holds(source: string, scopes: readonly Scope[], strict: boolean): void {
  try {
    const lambda = compileLambda<Scope>(source, { strict });
    for (const each of scopes) {
      let answer: unknown;
      try {
        answer = lambda.evaluate(each);
      } catch (error) {
        answer = error;
      }
      if (answer instanceof Error && !(answer instanceof TocsinError)) throw answer;
      if (answer instanceof TocsinError) expect(answer.code).toBe('LAMBDA_EVALUATION');
      if (lambda.stateful) continue;
      // The parts are evaluated one by one there, and must come to the same.
      const explained = lambda.explain(each);
      if (answer instanceof Error) continue;
      expect(explained.value).toEqual(answer);
    }
  } catch (error) {
    if (!(error instanceof TocsinError)) throw error;
    expect(['LAMBDA_SYNTAX', 'LAMBDA_TYPE']).toContain(error.code);
    expect(error.position).toBeDefined();
  }
}

/** The tree without places. */
function bare(node: LambdaNode): unknown {
  const { start: _, end: __, ...rest } = node;
  if (node.kind === 'regex') return { kind: node.kind, source: node.value.source };
  if (childrenOf(node).length === 0) return rest;
  const own = node.kind === 'call' ? node.name : 'operator' in node ? node.operator : '';
  return { kind: node.kind, own, children: childrenOf(node).map(bare) };
}

function survivesPrinting(source: string): void {
  let node: LambdaNode;
  try {
    node = parseLambda(source);
  } catch (error) {
    if (error instanceof TocsinError) return;
    throw error;
  }
  const text = printLambda(node);
  expect(bare(parseLambda(text))).toEqual(bare(node));
  expect(printLambda(parseLambda(text))).toBe(text);
}

const soup = fc.array(token, { maxLength: 25 }).map((tokens) => tokens.join(' '));
const garbage = fc.string({ unit: 'binary', maxLength: 40 });

const mutated = fc
  .tuple(fc.constantFrom(...vectors), fc.nat(), fc.nat({ max: 4 }), fc.oneof(token, garbage))
  .map(([source, at, cut, put]) => {
    const place = at % (source.length + 1);
    return source.slice(0, place) + put + source.slice(place + cut);
  });

describe('whatever text it is given', () => {
  it('answers token soups with values or errors of its own', () => {
    fc.assert(fc.property(soup, fc.array(scope, { minLength: 1, maxLength: 3 }), fc.boolean(), holds), {
      numRuns: 3000,
    });
  });

  it('answers mutated vectors so', () => {
    fc.assert(fc.property(mutated, fc.array(scope, { minLength: 1, maxLength: 3 }), fc.boolean(), holds), {
      numRuns: 3000,
    });
  });

  it('answers garbage so', () => {
    fc.assert(
      fc.property(garbage, scope, (source, each) => holds(source, [each], false)),
      { numRuns: 1000 },
    );
  });

  it('prints what it parsed so that it parses to the same', () => {
    fc.assert(fc.property(fc.oneof(soup, mutated), survivesPrinting), { numRuns: 3000 });
    for (const source of vectors) survivesPrinting(source);
  });

  it('answers the same from a scope of changing types as a fresh expression does', () => {
    const sources = vectors.filter(
      (source) => source.includes('"x"') && !/\b(count|sigma|spread|now)\(/.test(source),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...sources),
        fc.array(scope, { minLength: 2, maxLength: 5 }),
        (source, scopes) => {
          const outcome = (evaluate: () => unknown): unknown => {
            try {
              return evaluate();
            } catch (error) {
              return error instanceof TocsinError ? error.message : error;
            }
          };
          const used = outcome(() => compileLambda<Scope>(source));
          for (const each of scopes) {
            const fresh = outcome(() => compileLambda<Scope>(source).evaluate(each));
            if (typeof used === 'object' && used !== null && 'evaluate' in used)
              expect(outcome(() => (used as { evaluate(s: Scope): unknown }).evaluate(each))).toEqual(fresh);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});

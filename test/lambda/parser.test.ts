import { describe, expect, it } from 'vitest';
import { LambdaSyntaxError } from '../../src/errors.ts';
import { type LambdaNode, LambdaParser, parseLambda, printLambda, tokenize } from '../../src/lambda/index.ts';

/** The tree in prefix form, which shows the grouping. */
function shape(node: LambdaNode): string {
  if (node.kind === 'binary') return `(${node.operator} ${shape(node.left)} ${shape(node.right)})`;
  if (node.kind === 'unary') return `(${node.operator} ${shape(node.operand)})`;
  if (node.kind === 'call') return `${node.name}(${node.args.map(shape).join(' ')})`;
  return printLambda(node);
}

function refusal(source: string): LambdaSyntaxError {
  try {
    parseLambda(source);
  } catch (error) {
    if (error instanceof LambdaSyntaxError) return error;
    throw error;
  }
  throw new Error(`${source} was parsed`);
}

describe('parseLambda', () => {
  it.each([
    ['1 + 2 * 3', '(+ 1 (* 2 3))'],
    ['1 - 2 - 3', '(- (- 1 2) 3)'],
    ['"a" OR "b" AND "c"', '(OR "a" (AND "b" "c"))'],
    ['"a" == 1 < 2 + 3 AND TRUE', '(AND (== "a" (< 1 (+ 2 3))) TRUE)'],
    ['-5 + 3', '(+ (- 5) 3)'],
    ['!"a" == TRUE', '(== (! "a") TRUE)'],
    ['--5', '(- (- 5))'],
    ['(1 + 2) * 3', '(* (+ 1 2) 3)'],
    ['f(1, g(2),)', 'f(1 g(2))'],
  ])('groups %s', (source, expected) => {
    expect(shape(parseLambda(source))).toBe(expected);
  });

  it.each([
    ['"x" = 5', '=', 'Write ==.', 5],
    ['"x" > 5 and TRUE', 'and', 'Write AND.', 9],
    ['not TRUE', 'not', 'Write !(…), != or !~.', 1],
    ['"x" IN [1]', 'IN', 'Join comparisons with OR, or write =~ /^(a|b)$/.', 5],
    ['"x" > 5 && TRUE', '&', 'Write AND.', 9],
    ['"x" > 5 || TRUE', '|', 'Write OR.', 9],
    ['1e5', 'e5', 'Write all digits, or use pow10().', 2],
    ['1h30m', '30m', 'Add them: 1h + 30m.', 3],
    ['10ns', 'ns', 'The units are u (microseconds), ms, s, m, h, d, w.', 3],
    ['09', '09', 'A leading 0 makes a number octal. Write 9.', 1],
    ['5 ≤ 6', '≤', 'Write <=.', 3],
    ["'a' =~ /a/ == TRUE", '==', 'Put the comparison before it in parentheses: ("host" =~ /web/) == …', 12],
    ['(1 + 2', '', 'Add ).', 7],
    ['lambda: TRUE', 'lambda:', 'Leave it away and write the expression alone.', 1],
    ["“x” == 'a'", '“', 'A field or tag stands in plain double quotes: "host".', 1],
  ])('says what to write instead of %s', (source, text, cure, column) => {
    const error = refusal(source);
    expect(error.text).toBe(text);
    expect(error.cure).toBe(cure);
    expect(error.position).toMatchObject({ line: 1, column });
  });

  it('shows the place with carets', () => {
    expect(refusal('TRUE AND\n  "x" = 5').message).toBe(
      'line 2:7: A single = compares nothing. Write ==.\n    "x" = 5\n        ^',
    );
  });

  it('reports positions in the file that the expression stands in', () => {
    const text = 'id: a\nmatch: level() = 3\n';
    try {
      parseLambda('level() = 3', { file: 'a.yaml', within: { text, offset: text.indexOf('level') } });
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ position: { file: 'a.yaml', line: 2, column: 16 } });
    }
  });

  it('takes any number of parentheses and any length of a chain', () => {
    expect(parseLambda(`${'('.repeat(20_000)}5${')'.repeat(20_000)}`).kind).toBe('int');
    expect(parseLambda(Array(20_000).fill('"x" == 1').join(' OR ')).kind).toBe('binary');
  });

  it.each(['!', '-', 'abs('])('refuses what nests too deep by %s', (piece) => {
    const source = `${piece.repeat(5000)}1.0${piece === 'abs(' ? ')'.repeat(5000) : ''}`;
    expect(refusal(source).reason).toContain('levels deep');
  });

  it('leaves what follows an expression to a parser of more than expressions', () => {
    const source = '5 * 2 |next';
    const parser = new LambdaParser(source, tokenize(source));
    expect(shape(parser.expression())).toBe('(* 5 2)');
    expect(parser.peek().kind).toBe('|');
  });

  it('asks the host for operands of its own', () => {
    const source = "1 + ['a']";
    const list = (parser: LambdaParser): LambdaNode | undefined => {
      if (parser.peek().kind !== '[') return undefined;
      const { start } = parser.next();
      const items = [parser.expression()];
      return { kind: 'list', items, start, end: parser.next().end };
    };
    expect(printLambda(parseLambda(source, { operand: list }))).toBe(source);
  });
});

describe('printLambda', () => {
  it.each([
    '1 + 2 * 3',
    '(1 + 2) * 3',
    '1 - (2 - 3)',
    '!("a" AND "b")',
    "'it\\'s' + '''C:\\'''",
    '("x" =~ /a/) == TRUE',
    '"x" =~ /a/ AND (/b/) == "y"',
    '- -5',
    'f(1, g(), -"x")',
    '010 + 1.50 > 90m',
  ])('writes %s so that it can be parsed again', (source) => {
    const text = printLambda(parseLambda(source));
    expect(shape(parseLambda(text))).toBe(shape(parseLambda(source)));
    expect(printLambda(parseLambda(text))).toBe(text);
  });
});

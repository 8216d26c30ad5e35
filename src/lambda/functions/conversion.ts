import { type Int64, int64 } from '../../alert/int64.ts';
import { DURATION_UNITS, durationText } from '../duration.ts';
import { intToFloat, multiplyInt, negateInt, truncateToInt } from '../int64-arithmetic.ts';
import { contextual, type FunctionContext, type LambdaFunction, signature } from '../lambda-function.ts';
import { floatText, parseFloatText } from './float-text.ts';

const TRUE_TEXTS: ReadonlySet<string> = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const FALSE_TEXTS: ReadonlySet<string> = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);
const MAX_INT = 9_223_372_036_854_775_807n;
const MIN_INT = -9_223_372_036_854_775_808n;

function boolOfText(context: FunctionContext): (text: string) => boolean {
  return (text) => {
    if (TRUE_TEXTS.has(text)) return true;
    if (FALSE_TEXTS.has(text)) return false;
    return context.fail(`'${text}' is no bool`, "Use 'true', 'false', 't', 'f', '1' or '0'.");
  };
}

function boolOfNumber(context: FunctionContext): (value: Int64) => boolean {
  return (value) => {
    if (value === 0) return false;
    if (value === 1) return true;
    const text = typeof value === 'bigint' ? String(value) : floatText(value);
    return context.fail(`${text} is no bool`, 'Only 0 and 1 are; compare it instead: x != 0.');
  };
}

/** The number that digits say, unless they are more than any int has: very many take very long. */
function wholeNumber(text: string): bigint | undefined {
  const [, sign = '', digits = '0'] = /^([+-]?)0*(?=[0-9])([0-9]+)$/.exec(text) ?? [];
  return digits.length > 19 ? undefined : BigInt(`${sign === '-' ? sign : ''}${digits}`);
}

function intOfText(context: FunctionContext): (text: string) => Int64 {
  return (text) => {
    if (!/^[+-]?[0-9]+$/.test(text)) {
      const cure = parseFloatText(text) === undefined ? undefined : 'Convert it in two steps: int(float(…)).';
      return context.fail(`'${text}' is no int`, cure);
    }
    const value = wholeNumber(text);
    if (value === undefined || value > MAX_INT || value < MIN_INT)
      return context.fail(`'${text}' does not fit into an int`);
    return int64(value);
  };
}

function floatOfText(context: FunctionContext): (text: string) => number {
  return (text) => {
    const value = parseFloatText(text);
    if (value === undefined) return context.fail(`'${text}' is no float`);
    return value === 'range' ? context.fail(`'${text}' does not fit into a float`) : value;
  };
}

function durationOfText(context: FunctionContext): (text: string, unit: Int64) => Int64 {
  return (text) => {
    if (!/^-?([0-9]+(ms|[uµsmhdw]))+$/.test(text))
      return context.fail(
        `'${text}' is no duration`,
        "Write it as '90s' or '1h30m', units u, ms, s, m, h, d, w.",
      );
    let total = 0n;
    for (const [, digits = '', unit = ''] of text.matchAll(/([0-9]+)(ms|[uµsmhdw])/g)) {
      const count = wholeNumber(digits);
      if (count === undefined || count > MAX_INT)
        return context.fail(`'${text}' does not fit into a duration`);
      total = BigInt.asIntN(64, total + count * (DURATION_UNITS.get(unit) ?? 1n));
    }
    const nanoseconds = int64(total);
    if (text.startsWith('-')) return negateInt(nanoseconds);
    return nanoseconds < 0 ? context.fail(`'${text}' does not fit into a duration`) : nanoseconds;
  };
}

/** `bool`, `int`, `float`, `string`, `duration`. */
export const conversions: readonly LambdaFunction[] = [
  {
    name: 'bool',
    signatures: [
      signature(['bool'], 'bool', (value: boolean) => value),
      contextual(['int'], 'bool', boolOfNumber),
      contextual(['float'], 'bool', boolOfNumber),
      contextual(['string'], 'bool', boolOfText),
    ],
  },
  {
    name: 'int',
    signatures: [
      signature(['bool'], 'int', (value: boolean) => (value ? 1 : 0)),
      signature(['int'], 'int', (value: Int64) => value),
      signature(['float'], 'int', truncateToInt),
      contextual(['string'], 'int', intOfText),
    ],
  },
  {
    name: 'float',
    signatures: [
      signature(['bool'], 'float', (value: boolean) => (value ? 1 : 0)),
      signature(['int'], 'float', intToFloat),
      signature(['float'], 'float', (value: number) => value),
      contextual(['string'], 'float', floatOfText),
    ],
  },
  {
    name: 'string',
    signatures: [
      signature(['bool'], 'string', String),
      signature(['int'], 'string', String),
      signature(['float'], 'string', floatText),
      signature(['string'], 'string', (value: string) => value),
      signature(['duration'], 'string', durationText),
    ],
  },
  {
    name: 'duration',
    signatures: [
      signature(['duration'], 'duration', (value: Int64) => value),
      signature(['int', 'duration'], 'duration', multiplyInt),
      signature(['float', 'duration'], 'duration', (value: number, unit: Int64) =>
        truncateToInt(value * intToFloat(unit)),
      ),
      contextual(['string', 'duration'], 'duration', durationOfText),
    ],
  },
];

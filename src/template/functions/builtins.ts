import type { TemplateFunction } from '../execute/template-function.ts';
import { plainText, printed } from '../fmt/display.ts';
import { formatted } from '../fmt/printf.ts';
import { JOIN_ARGUMENTS } from '../html/escape-action.ts';
import { ANY, type GoType, STRING, VALUE } from '../value/go-type.ts';
import { TemplateFailure } from '../value/template-failure.ts';
import { isTrue } from '../value/truth.ts';
import { typePhrase } from '../value/type-phrase.ts';
import { boolValue, stringValue } from '../value/value.ts';
import { eq, ge, gt, le, lt, ne } from './compare.ts';
import { html, js, urlquery } from './escape-text.ts';
import { index, len, slice } from './indexing.ts';
import { jsonFunction } from './json.ts';

/** The functions that every template has. */
export const BUILTINS: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ['and', { parameters: [VALUE], rest: VALUE, stopsAt: false, call: ([first]) => first }],
  ['or', { parameters: [VALUE], rest: VALUE, stopsAt: true, call: ([first]) => first }],
  ['not', { parameters: [VALUE], call: ([value]) => boolValue(!isTrue(value)) }],
  ['eq', eq],
  ['ne', ne],
  ['lt', lt],
  ['le', le],
  ['gt', gt],
  ['ge', ge],
  ['index', index],
  ['len', len],
  ['slice', slice],
  ['print', { parameters: [], rest: ANY, call: (args) => stringValue(printed(args)) }],
  [
    'println',
    { parameters: [], rest: ANY, call: (args) => stringValue(`${args.map(plainText).join(' ')}\n`) },
  ],
  [
    'printf',
    {
      parameters: [STRING],
      rest: ANY,
      call: ([format, ...args]) => stringValue(formatted(String(format?.raw ?? ''), args)),
    },
  ],
  ['html', html],
  ['js', js],
  ['urlquery', urlquery],
  [
    'call',
    {
      parameters: [VALUE],
      rest: VALUE,
      call([callee]) {
        throw new TemplateFailure(
          `call needs a function, and data has none: this is ${typePhrase(callee?.type)}`,
        );
      },
    },
  ],
]);

/** The functions of templates whose HTML is escaped, over those that a template can name. */
export function forHtml(
  functions: ReadonlyMap<string, TemplateFunction>,
): ReadonlyMap<string, TemplateFunction> {
  const join: TemplateFunction = { parameters: [], rest: ANY, call: (args) => stringValue(printed(args)) };
  return new Map([...functions, [JOIN_ARGUMENTS, join]]);
}

/** The functions of a template that can write JSON; its type decides how HTML escapes it. */
export function withJson(result: GoType): ReadonlyMap<string, TemplateFunction> {
  return new Map([
    ...BUILTINS,
    ['json', jsonFunction(result, '\n')],
    ['jsonCompact', jsonFunction(result, '')],
  ]);
}

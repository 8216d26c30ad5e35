import type { TemplateFunction } from '../execute/template-function.ts';
import { displayText, printed } from '../fmt/display.ts';
import { isPrintable } from '../fmt/quote.ts';
import { toBytes } from '../value/bytes.ts';
import { ANY } from '../value/go-type.ts';
import { NIL, stringValue, type Value } from '../value/value.ts';

const HTML: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
  '\0': '\ufffd',
};

/** `html`: escapes its arguments, printed, for HTML text. */
export const html: TemplateFunction = textFunction(escapeHtml);
/** `js`: escapes its arguments, printed, for a text in JavaScript. */
export const js: TemplateFunction = textFunction(escapeJs);
/** `urlquery`: escapes its arguments, printed, for the query of a URL. */
export const urlquery: TemplateFunction = textFunction(escapeQuery);

/** Escapes a text as `html` does. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'\0]/g, (char) => HTML[char] ?? char);
}

/** Escapes a text as `urlquery` does. */
export function escapeQuery(text: string): string {
  return percentEncoded(text, /[A-Za-z0-9\-_.~]/).replaceAll('%20', '+');
}

/** Writes every character but those that a pattern keeps as bytes: `%2F`. */
export function percentEncoded(text: string, keep: RegExp, lowerCase = false): string {
  let result = '';
  for (const char of text) {
    if (char.length === 1 && keep.test(char)) result += char;
    else {
      for (const byte of toBytes(char)) {
        const hex = byte.toString(16).padStart(2, '0');
        result += `%${lowerCase ? hex : hex.toUpperCase()}`;
      }
    }
  }
  return result;
}

function escapeJs(text: string): string {
  return text.replace(/[\\'"<>&=]|[^ -~]/gu, (char) => {
    if (/[\\'"]/.test(char)) return `\\${char}`;
    const code = char.codePointAt(0) ?? 0;
    // What is no UTF-8 stays as it is.
    if (code >= 0x7f && (code === 0x7f || isPrintable(char) || (code >= 0xdc80 && code <= 0xdcff)))
      return char;
    return `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
  });
}

function textFunction(encode: (text: string) => string): TemplateFunction {
  return { parameters: [], rest: ANY, call: (args) => stringValue(encode(argumentsText(args))) };
}

function argumentsText(args: readonly (Value | undefined)[]): string {
  return printed(args.map((arg) => (arg === undefined || arg === NIL ? stringValue(displayText(arg)) : arg)));
}

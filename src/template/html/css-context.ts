import type { Step } from './after-text.ts';
import type { Context } from './context.ts';
import { decodeCss } from './css.ts';
import { HtmlFault } from './html-fault.ts';

/** The context behind a piece of a URL. */
export function afterUrl(context: Context, text: string): Context {
  if (/[#?]/.test(text)) return { ...context, urlPart: 'query' };
  const begun = context.urlPart === 'start' && /[^ \t\n\f\r]/.test(text);
  return begun ? { ...context, urlPart: 'path' } : context;
}

/** The context behind CSS, up to the next quote, `url(` or comment. */
export function afterCss(context: Context, text: string): Step {
  for (const { 0: char, index } of text.matchAll(/["'(/]/g)) {
    if (char === '"') return [{ ...context, state: 'css-double-quoted' }, index + 1];
    if (char === "'") return [{ ...context, state: 'css-single-quoted' }, index + 1];
    if (char === '/') {
      const next = text.charAt(index + 1);
      if (next === '/') return [{ ...context, state: 'css-line-comment' }, index + 2];
      if (next === '*') return [{ ...context, state: 'css-block-comment' }, index + 2];
    } else if (endsWithUrl(text, index)) {
      return insideUrl(context, text, index + 1);
    }
  }
  return [context, text.length];
}

/** Whether the word before a parenthesis is `url`. */
function endsWithUrl(text: string, at: number): boolean {
  let end = at;
  while (/[\t\n\f\r ]/.test(text.charAt(end - 1))) end--;
  return text.slice(end - 3, end).toLowerCase() === 'url' && !/[\w\u0080-\uffff-]/.test(text.charAt(end - 4));
}

function insideUrl(context: Context, text: string, at: number): Step {
  let start = at;
  while (/[\t\n\f\r ]/.test(text.charAt(start))) start++;
  const quote = text.charAt(start);
  if (quote === '"') return [{ ...context, state: 'css-double-quoted-url' }, start + 1];
  if (quote === "'") return [{ ...context, state: 'css-single-quoted-url' }, start + 1];
  return [{ ...context, state: 'css-url' }, start];
}

/** The context behind a piece of a CSS string or `url(…)`: all are taken for URLs. */
export function afterCssString(context: Context, text: string): Step {
  const ends =
    context.state === 'css-url' ? /[\\\t\n\f\r )]/g : context.state.includes('double') ? /[\\"]/g : /[\\']/g;
  let inside = context;
  let from = 0;
  for (;;) {
    ends.lastIndex = from;
    const end = ends.exec(text)?.index;
    if (end === undefined) return [afterUrl(inside, decodeCss(text.slice(from))), text.length];
    if (text.charAt(end) !== '\\') return [{ ...inside, state: 'css' }, end + 1];
    if (end + 1 === text.length) {
      throw new HtmlFault(
        'An escape in CSS is cut off',
        end,
        'Write the escape and what it escapes together.',
      );
    }
    inside = afterUrl(inside, decodeCss(text.slice(from, end + 2)));
    from = end + 2;
  }
}

/** The context behind a piece of a CSS comment. */
export function afterCssComment(context: Context, text: string): Step {
  const isBlock = context.state === 'css-block-comment';
  const end = isBlock ? text.indexOf('*/') : text.search(/[\n\f\r]/);
  if (end === -1) return [context, text.length];
  return [{ ...context, state: 'css' }, isBlock ? end + 2 : end];
}

import { attributeKind } from './attribute-type.ts';
import { type Context, type Delimiter, type ElementKind, TEXT, VALUE_STATES } from './context.ts';
import { afterCss, afterCssComment, afterCssString, afterUrl } from './css-context.ts';
import { decodeEntities } from './entities.ts';
import { HtmlFault } from './html-fault.ts';

/** A context, and where in the text it begins. */
export type Step = readonly [context: Context, at: number];

const NO_SCRIPTS = 'Take it out: no mail or chat would run it. A style attribute can carry looks.';
const SPACE = /[ \t\n\f\r]*/y;
const ATTRIBUTE_NAME = /[^ \t\n\f\r=>'"<]*/y;
const TAG = /<(?:!--|(\/?)([A-Za-z](?:[A-Za-z0-9]|[:-](?=[A-Za-z0-9]))*))/g;
const VALUE_ENDS: Readonly<Record<Exclude<Delimiter, 'none'>, RegExp>> = {
  'double-quote': /"/g,
  'single-quote': /'/g,
  space: /[ \t\n\f\r>]/g,
};

/** The context at the next place of a text where it changes, or at the text's end. */
export function afterText(context: Context, text: string, at: number): Step {
  if (context.delimiter !== 'none') return afterValue(context, context.delimiter, text, at);
  switch (context.state) {
    case 'text':
      return afterPlainText(context, text, at);
    case 'tag':
      return afterTag(context, text, at);
    case 'attribute-name': {
      const end = attributeNameEnd(text, at);
      return [end === text.length ? context : { ...context, state: 'after-name' }, end];
    }
    case 'after-name': {
      const next = skipSpace(text, at);
      if (next === text.length) return [context, next];
      return text.charAt(next) === '='
        ? [{ ...context, state: 'before-value' }, next + 1]
        : [{ ...context, state: 'tag' }, next];
    }
    case 'before-value':
      return beforeValue(context, text, at);
    case 'comment': {
      const end = text.indexOf('-->', at);
      return end === -1 ? [context, text.length] : [TEXT, end + 3];
    }
    case 'rcdata': {
      const close = new RegExp(`</${context.element}(?=[> \\t\\n\\f/])`, 'gi');
      close.lastIndex = at;
      const end = close.exec(text);
      if (!end) return [context, text.length];
      return [end.index === at ? TEXT : context, end.index];
    }
    default:
      return [context, text.length];
  }
}

function afterPlainText(context: Context, text: string, at: number): Step {
  TAG.lastIndex = at;
  const tag = TAG.exec(text);
  if (!tag) return [context, text.length];
  const [written, closing, name] = tag;
  const end = tag.index + written.length;
  if (name === undefined) return [{ ...TEXT, state: 'comment' }, end];
  if (closing !== '') return [{ ...TEXT, state: 'tag' }, end];
  const lower = name.toLowerCase();
  if (lower === 'script' || lower === 'style') {
    throw new HtmlFault(`HTML in a template cannot have a <${lower}> element`, tag.index, NO_SCRIPTS);
  }
  const special = lower === 'textarea' || lower === 'title' || lower === 'meta';
  const element: ElementKind = special ? lower : 'other';
  return [{ ...TEXT, state: 'tag', element }, end];
}

function afterTag(context: Context, text: string, at: number): Step {
  const start = skipSpace(text, at);
  if (start === text.length) return [context, start];
  const { element } = context;
  if (text.charAt(start) === '>') {
    const isRcdata = element === 'textarea' || element === 'title';
    return [isRcdata ? { ...TEXT, state: 'rcdata', element } : TEXT, start + 1];
  }
  const end = attributeNameEnd(text, start);
  if (end === start) {
    throw new HtmlFault(`A tag cannot have a '${text.charAt(start)}' here`, start);
  }
  const name = text.slice(start, end).toLowerCase();
  const attribute = attributeKind(name, element);
  if (attribute === 'script') {
    throw new HtmlFault(`HTML in a template cannot have an event handler such as ${name}`, start, NO_SCRIPTS);
  }
  const state = end === text.length ? 'attribute-name' : 'after-name';
  return [{ ...TEXT, state, element, attribute }, end];
}

function attributeNameEnd(text: string, at: number): number {
  ATTRIBUTE_NAME.lastIndex = at;
  const end = at + (ATTRIBUTE_NAME.exec(text)?.[0].length ?? 0);
  if (/['"<]/.test(text.charAt(end))) {
    throw new HtmlFault(`An attribute's name cannot have a ${text.charAt(end)} in it`, end);
  }
  return end;
}

function beforeValue(context: Context, text: string, at: number): Step {
  const start = skipSpace(text, at);
  if (start === text.length) return [context, start];
  const quote = text.charAt(start);
  const delimiter = quote === '"' ? 'double-quote' : quote === "'" ? 'single-quote' : 'space';
  const value: Context = { ...context, state: VALUE_STATES[context.attribute], delimiter };
  return [value, delimiter === 'space' ? start : start + 1];
}

function afterValue(context: Context, delimiter: Exclude<Delimiter, 'none'>, text: string, at: number): Step {
  const ends = VALUE_ENDS[delimiter];
  ends.lastIndex = at;
  const end = ends.exec(text)?.index ?? text.length;
  const value = text.slice(at, end);
  const odd = delimiter === 'space' ? value.search(/["'<=`]/) : -1;
  if (odd !== -1) {
    throw new HtmlFault(
      `An attribute value without quotes cannot have a ${value.charAt(odd)} in it`,
      at + odd,
      'Put the value into quotes.',
    );
  }
  if (end < text.length) {
    return [{ ...TEXT, state: 'tag', element: context.element }, delimiter === 'space' ? end : end + 1];
  }
  return [insideValue(context, decodeEntities(value)), end];
}

function insideValue(context: Context, value: string): Context {
  let inside = context;
  for (let rest = value; rest !== ''; ) {
    const [next, length] = valueStep(inside, rest);
    inside = next;
    rest = rest.slice(length);
  }
  return inside;
}

function valueStep(context: Context, value: string): Step {
  switch (context.state) {
    case 'url':
      return [afterUrl(context, value), value.length];
    case 'meta-content': {
      const url = /url=/i.exec(value);
      return url ? [{ ...context, state: 'meta-content-url' }, url.index + 4] : [context, value.length];
    }
    case 'meta-content-url': {
      const end = value.indexOf(';');
      return end === -1 ? [context, value.length] : [{ ...context, state: 'meta-content' }, end + 1];
    }
    case 'css':
      return afterCss(context, value);
    case 'css-block-comment':
    case 'css-line-comment':
      return afterCssComment(context, value);
    case 'css-double-quoted':
    case 'css-single-quoted':
    case 'css-double-quoted-url':
    case 'css-single-quoted-url':
    case 'css-url':
      return afterCssString(context, value);
    default:
      return [context, value.length];
  }
}

function skipSpace(text: string, at: number): number {
  SPACE.lastIndex = at;
  return at + (SPACE.exec(text)?.[0].length ?? 0);
}

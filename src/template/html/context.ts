/** Where in HTML a place is. */
export type State =
  | 'text'
  | 'tag'
  | 'attribute-name'
  | 'after-name'
  | 'before-value'
  | 'comment'
  | 'rcdata'
  | 'attribute'
  | 'url'
  | 'srcset'
  | 'meta-content'
  | 'meta-content-url'
  | 'css'
  | 'css-double-quoted'
  | 'css-single-quoted'
  | 'css-double-quoted-url'
  | 'css-single-quoted-url'
  | 'css-url'
  | 'css-block-comment'
  | 'css-line-comment'
  | 'dead';

/** What ends the attribute value that a place is in. */
export type Delimiter = 'none' | 'double-quote' | 'single-quote' | 'space';

/** Which part of a URL a place is in; `unknown` where that depends on a branch. */
export type UrlPart = 'start' | 'path' | 'query' | 'unknown';

/** What the attribute that a place is in holds. */
export type AttributeKind = 'plain' | 'style' | 'url' | 'srcset' | 'meta-content';

/** The elements whose content is no HTML, and those whose attributes are special. */
export type ElementKind = 'other' | 'textarea' | 'title' | 'meta';

/** A place in HTML, as far as escaping needs to know it. */
export interface Context {
  readonly state: State;
  readonly delimiter: Delimiter;
  readonly urlPart: UrlPart;
  readonly attribute: AttributeKind;
  readonly element: ElementKind;
}

/** Plain text, where every template begins and must end. */
export const TEXT: Context = {
  state: 'text',
  delimiter: 'none',
  urlPart: 'start',
  attribute: 'plain',
  element: 'other',
};

/** Behind a `break` or `continue`, where nothing is reached. */
export const DEAD: Context = { ...TEXT, state: 'dead' };

/** The state in which the value of an attribute begins. */
export const VALUE_STATES: Readonly<Record<AttributeKind, State>> = {
  plain: 'attribute',
  style: 'css',
  url: 'url',
  srcset: 'srcset',
  'meta-content': 'meta-content',
};

/** A text that two contexts share only when they are the same. */
export function contextKey({ state, delimiter, urlPart, attribute, element }: Context): string {
  return `${state} ${delimiter} ${urlPart} ${attribute} ${element}`;
}

/** The context that an action at a place is in: behind `<a title=`, it is a value without quotes. */
export function atAction(context: Context): Context {
  switch (context.state) {
    case 'tag':
      return { ...context, state: 'attribute-name' };
    case 'before-value':
      return { ...context, state: VALUE_STATES[context.attribute], delimiter: 'space', attribute: 'plain' };
    case 'after-name':
      return { ...context, state: 'attribute-name', attribute: 'plain' };
    default:
      return context;
  }
}

/** The context behind two branches, or `undefined` when they end in different places. */
export function join(a: Context, b: Context): Context | undefined {
  if (a.state === 'dead') return b;
  if (b.state === 'dead' || same(a, b)) return a;
  if (same({ ...a, urlPart: b.urlPart }, b)) return { ...a, urlPart: 'unknown' };
  const [p, q] = [atAction(a), atAction(b)];
  return same(p, a) && same(q, b) ? undefined : join(p, q);
}

function same(a: Context, b: Context): boolean {
  return contextKey(a) === contextKey(b);
}

import type { AttributeKind, ElementKind } from './context.ts';

const URLS = new Set([
  'action',
  'archive',
  'background',
  'cite',
  'classid',
  'codebase',
  'data',
  'formaction',
  'href',
  'icon',
  'longdesc',
  'manifest',
  'poster',
  'profile',
  'src',
  'usemap',
  'xmlns',
]);
/** Attributes that change what their element does, so that their names must not come from data. */
const UNSAFE = new Set([
  'accept-charset',
  'async',
  'challenge',
  'charset',
  'content',
  'crossorigin',
  'defer',
  'enctype',
  'form',
  'formenctype',
  'formmethod',
  'formnovalidate',
  'http-equiv',
  'keytype',
  'language',
  'method',
  'novalidate',
  'pattern',
  'rel',
  'sandbox',
  'srcdoc',
  'type',
  'value',
]);
/** Attributes that sound like URLs and are none. */
const NO_URLS = new Set(['srclang', 'srcdoc']);

/** What an attribute of a lower-case name holds; `script` for event handlers. */
export function attributeType(name: string): AttributeKind | 'script' | 'unsafe' {
  const colon = name.indexOf(':');
  if (!name.startsWith('data-') && colon !== -1 && name.slice(0, colon) === 'xmlns') return 'url';
  const short = name.startsWith('data-') ? name.slice(5) : colon === -1 ? name : name.slice(colon + 1);
  if (short === 'style') return 'style';
  if (short === 'srcset') return 'srcset';
  if (URLS.has(short)) return 'url';
  if (UNSAFE.has(short)) return 'unsafe';
  if (short.startsWith('on')) return 'script';
  return /src|uri|url/.test(short) && !NO_URLS.has(short) ? 'url' : 'plain';
}

/** What an attribute of an element holds, as far as its value's escaping goes. */
export function attributeKind(name: string, element: ElementKind): AttributeKind | 'script' {
  if (element === 'meta' && name === 'content') return 'meta-content';
  const type = attributeType(name);
  return type === 'unsafe' ? 'plain' : type;
}

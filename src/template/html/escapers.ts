import { pointed } from '../execute/member.ts';
import { printed } from '../fmt/display.ts';
import { escapeHtml, escapeQuery } from '../functions/escape-text.ts';
import type { Value } from '../value/value.ts';
import { attributeType } from './attribute-type.ts';
import { escapeCss, safeCssValue } from './css.ts';
import { encodeUrlPart, isSafeUrl, normalizeUrl } from './url.ts';

/** What Go writes in the place of what could do harm there. */
const UNSAFE = 'ZgotmplZ';

const TEXT: Readonly<Record<string, string>> = {
  '\0': '\ufffd',
  '"': '&#34;',
  '&': '&amp;',
  "'": '&#39;',
  '+': '&#43;',
  '<': '&lt;',
  '>': '&gt;',
};
const NOT_IN_UNQUOTED = /[\0\t\n\v\f\r "&'+<=>`\ufdd0-\ufdef\ufff0-\uffff]/g;

/** Makes a value safe for one kind of place. Several work one after the other. */
export type Escaper = (text: string) => string;

/** A name of {@link ESCAPERS}. */
export type EscaperName =
  | 'html'
  | 'urlquery'
  | 'text'
  | 'attribute'
  | 'unquoted'
  | 'name'
  | 'comment'
  | 'url-filter'
  | 'url-normal'
  | 'url-part'
  | 'srcset'
  | 'css-value'
  | 'css-string';

/** The escapers by name; `html` and `urlquery` are those that a template may ask for itself. */
export const ESCAPERS: Readonly<Record<EscaperName, Escaper>> = {
  html: escapeHtml,
  urlquery: escapeQuery,
  text: (text) => text.replace(/[\0"&'+<>]/g, (char) => TEXT[char] ?? char),
  attribute: (text) => text.replace(/[\0"&'+<>]/g, (char) => TEXT[char] ?? char),
  unquoted: (text) => (text === '' ? UNSAFE : text.replace(NOT_IN_UNQUOTED, unquotedCharacter)),
  name: attributeName,
  comment: () => '',
  'url-filter': (url) => (isSafeUrl(url) ? url : `#${UNSAFE}`),
  'url-normal': normalizeUrl,
  'url-part': encodeUrlPart,
  srcset: (text) => text.split(',').map(srcsetCandidate).join(','),
  'css-value': (text) => safeCssValue(text) ?? UNSAFE,
  'css-string': escapeCss,
};

/** A value as the text that is to be escaped; no value is no text. */
export function textOf(value: Value | undefined): string {
  if (value === undefined) return '';
  if (value.type.kind === 'pointer' && value.raw !== null && !value.type.text)
    return printed([pointed(value)]);
  return value.type.kind === 'string' ? String(value.raw) : printed([value]);
}

function unquotedCharacter(char: string): string {
  if (char === '&' || char === '<' || char === '>') return TEXT[char] ?? char;
  if (char === '\0') return '&#xfffd;';
  const code = char.charCodeAt(0);
  return code > 0x7f ? `&#x${code.toString(16)};` : `&#${code};`;
}

/** A name that comes from data can only be one that means nothing by itself. */
function attributeName(text: string): string {
  const name = text.toLowerCase();
  return /^[a-z0-9]+$/.test(name) && attributeType(name) === 'plain' ? name : UNSAFE;
}

/** One candidate of a `srcset`: a URL, and what it is for. */
function srcsetCandidate(text: string): string {
  const [, before = '', url = '', after = ''] = /^([\t\n\f\r ]*)([^\t\n\f\r ]*)([\s\S]*)$/.exec(text) ?? [];
  const valid = isSafeUrl(url) && /^[\t\n\f\r A-Za-z0-9]*$/.test(after);
  return valid ? before + normalizeUrl(url) + after : `#${UNSAFE}`;
}

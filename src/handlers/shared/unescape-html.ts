/** Names of the characters U+00A0 to U+00FF, in order. */
const LATIN_1 =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro ' +
  'para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil ' +
  'Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave ' +
  'Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml ' +
  'igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute ' +
  'thorn yuml';

/** Names that HTML knows also without a semicolon. */
const OLD_NAMES: ReadonlyMap<string, string> = new Map([
  ...LATIN_1.split(' ').map((name, i) => [name, String.fromCharCode(0xa0 + i)] as const),
  ...(['amp', 'AMP'] as const).map((name) => [name, '&'] as const),
  ...(['lt', 'LT'] as const).map((name) => [name, '<'] as const),
  ...(['gt', 'GT'] as const).map((name) => [name, '>'] as const),
  ...(['quot', 'QUOT'] as const).map((name) => [name, '"'] as const),
  ['COPY', '©'],
  ['REG', '®'],
]);

const NAMES: ReadonlyMap<string, string> = new Map([
  ...OLD_NAMES,
  ...Object.entries({
    apos: "'",
    plus: '+',
    euro: '€',
    hellip: '…',
    ndash: '–',
    mdash: '—',
    lsquo: '‘',
    rsquo: '’',
    sbquo: '‚',
    ldquo: '“',
    rdquo: '”',
    bdquo: '„',
    bull: '•',
    dagger: '†',
    Dagger: '‡',
    permil: '‰',
    trade: '™',
    larr: '←',
    uarr: '↑',
    rarr: '→',
    darr: '↓',
    harr: '↔',
    le: '≤',
    ge: '≥',
    ne: '≠',
    infin: '∞',
    minus: '−',
    deg: '°',
  }),
]);

/** What the numbers 0x80 to 0x9f stand for: the characters of Windows-1252. */
const WINDOWS_1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

/**
 * Replaces the character references of HTML: numbers, and the names that texts use. What is none of them stays.
 */
export function unescapeHtml(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#(?:[xX]([0-9a-fA-F]+)|([0-9]+))|([A-Za-z][A-Za-z0-9]*));?/g,
    (all, hex, decimal, name) => {
      if (name !== undefined) return named(all, name);
      return numbered(hex === undefined ? Number.parseInt(decimal, 10) : Number.parseInt(hex, 16));
    },
  );
}

function numbered(code: number): string {
  if (code >= 0x80 && code <= 0x9f) return WINDOWS_1252[code - 0x80] ?? '\ufffd';
  const isCharacter = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  return isCharacter ? String.fromCodePoint(code) : '\ufffd';
}

function named(all: string, name: string): string {
  const character = all.endsWith(';') ? NAMES.get(name) : OLD_NAMES.get(name);
  if (character !== undefined) return character;
  // An old name may be followed by other letters: &ampx; is &x;.
  for (let end = Math.min(name.length - 1, 6); end > 1; end--) {
    const old = OLD_NAMES.get(name.slice(0, end));
    if (old !== undefined) return old + all.slice(1 + end);
  }
  return all;
}

/** A pattern without the names of its groups, and the numbers of the groups of each name. */
export interface UnnamedPattern {
  readonly pattern: string;
  readonly groups: ReadonlyMap<string, readonly number[]>;
}

/**
 * Takes the names off the groups `(?P<name>…)` of a pattern, since Go's RE2 lets several groups have one name.
 *
 * @throws {Error} At `(?<name>…)`, which is not RE2's way to name a group.
 */
export function unnamed(source: string): UnnamedPattern {
  const groups = new Map<string, number[]>();
  if (!source.includes('(?')) return { pattern: source, groups };
  let pattern = '';
  let number = 0;
  for (let at = 0; at < source.length; ) {
    const end = pieceEnd(source, at);
    const piece = source.slice(at, end);
    at = end;
    if (piece === '(?<') throw new Error('invalid or unsupported Perl syntax: `(?<`');
    if (piece === '(' || piece.startsWith('(?P<')) number++;
    if (!piece.startsWith('(?P<')) {
      pattern += piece;
      continue;
    }
    const name = piece.slice(4, -1);
    groups.set(name, [...(groups.get(name) ?? []), number]);
    pattern += '(';
  }
  return { pattern, groups };
}

const NAMED = /\(\?P<[0-9A-Za-z_]+>/y;

/** Where the piece at a place ends: an escape, a quotation, a class, the beginning of a group, one character. */
function pieceEnd(source: string, at: number): number {
  const char = source.charAt(at);
  if (char === '\\') {
    if (source.charAt(at + 1) !== 'Q') return at + 2;
    const close = source.indexOf('\\E', at);
    return close === -1 ? source.length : close + 2;
  }
  if (char === '[') return classEnd(source, at + 1);
  if (!source.startsWith('(?', at)) return at + 1;
  NAMED.lastIndex = at;
  return at + (NAMED.exec(source)?.[0].length ?? 3);
}

function classEnd(source: string, at: number): number {
  if (source.charAt(at) === '^') at++;
  if (source.charAt(at) === ']') at++;
  while (at < source.length && source.charAt(at) !== ']') {
    const named = source.startsWith('[:', at) ? source.indexOf(':]', at) : -1;
    at = named !== -1 ? named + 2 : at + (source.charAt(at) === '\\' ? 2 : 1);
  }
  return at + 1;
}

import { InvalidQueryError } from '../errors.ts';

/** A pattern that selects names. */
export type Glob = (name: string) => boolean;

type Token =
  | { readonly type: 'star' }
  | { readonly type: 'any' }
  | { readonly type: 'literal'; readonly char: string }
  | {
      readonly type: 'class';
      readonly negated: boolean;
      readonly ranges: readonly (readonly [number, number])[];
    };

/**
 * Reads a pattern by the rules of Go's `path.Match`, which Kapacitor uses for listings: `*` is any run of
 * characters but `/`, `?` one character but `/`, `[a-z]` and `[^a-z]` one of (or none of) a class, `\` takes the
 * next character as it is. The whole name must fit. An empty pattern fits only an empty name.
 *
 * @throws {InvalidQueryError} When the pattern is malformed, such as `[a-`.
 *
 * @example
 * ```ts
 * import { parseGlob } from 'tocsin';
 *
 * const cpu = parseGlob('cpu-*');
 * cpu('cpu-load'); // true
 * cpu('cpu/load'); // false
 * ```
 */
export function parseGlob(pattern: string): Glob {
  const tokens = tokenize(pattern);
  return (name) => fits(tokens, Array.from(name));
}

function tokenize(pattern: string): readonly Token[] {
  const chars = Array.from(pattern);
  const tokens: Token[] = [];
  let at = 0;

  const malformed = (reason: string): never => {
    throw new InvalidQueryError(`the pattern '${pattern}' is malformed: ${reason}`, {
      cure: 'Put a backslash before a character that is meant literally.',
      text: pattern,
    });
  };
  const literal = (): string => {
    if (chars[at] === '\\') at++;
    return chars[at++] ?? malformed('it ends in a backslash');
  };
  const classMember = (): number => {
    const char = chars[at];
    if (char === undefined) return malformed("a '[' has no ']'");
    if (char === '-' || char === ']') return malformed(`'${char}' stands where '[…]' needs a character`);
    return literal().codePointAt(0) ?? 0;
  };

  while (at < chars.length) {
    const char = chars[at];
    if (char === '*') {
      at++;
      tokens.push({ type: 'star' });
    } else if (char === '?') {
      at++;
      tokens.push({ type: 'any' });
    } else if (char === '[') {
      at++;
      const negated = chars[at] === '^';
      if (negated) at++;
      const ranges: (readonly [number, number])[] = [];
      do {
        const low = classMember();
        if (chars[at] === '-') {
          at++;
          ranges.push([low, classMember()]);
        } else ranges.push([low, low]);
        if (at >= chars.length) malformed("a '[' has no ']'");
      } while (chars[at] !== ']');
      at++;
      tokens.push({ type: 'class', negated, ranges });
    } else tokens.push({ type: 'literal', char: literal() });
  }
  return tokens;
}

/** Only the last star is ever stretched, as in the original; so the time is at most length × length. */
function fits(tokens: readonly Token[], name: readonly string[]): boolean {
  let at = 0;
  let token = 0;
  let starToken = -1;
  let starAt = 0;
  while (at < name.length || token < tokens.length) {
    const current = tokens[token];
    const char = name[at];
    if (current?.type === 'star') {
      starToken = token++;
      starAt = at;
    } else if (current !== undefined && char !== undefined && fitsOne(current, char)) {
      token++;
      at++;
    } else if (starToken !== -1 && name[starAt] !== undefined && name[starAt] !== '/') {
      at = ++starAt;
      token = starToken + 1;
    } else return false;
  }
  return true;
}

function fitsOne(token: Token, char: string): boolean {
  if (token.type === 'any') return char !== '/';
  if (token.type === 'literal') return char === token.char;
  if (token.type === 'star') return false;
  const code = char.codePointAt(0) ?? 0;
  return token.ranges.some(([low, high]) => low <= code && code <= high) !== token.negated;
}

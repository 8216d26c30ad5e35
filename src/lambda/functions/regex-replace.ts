import { growing, type LambdaFunction } from '../lambda-function.ts';
import type { Regex } from '../regex.ts';

type Piece = string | { readonly group: number | string };

/** Cuts a replacement such as `$1-${name}` into texts and groups. `$$` is a dollar. */
function pieces(replacement: string): Piece[] {
  const out: Piece[] = [];
  let from = 0;
  for (const { 0: all, 1: name = '', 2: braced, 3: dollar, index } of replacement.matchAll(
    /\$(?:([\p{L}\p{Nd}_]+)|\{([\p{L}\p{Nd}_]+)\}|(\$)|)/gu,
  )) {
    // A dollar that begins nothing stays what it is.
    if (all === '$') continue;
    out.push(replacement.slice(from, index));
    const group = braced ?? name;
    if (dollar !== undefined) out.push('$');
    else out.push({ group: /^[0-9]+$/.test(group) ? Number(group) : group });
    from = index + all.length;
  }
  out.push(replacement.slice(from));
  return out;
}

function replaceAll(regex: Regex, text: string, replacement: string): string {
  const parts = pieces(replacement);
  const matcher = regex.compiled.matcher(text.toWellFormed());
  const last = matcher.groupCount();
  const expand = (piece: Piece): string => {
    if (typeof piece === 'string') return piece;
    const numbers = typeof piece.group === 'number' ? [piece.group] : (regex.groups.get(piece.group) ?? []);
    // Of several groups of one name, the first that took part counts.
    const number = numbers.find((each) => each <= last && matcher.start(each) >= 0);
    return number === undefined ? '' : text.slice(matcher.start(number), matcher.end(number));
  };
  let out = '';
  let copied = 0;
  let lastEnd = -1;
  for (let from = 0; from <= text.length && matcher.find(from); ) {
    const start = matcher.start();
    const end = matcher.end();
    // An empty match right behind another match does not count.
    if (end > start || start !== lastEnd) {
      out += text.slice(copied, start) + parts.map(expand).join('');
      copied = end;
      lastEnd = end;
    }
    from = end > start ? end : end + ((text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1);
  }
  return out + text.slice(copied);
}

/** `regexReplace`: every match of a regex replaced, with `$1` and `${name}` standing for its groups. */
export const regexReplace: LambdaFunction = {
  name: 'regexReplace',
  signatures: [growing(['regex', 'string', 'string'], replaceAll)],
};

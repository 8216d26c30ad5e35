import type { Scalar } from 'yaml';
import type { Range } from './spec-document.ts';

/** How a text is written in a file. */
export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';

const STYLES: Readonly<Record<string, ScalarStyle>> = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'literal',
  BLOCK_FOLDED: 'folded',
};

/** How the YAML reader says that a scalar is written. */
export function scalarStyle({ type }: Scalar): ScalarStyle {
  return STYLES[type ?? 'PLAIN'] ?? 'plain';
}

/**
 * Finds where a character of a text stands in the file that the text was read from, past quotes, escapes, folded
 * lines and indentation.
 *
 * @param source The file.
 * @param range Where the scalar stands in it, quotes or block header included.
 * @param offset Which character of the text, from 0.
 */
export function scalarOffset(source: string, range: Range, style: ScalarStyle, offset: number): number {
  if (style === 'literal' || style === 'folded') return blockOffset(source, range, style, offset);
  const quoted = style !== 'plain';
  const end = range[1] - (quoted ? 1 : 0);
  let at = range[0] + (quoted ? 1 : 0);
  let left = offset;
  while (left > 0 && at < end) {
    const fold = quoted || style === 'plain' ? /^[ \t]*(?:\r?\n[ \t]*)+/.exec(source.slice(at, end)) : null;
    if (fold !== null) {
      at += fold[0].length;
      // One line break is a space; of several, one is dropped.
      left -= Math.max(1, fold[0].split('\n').length - 2);
    } else if (style === 'double' && source[at] === '\\') {
      const length = escapeLength(source, at);
      left -= length === 10 ? 2 : source[at + 1] === '\n' ? 0 : 1;
      at += length;
    } else {
      at += style === 'single' && source[at] === "'" ? 2 : 1;
      left--;
    }
  }
  return Math.min(at, Math.max(range[0], end - 1));
}

function escapeLength(source: string, at: number): number {
  const lengths: Readonly<Record<string, number>> = { x: 4, u: 6, U: 10 };
  return lengths[source[at + 1] ?? ''] ?? 2;
}

function blockOffset(source: string, range: Range, style: ScalarStyle, offset: number): number {
  const header = source.indexOf('\n', range[0]);
  if (header === -1) return range[0];
  const lines = source.slice(header + 1, range[1]).split('\n');
  const indent = Math.min(...lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)));
  let at = header + 1;
  let left = offset;
  for (const line of lines) {
    const length = Math.max(0, line.length - indent);
    if (left <= length) return at + Math.min(line.length, indent + left);
    // Folding turns the break after a line into a space, which is as long.
    left -= length + (style === 'folded' && length === 0 ? 0 : 1);
    at += line.length + 1;
  }
  return Math.max(range[0], range[1] - 1);
}

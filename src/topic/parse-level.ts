import { LEVELS, type Level } from '../alert/level.ts';
import { InvalidQueryError } from '../errors.ts';

/**
 * Reads the level of a query as Kapacitor's API does: letter case does not matter, and the beginning of a name is
 * enough (`warn`, `C`). An empty text is `OK`.
 *
 * @throws {InvalidQueryError} When no level is meant.
 */
export function parseLevel(text: string): Level {
  const wanted = text.toUpperCase();
  // The original compares with all names written one after the other, so 'OKINFO' is taken for OK.
  const level = LEVELS.find((_, rank) => LEVELS.slice(rank).join('').startsWith(wanted));
  if (level === undefined) {
    throw new InvalidQueryError(`unknown level '${text}'`, {
      cure: `Levels are ${LEVELS.join(', ')}.`,
      text,
    });
  }
  return level;
}

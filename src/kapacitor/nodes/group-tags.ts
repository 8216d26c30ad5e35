import { compareBytes } from '../../alert/compare-bytes.ts';
import type { Call } from '../tickscript/call.ts';

/** The tags to group by: their names, sorted, or all. */
export type GroupTags = readonly string[] | '*';

/** Reads the arguments of `groupBy`: names, a list of names, or `*`. */
export function readGroupTags(call: Call): GroupTags {
  const values = call.args.flatMap(({ value }) => (value.type === 'list' ? value.value : [value]));
  if (values.some(({ type }) => type === 'star')) {
    if (values.length > 1) call.fail(`${call.name}() takes either * or names`);
    return '*';
  }
  return [...new Set(call.texts())].sort(compareBytes);
}

import * as v from 'valibot';
import { isMap } from '../../handler/is-map.ts';
import type { OptionEntries } from '../../handler/options.ts';
import { KIND_SECTIONS, LIST_SECTIONS } from './conf-sections.ts';

/** An environment variable that sets an option of a section. */
export interface EnvOverride {
  /** The variable. */
  readonly variable: string;
  /** The section. */
  readonly section: string;
  /** Which of the sections of that name; undefined for all. */
  readonly index: number | undefined;
  /** What follows: an option's name in capitals, and perhaps a number or a key. */
  readonly rest: string;
  readonly value: string;
}

/** The variables that speak of sections with handler kinds, by name. */
export function overridesIn(env: Readonly<Record<string, string | undefined>>): EnvOverride[] {
  const names = [...Object.keys(KIND_SECTIONS), 'alert', 'deadman'];
  return Object.entries(env)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([variable, value]) => {
      if (value === undefined) return [];
      const section = names.find((name) => variable.startsWith(prefixOf(name)));
      if (section === undefined) return [];
      const tail = variable.slice(prefixOf(section).length);
      const numbered = LIST_SECTIONS.has(section) ? /^(\d+)_(.+)$/.exec(tail) : null;
      const index = numbered === null ? undefined : Number(numbered[1]);
      return [{ variable, section, index, rest: numbered?.[2] ?? tail, value }];
    });
}

function prefixOf(section: string): string {
  return `KAPACITOR_${section.toUpperCase()}_`;
}

/** Sets what an override says in a section. Answers the option's name, or what is wrong. */
export function applyOverride(
  section: Record<string, unknown>,
  { rest, value }: EnvOverride,
  entries: OptionEntries,
): { readonly option: string } | { readonly reason: string } {
  const found = optionIn(rest, Object.keys(entries));
  if (found === undefined) return { reason: `there is no option ${rest.toLowerCase().replaceAll('_', '-')}` };
  const { option, tail } = found;
  const schema = entries[option];
  if (schema === undefined) return { reason: `there is no option ${option}` };
  const key = Object.keys(section).find((each) => each.toLowerCase() === option.toLowerCase()) ?? option;
  const before = Object.hasOwn(section, key) ? section[key] : undefined;
  if (tail === '') {
    const parsed = parseAs(schema, value);
    if (parsed === undefined) return { reason: `the value is not what ${option} wants` };
    section[key] = parsed;
  } else if (/^\d+$/.test(tail)) {
    const list: unknown[] = Array.isArray(before) ? [...before] : [];
    if (Number(tail) > list.length) return { reason: `${option} has no number ${tail}` };
    list[Number(tail)] = value;
    section[key] = list;
  } else {
    const map = isMap(before) ? before : {};
    const name = v.safeParse(schema, { [tail]: value }).success ? tail : tail.toLowerCase();
    section[key] = { ...map, [name]: value };
  }
  return { option };
}

/** The option whose name a variable goes on with; the longest, so that `url-title` is not taken for `url`. */
function optionIn(
  rest: string,
  options: readonly string[],
): { readonly option: string; readonly tail: string } | undefined {
  const byLength = [...options].sort((a, b) => b.length - a.length);
  for (const option of byLength) {
    const name = option.toUpperCase().replaceAll('-', '_');
    if (rest === name) return { option, tail: '' };
    if (rest.startsWith(`${name}_`)) return { option, tail: rest.slice(name.length + 1) };
  }
  return undefined;
}

/** The value of a variable as an option wants it: a text, TRUE or FALSE, a number, or a list with commas. */
function parseAs(schema: v.GenericSchema, value: string): unknown {
  const booleans: Readonly<Record<string, boolean>> = {
    true: true,
    t: true,
    1: true,
    false: false,
    f: false,
    0: false,
  };
  const candidates: unknown[] = [value];
  const lower = value.toLowerCase();
  if (Object.hasOwn(booleans, lower)) candidates.push(booleans[lower]);
  if (/^-?\d+(\.\d+)?$/.test(value)) candidates.push(Number(value));
  candidates.push(value.split(',').map((part) => part.trim()));
  return candidates.find((candidate) => v.safeParse(schema, candidate).success);
}

import * as v from 'valibot';
import { formatDuration, isGoDuration, parseDuration } from '../alert/go-duration.ts';
import { nearest } from '../alert/nearest.ts';
import type { StandardIssue, StandardResult, StandardSchema } from './standard-schema.ts';

/** `icon-emoji` and `recovery_action` as they are written in code: `iconEmoji`, `recoveryAction`. */
export type CamelCase<Name extends string> = Name extends `${infer Head}${'-' | '_'}${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name;

/** Option schemas by the name that a handler file uses. */
export type OptionEntries = Readonly<Record<string, v.GenericSchema>>;

/** What an options object may hold, each name as in a handler file or in camelCase. */
export type OptionsInput<Entries extends OptionEntries> = {
  readonly [Name in keyof Entries & string as Name | CamelCase<Name>]?:
    | v.InferInput<Entries[Name]>
    | undefined;
};

/** Checked options, named in camelCase. What was not given is absent. */
export type OptionsOutput<Entries extends OptionEntries> = {
  readonly [Name in keyof Entries & string as CamelCase<Name>]?: v.InferOutput<Entries[Name]>;
};

/** An options schema that {@link optionsSchema} made. It speaks Standard Schema. */
export interface OptionsSchema<Entries extends OptionEntries>
  extends StandardSchema<OptionsInput<Entries>, OptionsOutput<Entries>> {
  /** The option schemas by name, for docs and JSON Schema. */
  readonly entries: Entries;
  /** The names as in a handler file. */
  readonly names: readonly (keyof Entries & string)[];
  /** Whether names that it does not know do no harm. */
  readonly open?: boolean;
}

/** `icon-emoji` → `iconEmoji`. */
export function camelCase(name: string): string {
  return name.replace(/[-_]([a-z])/gi, (_, letter: string) => letter.toUpperCase());
}

/**
 * Makes the schema of a kind's options, or of its configuration. Names are accepted as Kapacitor accepts them
 * (letter case does not matter) and in camelCase, but once; unknown names are refused with the
 * nearest known one; `null` means not set, as it does there; values are never converted by guessing.
 *
 * @param entries A valibot schema by option name, as the name stands in handler files.
 */
export function optionsSchema<const Entries extends OptionEntries>(entries: Entries): OptionsSchema<Entries> {
  const names = Object.keys(entries);
  const byLowerCase = new Map<string, string>();
  for (const name of names) byLowerCase.set(camelCase(name).toLowerCase(), name);
  for (const name of names) byLowerCase.set(name.toLowerCase(), name);

  const validate = (input: unknown): StandardResult<OptionsOutput<Entries>> => {
    const given = input ?? {};
    if (typeof given !== 'object' || Array.isArray(given)) {
      return { issues: [{ message: `expected a map of options, got ${describe(given)}` }] };
    }
    const issues: StandardIssue[] = [];
    const chosen = new Map<string, { key: string; value: unknown }>();
    for (const [key, value] of Object.entries(given)) {
      const name = byLowerCase.get(key.toLowerCase());
      if (name === undefined) {
        const suggestion = nearest(key, names);
        const cure = suggestion
          ? ` Did you mean '${suggestion}'?`
          : ` Known options: ${names.join(', ') || 'none'}.`;
        issues.push({ message: `unknown option '${key}'.${cure}`, path: [key] });
        continue;
      }
      if (value === undefined) continue;
      const before = chosen.get(name);
      if (before === undefined) chosen.set(name, { key, value });
      else issues.push({ message: `option '${key}' is given twice, as '${before.key}' too`, path: [key] });
    }
    const output: Record<string, unknown> = {};
    for (const [name, { key, value }] of chosen) {
      const schema = entries[name];
      if (schema === undefined || value === null || value === undefined) continue;
      // A list is an object too, which is enough for valibot's record.
      if (schema.type === 'record' && Array.isArray(value)) {
        issues.push({ message: `${key}: expected ${expectedMap(schema)}, got a list`, path: [key] });
        continue;
      }
      const result = v.safeParse(schema, value);
      if (result.success) output[camelCase(name)] = result.output;
      else for (const issue of result.issues) issues.push(optionIssue(key, issue));
    }
    return issues.length > 0 ? { issues } : { value: output as OptionsOutput<Entries> };
  };

  return { entries, names, '~standard': { version: 1, vendor: 'tocsin', validate } };
}

function optionIssue(key: string, issue: v.BaseIssue<unknown>): StandardIssue {
  const below = (issue.path ?? []).map((item) => item.key as PropertyKey);
  const message =
    issue.kind === 'schema' ? `expected ${expectation(issue)}, got ${describe(issue.input)}` : issue.message;
  return { message: `${[key, ...below].join('.')}: ${message}`, path: [key, ...below] };
}

function expectedMap(schema: v.GenericSchema): string {
  return 'message' in schema && typeof schema.message === 'string' ? schema.message : 'a map';
}

function expectation(issue: v.BaseIssue<unknown>): string {
  return issue.message.startsWith('Invalid') ? (issue.expected ?? issue.type) : issue.message;
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  return `${typeof value === 'string' ? 'the text' : `the ${typeof value}`} ${JSON.stringify(String(value))}`;
}

/** A text option. */
export const text: v.StringSchema<'a text'> = v.string('a text');

/** A true or false option. */
export const flag: v.BooleanSchema<'true or false'> = v.boolean('true or false');

/** A text in a list or map; there, `null` is the empty text, as in Kapacitor. */
const textOrNull: v.GenericSchema<string | null, string> = v.pipe(
  v.nullable(text),
  v.transform((value) => value ?? ''),
);

/** A list of texts. */
export const texts: v.ArraySchema<typeof textOrNull, 'a list of texts'> = v.array(
  textOrNull,
  'a list of texts',
);

/** Texts by name. */
export const textMap: v.RecordSchema<
  v.StringSchema<undefined>,
  typeof textOrNull,
  'a map of texts'
> = v.record(v.string(), textOrNull, 'a map of texts');

/** A whole number. As in Kapacitor, a fraction is cut off. */
export const integer: v.GenericSchema<number | bigint, number> = v.pipe(
  v.union([v.pipe(v.number(), v.finite()), v.bigint()], 'a whole number'),
  v.transform((value) => Math.trunc(Number(value))),
);

/** A duration: text such as `10s`, or a whole number of nanoseconds. The output is milliseconds. */
export const duration: v.GenericSchema<string | number | bigint, number> = durationSchema(
  (text) => `'${text}' is no duration; write one such as 10s, 1m30s or 500ms`,
);

/**
 * A duration in a configuration: like {@link duration}, but its text is one that Go reads, and so Kapacitor in its
 * `kapacitor.conf`. Days and weeks are not among Go's units.
 */
export const configDuration: v.GenericSchema<string | number | bigint, number> = durationSchema((text) => {
  const nanoseconds = parseDuration(text);
  return nanoseconds === undefined
    ? `'${text}' is no duration; write one such as 10s, 1m30s or 500ms`
    : `'${text}' is no duration of a configuration, whose units are h, m, s, ms, us and ns; write ${formatDuration(nanoseconds)}`;
}, isGoDuration);

function durationSchema(
  refusal: (text: string) => string,
  allowed: (text: string) => boolean = () => true,
): v.GenericSchema<string | number | bigint, number> {
  return v.pipe(
    v.union(
      [v.string(), v.pipe(v.number(), v.finite()), v.bigint()],
      'a duration such as 10s, or a number of nanoseconds',
    ),
    v.rawTransform(({ dataset: { value }, addIssue, NEVER }) => {
      if (typeof value !== 'string') return Math.trunc(Number(value)) / 1e6;
      const nanoseconds = allowed(value) ? parseDuration(value) : undefined;
      if (nanoseconds !== undefined) return Number(nanoseconds) / 1e6;
      addIssue({ message: refusal(value) });
      return NEVER;
    }),
  );
}

/** A schema with a line on what it means, for docs and JSON Schema. */
export function described<Schema extends v.GenericSchema>(
  schema: Schema,
  meaning: string,
): v.SchemaWithPipe<readonly [Schema, v.DescriptionAction<v.InferOutput<Schema>, string>]> {
  return v.pipe(schema, v.description(meaning));
}

import * as v from 'valibot';
import {
  type OptionEntries,
  type OptionsInput,
  type OptionsOutput,
  optionsSchema,
} from '../../handler/options.ts';

/** The schema of options inside an option. */
export type NestedOptions<Entries extends OptionEntries> = v.GenericSchema<
  OptionsInput<Entries>,
  OptionsOutput<Entries>
>;

/**
 * Options inside an option. Their names are taken as those of the options themselves: in any letter case or in
 * camelCase; unknown ones are refused.
 */
export function nestedOptions<const Entries extends OptionEntries>(entries: Entries): NestedOptions<Entries> {
  const schema = optionsSchema(entries);
  const members = Object.entries(entries).map(([name, entry]) => [name, v.nullish(entry)] as const);
  return v.pipe(
    // For editors: the names as they are usually written.
    v.looseObject(Object.fromEntries(members), 'a map of options'),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const result = schema['~standard'].validate(dataset.value);
      if (!(result instanceof Promise) && result.issues === undefined) return result.value;
      if (!(result instanceof Promise)) for (const { message } of result.issues) addIssue({ message });
      return NEVER;
    }),
  ) as NestedOptions<Entries>;
}

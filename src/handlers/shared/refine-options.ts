import type { OptionEntries, OptionsOutput, OptionsSchema } from '../../handler/options.ts';
import type { StandardIssue } from '../../handler/standard-schema.ts';

/**
 * An options schema that also checks what no single option can tell: options that are missing, or that do
 * not fit together. `check` runs on options that are right one by one, and returns what is wrong.
 */
export function refineOptions<Entries extends OptionEntries>(
  schema: OptionsSchema<Entries>,
  check: (options: OptionsOutput<Entries>) => readonly StandardIssue[],
): OptionsSchema<Entries> {
  const { validate } = schema['~standard'];
  return {
    ...schema,
    '~standard': {
      ...schema['~standard'],
      validate: (input) => {
        const result = validate(input);
        if (result instanceof Promise || result.issues) return result;
        const issues = check(result.value);
        return issues.length > 0 ? { issues } : result;
      },
    },
  };
}

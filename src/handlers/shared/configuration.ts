import { KindConfigurationError } from '../../errors.ts';
import type { OptionEntries, OptionsOutput, OptionsSchema } from '../../handler/options.ts';

/**
 * Checks the configuration that a kind was given in code.
 *
 * @throws {KindConfigurationError} Naming everything that is wrong with it.
 */
export function parseConfiguration<Entries extends OptionEntries>(
  kind: string,
  schema: OptionsSchema<Entries>,
  configuration: unknown,
): OptionsOutput<Entries> {
  const result = schema['~standard'].validate(configuration ?? {});
  if (result instanceof Promise) throw new KindConfigurationError(kind, 'its schema answers with a promise');
  if (result.issues) {
    throw new KindConfigurationError(kind, result.issues.map(({ message }) => message).join('; '));
  }
  return result.value;
}

import { KapacitorConfError, MissingDependencyError } from '../../errors.ts';

/** A table of a TOML text. */
export type Table = Record<string, unknown>;

/**
 * Parses a TOML text.
 *
 * @throws {KapacitorConfError} When it is none, with line and column.
 * @throws {MissingDependencyError} When `smol-toml` is not installed.
 */
export async function parseToml(source: string, file: string | undefined): Promise<Table> {
  let toml: typeof import('smol-toml');
  try {
    toml = await import('smol-toml');
  } catch (cause) {
    throw new MissingDependencyError('reader of kapacitor.conf', 'smol-toml', cause);
  }
  try {
    return toml.parse(source.startsWith('\ufeff') ? source.slice(1) : source);
  } catch (error) {
    if (!(error instanceof toml.TomlError)) throw error;
    const { line, column } = error;
    const [first = ''] = error.message.replace(/^Invalid TOML document: /, '').split('\n');
    const lines = source.split('\n').slice(0, line - 1);
    const offset = lines.reduce((sum, each) => sum + each.length + 1, 0) + column - 1;
    const position = { line, column, offset, ...(file !== undefined && { file }) };
    throw new KapacitorConfError([{ reason: `this is no TOML: ${first}`, path: [], position }], {
      ...(file !== undefined && { file }),
      cause: error,
    });
  }
}

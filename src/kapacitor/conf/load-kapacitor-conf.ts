import { KapacitorConfError } from '../../errors.ts';
import { ConfReader, type Makers } from './conf-reader.ts';
import type { KapacitorConf } from './kapacitor-conf.ts';
import { KeyPlaces } from './key-places.ts';
import { parseToml } from './parse-toml.ts';

/** What `loadKapacitorConf` may be told. */
export interface LoadKapacitorConfOptions {
  /** The environment, for overrides such as `KAPACITOR_SLACK_0_URL`. @default process.env; `{}` for none */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The file that the text came from, for messages. */
  readonly file?: string;
}

/**
 * Reads a `kapacitor.conf`: makes handler kinds of its alert sections. Needs the package `smol-toml`.
 *
 * @throws {KapacitorConfError} With everything that is wrong, each with line and column.
 * @throws {MissingDependencyError} When `smol-toml` is not installed.
 *
 * @example
 * ```ts
 * import { TopicRegistry } from 'tocsin';
 * import { loadKapacitorConf, loadTickscriptFile } from 'tocsin/kapacitor';
 *
 * const conf = await loadKapacitorConf('[slack]\nenabled = true\nurl = "https://hooks.slack.example/T0"\nglobal = true');
 * const alerts = new TopicRegistry({ kinds: conf.kinds });
 * const task = await loadTickscriptFile('tasks/cpu.tick', { conf });
 * await task.publishTo(alerts);
 * ```
 */
export async function loadKapacitorConf(
  source: string,
  options: LoadKapacitorConfOptions = {},
): Promise<KapacitorConf> {
  const { env = typeof process === 'undefined' ? {} : process.env, file } = options;
  const toml = await parseToml(source, file);
  const makers = await import('../../handlers/index.ts');
  return new ConfReader(toml, new KeyPlaces(source, file), makers as unknown as Makers, file).read(env);
}

/**
 * Reads a `kapacitor.conf` from a file. Needs Node and the package `smol-toml`.
 *
 * @throws {KapacitorConfError} When the file cannot be read, and as {@link loadKapacitorConf} does.
 */
export async function loadKapacitorConfFile(
  file: string,
  options: LoadKapacitorConfOptions = {},
): Promise<KapacitorConf> {
  const { readFile } = await import('node:fs/promises');
  let source: string;
  try {
    source = await readFile(file, 'utf8');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new KapacitorConfError([{ reason: `the file cannot be read: ${why}`, path: [] }], { file, cause });
  }
  return loadKapacitorConf(source, { file, ...options });
}

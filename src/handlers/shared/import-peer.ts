import { MissingDependencyError } from '../../errors.ts';

/**
 * Imports the client library of a kind, an optional peer dependency.
 *
 * @throws {MissingDependencyError} With the install command, when it is not there.
 */
export async function importPeer<Module>(
  kind: string,
  packageName: string,
  load: () => Promise<Module>,
): Promise<Module> {
  try {
    return await load();
  } catch (error) {
    if (isMissing(error)) throw new MissingDependencyError(kind, packageName, error);
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
}

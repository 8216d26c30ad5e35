import { MissingDependencyError } from '../../errors.ts';
import { errorCode, errorText } from './system-error.ts';

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
    if (isMissing(error, packageName))
      throw new MissingDependencyError(`${kind} handler`, packageName, error);
    throw error;
  }
}

/** Whether it is the package itself that is missing, and not something that the package needs. */
function isMissing(error: unknown, packageName: string): boolean {
  const code = errorCode(error);
  const missing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
  return missing && errorText(error).includes(`'${packageName}`);
}

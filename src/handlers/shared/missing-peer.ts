import { MissingDependencyError } from '../../errors.ts';
import { errorCode, errorText } from './system-error.ts';

/**
 * What to do when the client library of a kind, an optional peer dependency, cannot be imported. It is made for the `catch` of
 * the import itself: a bundler that does not find the package then leaves the question to the run, where it is answered.
 *
 * @throws {MissingDependencyError} With the install command, when it is not there.
 */
export function missingPeer(kind: string, packageName: string): (error: unknown) => never {
  return (error) => {
    if (isMissing(error, packageName)) {
      throw new MissingDependencyError(`${kind} handler`, packageName, error);
    }
    throw error;
  };
}

/** Whether it is the package itself that is missing, and not something that the package needs. */
function isMissing(error: unknown, packageName: string): boolean {
  const code = errorCode(error);
  const missing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
  return missing && errorText(error).includes(`'${packageName}`);
}

import { hasSecretReference } from '../../handler/secrets.ts';
import { fileProblem, readFileNow } from './read-file.ts';
import { errorText } from './system-error.ts';
import type { TransportOptions } from './transport.ts';

/** What is wrong with the files of a section's TLS settings, if anything. References to secrets pass. */
export function tlsProblem(
  section: Pick<TransportOptions, 'sslCa' | 'sslCert' | 'sslKey'>,
): string | undefined {
  const { sslCa, sslCert, sslKey } = section;
  if (Boolean(sslCert) !== Boolean(sslKey))
    return 'ssl-cert and ssl-key come together, but only one is given';
  const files = { 'ssl-ca': sslCa, 'ssl-cert': sslCert, 'ssl-key': sslKey };
  for (const [name, path] of Object.entries(files)) {
    const problem = path && !hasSecretReference(path) ? fileProblem(path) : undefined;
    if (problem !== undefined) return `${name} cannot be read: ${problem}`;
  }
  return sslCert && sslKey && !hasSecretReference(sslCert + sslKey)
    ? pairProblem(sslCert, sslKey)
    : undefined;
}

function pairProblem(certPath: string, keyPath: string): string | undefined {
  const tls = globalThis.process?.getBuiltinModule?.('node:tls');
  try {
    tls?.createSecureContext({ cert: readFileNow(certPath), key: readFileNow(keyPath) });
    return undefined;
  } catch (error) {
    return `ssl-cert and ssl-key are no certificate with its key: ${errorText(error)}`;
  }
}

import { hasSecretReference } from '../../handler/secrets.ts';
import { fileProblem } from './read-file.ts';
import type { TransportOptions } from './transport.ts';

/** What is wrong with the files of a section's TLS settings, if anything. References to secrets pass. */
export function tlsProblem(
  section: Pick<TransportOptions, 'sslCa' | 'sslCert' | 'sslKey'>,
): string | undefined {
  const { sslCa, sslCert, sslKey } = section;
  if (Boolean(sslCert) !== Boolean(sslKey))
    return 'ssl-cert and ssl-key come together, but only one is given';
  for (const [name, path] of Object.entries({ 'ssl-ca': sslCa, 'ssl-cert': sslCert, 'ssl-key': sslKey })) {
    if (!path || hasSecretReference(path)) continue;
    const problem = fileProblem(path);
    if (problem !== undefined) return `${name} cannot be read: ${problem}`;
  }
  return undefined;
}

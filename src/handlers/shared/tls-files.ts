import { readFileSync } from 'node:fs';
import { KindConfigurationError } from '../../errors.ts';
import { errorText } from './system-error.ts';

/** The TLS settings of a section whose client takes Node's TLS options. */
export interface TlsSettings {
  readonly sslCa?: string;
  readonly sslCert?: string;
  readonly sslKey?: string;
  readonly insecureSkipVerify?: boolean;
}

/** The same as Node's TLS options. */
export interface TlsFiles {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly rejectUnauthorized: boolean;
}

/**
 * Reads the files of the TLS settings. It is done when a kind is configured, to find at once what is missing,
 * and again for each connection, since certificates are renewed.
 *
 * @throws {KindConfigurationError} When one cannot be read.
 */
export function readTlsFiles(kind: string, settings: TlsSettings): TlsFiles {
  const { sslCa, sslCert, sslKey, insecureSkipVerify = false } = settings;
  if (Boolean(sslCert) !== Boolean(sslKey)) {
    throw new KindConfigurationError(kind, 'ssl-cert and ssl-key come together, but only one is given');
  }
  const read = (name: string, path: string): string => {
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      throw new KindConfigurationError(kind, `${name} cannot be read: ${errorText(error)}`, { cause: error });
    }
  };
  return {
    ...(sslCa && { ca: read('ssl-ca', sslCa) }),
    ...(sslCert && { cert: read('ssl-cert', sslCert) }),
    ...(sslKey && { key: read('ssl-key', sslKey) }),
    rejectUnauthorized: !insecureSkipVerify,
  };
}

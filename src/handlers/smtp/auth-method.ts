/** Who logs in. */
export interface Login {
  readonly username: string;
  readonly password: string;
}

/** A way to log in to a mail server. */
export type AuthMethod = 'CRAM-MD5' | 'PLAIN' | 'LOGIN';

/**
 * Chooses the way to log in from a server's answer to EHLO: the one that never sends the password, if it is
 * offered; PLAIN also when the server offers only what is not known here, and so gets to refuse it. `undefined`
 * when it offers no login.
 */
export function authMethod(ehlo: string): AuthMethod | undefined {
  const offered = new Set<string>();
  for (const line of ehlo.split(/\r?\n/)) {
    const [, keyword = '', parameters = ''] = /^250[- ](AUTH)[ =](.*)$/i.exec(line) ?? [];
    if (keyword !== '') for (const method of parameters.toUpperCase().split(/[\s=]+/)) offered.add(method);
  }
  if (offered.size === 0) return undefined;
  return (['CRAM-MD5', 'PLAIN', 'LOGIN'] as const).find((method) => offered.has(method)) ?? 'PLAIN';
}

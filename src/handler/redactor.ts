const SHORTEST_SECRET = 4;

/**
 * Knows the secrets of a registry and strikes them out of texts.
 *
 * @example
 * ```ts
 * import { Redactor } from 'tocsin';
 *
 * const redactor = new Redactor();
 * redactor.add('xoxb-1234');
 * redactor.redact('401 for xoxb-1234'); // '401 for ***'
 * ```
 */
export class Redactor {
  readonly #secrets = new Set<string>();

  /**
   * Takes note of a secret, also as it looks in a URL or in JSON. Texts shorter than four characters are left
   * alone: they would strike out half of every message.
   */
  add(secret: string): void {
    if (secret.length < SHORTEST_SECRET) return;
    this.#secrets.add(secret);
    this.#secrets.add(encodeURIComponent(secret.toWellFormed()));
    this.#secrets.add(JSON.stringify(secret).slice(1, -1));
  }

  /** The text with every known secret replaced by `***`. */
  redact(text: string): string {
    let result = text;
    // The longest first, since a secret can be part of another (a token inside a URL).
    for (const secret of [...this.#secrets].sort((a, b) => b.length - a.length)) {
      result = result.replaceAll(secret, '***');
    }
    return result;
  }
}

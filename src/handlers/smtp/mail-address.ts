/** A mail address with the name to show for it. */
export interface MailAddress {
  readonly name: string;
  readonly address: string;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get into an SMTP command.
const ADDRESS = /^[^\s<>@,;:"()[\]\\\x00-\x1f\x7f]+@[^\s<>@,;:"()\\\x00-\x1f\x7f]+$/;
const WITH_NAME = /^(.*?)\s*<([^<>]*)>$/s;

/**
 * Reads `ops@example.org`, `<ops@example.org>` or `Ops Team <ops@example.org>`. It is always one address, never
 * a list: `undefined` when it is not.
 */
export function parseMailAddress(text: string): MailAddress | undefined {
  const trimmed = text.trim();
  const [, shown = '', inner = trimmed] = WITH_NAME.exec(trimmed) ?? [];
  const address = inner.trim();
  if (!ADDRESS.test(address)) return undefined;
  const quoted = /^"((?:[^"\\]|\\.)*)"$/s.exec(shown);
  const name = quoted?.[1] === undefined ? shown : quoted[1].replace(/\\(.)/gs, '$1');
  return { name: name.replace(/[\r\n]+/g, ' '), address };
}

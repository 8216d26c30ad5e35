/** What a mail says, whoever put it into MIME. */
export interface DecodedMail {
  /** By name in lower case, unfolded and decoded. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Decodes a mail of one part. */
export function decodeMail(raw: string): DecodedMail {
  const end = raw.indexOf('\r\n\r\n');
  const head = raw.slice(0, end).replace(/\r\n[ \t]/g, ' ');
  const headers: Record<string, string> = {};
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = decodeWords(line.slice(colon + 1).trim());
  }
  const encoding = headers['content-transfer-encoding'] ?? '7bit';
  const body = raw.slice(end + 4);
  return { headers, body: encoding === 'quoted-printable' ? decodeQuotedPrintable(body) : body };
}

function decodeWords(text: string): string {
  return text
    .replace(/(\?=)\s+(=\?)/g, '$1$2')
    .replace(/(?:=\?utf-8\?[qb]\?[^?]*\?=)+/gi, (words) =>
      Buffer.concat([...words.matchAll(/=\?utf-8\?([qb])\?([^?]*)\?=/gi)].map(wordBytes)).toString('utf8'),
    );
}

function wordBytes([, encoding = '', text = '']: RegExpMatchArray): Buffer {
  if (encoding.toLowerCase() === 'b') return Buffer.from(text, 'base64');
  return quotedBytes(text.replaceAll('_', ' '));
}

function decodeQuotedPrintable(text: string): string {
  return quotedBytes(text.replace(/=\r\n/g, '')).toString('utf8');
}

function quotedBytes(text: string): Buffer {
  const parts = text.split(/=([0-9a-f]{2})/i);
  return Buffer.concat(
    parts.map((part, index) => (index % 2 === 1 ? Buffer.from(part, 'hex') : Buffer.from(part, 'utf8'))),
  );
}

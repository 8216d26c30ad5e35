/**
 * The beginning of a text that fits into `limit` bytes of UTF-8. Services count bytes and Kapacitor cuts there, so
 * what is left of a divided character comes out as it does in Go: one U+FFFD for each of its bytes.
 */
export function cutBytes(text: string, limit: number): string {
  // No UTF-16 unit takes more than three bytes.
  if (text.length * 3 <= limit) return text;
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    const size = byteLength(character);
    if (bytes + size > limit) return text.slice(0, end) + '\ufffd'.repeat(limit - bytes);
    bytes += size;
    end += character.length;
  }
  return text;
}

function byteLength(character: string): number {
  const codePoint = character.codePointAt(0) ?? 0;
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}

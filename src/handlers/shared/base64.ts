/** A text's UTF-8 bytes in the URL-safe alphabet of base64, padded. */
export function base64Url(text: string): string {
  const bytes = Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
  return btoa(bytes).replaceAll('+', '-').replaceAll('/', '_');
}

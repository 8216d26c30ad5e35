/** A text cut to `limit` UTF-16 units, its end replaced by an ellipsis; services refuse what is longer. */
export function ellipsize(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const last = text.charCodeAt(limit - 2);
  // The first half of a surrogate pair is no character.
  const end = last >= 0xd800 && last <= 0xdbff ? limit - 2 : limit - 1;
  return `${text.slice(0, end)}…`;
}

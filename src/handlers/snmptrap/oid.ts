/**
 * An object identifier such as `1.3.6.1.4.1.99.7`, without the dot that may stand before it. `undefined` when the
 * text is none.
 */
export function parseOid(text: string): string | undefined {
  const oid = text.startsWith('.') ? text.slice(1) : text;
  if (!/^\d+(\.\d+)+$/.test(oid)) return undefined;
  const numbers = oid.split('.').map(Number);
  if (numbers.some((number) => number > 0xff_ff_ff_ff)) return undefined;
  const [first = 0, second = 0] = numbers;
  // Both share a byte on the wire.
  return first <= 2 && (first === 2 ? second <= 47 : second <= 39) ? numbers.join('.') : undefined;
}

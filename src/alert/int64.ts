/**
 * A 64-bit integer: a `number` while it is a safe integer, a `bigint` beyond, so that the common path stays
 * in numbers and nothing is lost.
 */
export type Int64 = number | bigint;

/** Brings a bigint into the int64 range (wrapping around) and into the form that {@link Int64} prescribes. */
export function int64(value: bigint): Int64 {
  const wrapped = BigInt.asIntN(64, value);
  const small = Number(wrapped);
  return Number.isSafeInteger(small) ? small : wrapped;
}

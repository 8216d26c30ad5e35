import { formatRFC3339, NanoDate } from '../../../src/alert/nano-date.ts';
import { fromBytes, toBytes } from '../../../src/lambda/byte-string.ts';
import { Duration, type LambdaValue, Regex, type ScopeValue } from '../../../src/lambda/index.ts';

/** A typed value in a vector: `{"type": "int", "value": "5"}`. */
export interface VectorValue {
  readonly type: string;
  readonly value?: string | number | boolean;
  readonly valueBase64?: string;
}

/** A vector's value as a scope holds it. */
export function fromVector({ type, value, valueBase64 }: VectorValue): ScopeValue {
  switch (type) {
    case 'missing':
      return undefined;
    case 'int':
      return BigInt(String(value));
    case 'duration':
      return new Duration(BigInt(String(value)));
    case 'float':
      return float(value);
    case 'time':
      return NanoDate.fromRFC3339(String(value));
    case 'regex':
      return new Regex(String(value));
    case 'bool':
      return value === true;
    case 'string':
      return valueBase64 === undefined ? String(value) : fromBytes(Buffer.from(valueBase64, 'base64'));
    default:
      throw new Error(`a vector has a value of type ${type}`);
  }
}

function float(value: VectorValue['value']): number {
  return value === '+Inf' ? Infinity : value === '-Inf' ? -Infinity : Number(value);
}

/** A result as a vector writes it. */
export function toVector(value: LambdaValue): VectorValue {
  if (typeof value === 'bigint') return { type: 'int', value: String(value) };
  if (typeof value === 'boolean') return { type: 'bool', value };
  if (typeof value === 'string') {
    const text = { type: 'string', value: value.toWellFormed() };
    return value.isWellFormed()
      ? text
      : { ...text, valueBase64: Buffer.from(toBytes(value)).toString('base64') };
  }
  if (value instanceof Duration) return { type: 'duration', value: String(value.nanoseconds) };
  if (value instanceof Date) return { type: 'time', value: formatRFC3339(value) };
  if (value instanceof Regex) return { type: 'regex', value: value.source };
  if (Number.isFinite(value)) return { type: 'float', value };
  return { type: 'float', value: Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf' };
}

/** Whether an answer is the vector's. `approx` allows a relative error of 1e-14, `unsigned` another sign of zero. */
export function sameValue(
  expected: VectorValue,
  got: VectorValue,
  { approx, unsigned }: { readonly approx: boolean; readonly unsigned: boolean },
): boolean {
  if (expected.type !== got.type) return false;
  if (expected.type !== 'float')
    return expected.value === got.value && expected.valueBase64 === got.valueBase64;
  const [a, b] = [float(expected.value), float(got.value)];
  return (
    Object.is(a, b) ||
    (unsigned && a === b) ||
    (approx && Math.abs(a - b) <= 1e-14 * Math.max(Math.abs(a), Math.abs(b)))
  );
}

/** The significant digits of a number, without leading or trailing zeros, and where the point is: 0.digits × 10^point. */
export interface Decimal {
  readonly digits: string;
  readonly point: number;
}

/** The fewest digits that tell a float apart from its neighbours. */
export function shortestDecimal(value: number, bits: number): Decimal {
  const size = Math.abs(value);
  if (bits !== 32) return fromExponential(size.toExponential());
  const exact = exactDecimal(size);
  for (let count = 1; count < 9; count++) {
    const rounded = roundDecimal(exact, count);
    if (Math.fround(Number(`0.${rounded.digits}e${rounded.point}`)) === size) return rounded;
  }
  return roundDecimal(exact, 9);
}

/** All the digits of a float: binary fractions end, after up to some thousand. */
export function exactDecimal(value: number): Decimal {
  const size = Math.abs(value);
  if (size === 0) return { digits: '', point: 0 };
  const { mantissa, exponent } = binaryParts(size);
  if (exponent >= 0) return normal(String(mantissa << BigInt(exponent)), 0);
  return normal(String(mantissa * 5n ** BigInt(-exponent)), exponent);
}

/** Cuts a number to a count of digits: to the nearest, and to the even one where both are as near. */
export function roundDecimal({ digits, point }: Decimal, count: number): Decimal {
  if (count >= digits.length) return { digits, point };
  if (count < 0) return { digits: '', point: 0 };
  const kept = digits.slice(0, count);
  const next = digits.charAt(count);
  const exactlyHalf = next === '5' && count + 1 === digits.length;
  const odd = count > 0 && Number(kept.charAt(count - 1)) % 2 === 1;
  const up = exactlyHalf ? odd : next >= '5';
  if (!up) return trimmed(kept, point);
  const raised = String(BigInt(kept === '' ? '0' : kept) + 1n).padStart(count, '0');
  return trimmed(raised, point + raised.length - count);
}

/** A positive float as mantissa × 2^exponent. */
export function binaryParts(size: number): { readonly mantissa: bigint; readonly exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, size);
  const bits = view.getBigUint64(0);
  const exponent = Number(bits >> 52n) & 0x7ff;
  const fraction = bits & 0xfffffffffffffn;
  return exponent === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | 0x10000000000000n, exponent: exponent - 1075 };
}

function fromExponential(text: string): Decimal {
  const [digits = '', exponent = '0'] = text.split('e');
  const plain = digits.replace('.', '');
  return plain === '0' ? { digits: '', point: 0 } : trimmed(plain, Number(exponent) + 1);
}

function normal(integer: string, exponent: number): Decimal {
  return trimmed(integer, integer.length + exponent);
}

function trimmed(digits: string, point: number): Decimal {
  let end = digits.length;
  while (end > 0 && digits.charAt(end - 1) === '0') end--;
  return { digits: digits.slice(0, end), point };
}

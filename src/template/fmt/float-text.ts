import { binaryParts, type Decimal, exactDecimal, roundDecimal, shortestDecimal } from './decimal.ts';

/** The forms that a float can be printed in, as in `%e`, `%f`, `%g`, `%x` and `%b`. */
export type FloatForm = 'e' | 'E' | 'f' | 'g' | 'G' | 'x' | 'X' | 'b';

/**
 * Prints a float as Go does.
 *
 * @param precision Digits behind the point (`e`, `f`, `x`) or in all (`g`); -1 for as few as are needed.
 */
export function floatText(value: number, form: FloatForm, precision: number, bits: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value < 0 ? '-Inf' : '+Inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const size = Math.abs(value);
  if (form === 'b') return sign + binary(size, bits);
  if (form === 'x' || form === 'X') {
    const text = hexadecimal(size, precision);
    return sign + (form === 'X' ? text.toUpperCase() : text);
  }
  if (form === 'f') return sign + fixed(size, precision, bits);
  if (form === 'e' || form === 'E') {
    const decimal =
      precision < 0 ? shortestDecimal(size, bits) : roundDecimal(exactDecimal(size), precision + 1);
    return sign + exponential(decimal, precision < 0 ? decimal.digits.length - 1 : precision, form);
  }
  return sign + general(size, precision, bits, form === 'g' ? 'e' : 'E');
}

/** Prints a float as `%v` does. */
export function shortFloatText(value: number, bits: number): string {
  const size = Math.abs(value);
  // Within these bounds JavaScript prints the same digits, without an exponent too.
  if (bits === 64 && size >= 1e-4 && size < 1e6) return String(value);
  return floatText(value, 'g', -1, bits);
}

function fixed(size: number, precision: number, bits: number): string {
  if (precision < 0) return plain(shortestDecimal(size, bits), -1);
  // toFixed rounds the exact value too, but halves up. A half has one binary digit more than the precision.
  if (size < 1e21 && precision <= 100 && (size * 2 ** (precision + 1)) % 2 !== 1) {
    return size.toFixed(precision);
  }
  const exact = exactDecimal(size);
  return plain(roundDecimal(exact, exact.point + precision), precision);
}

function general(size: number, precision: number, bits: number, e: 'e' | 'E'): string {
  const shortest = precision < 0;
  const wanted = precision === 0 ? 1 : precision;
  const decimal = shortest ? shortestDecimal(size, bits) : roundDecimal(exactDecimal(size), wanted);
  const { digits, point } = decimal;
  const exact = digits.length;
  const limit = shortest ? 6 : wanted > exact && exact >= point ? exact : wanted;
  const exponent = exact === 0 ? -1 : point - 1;
  if (exponent < -4 || exponent >= limit) return exponential(decimal, Math.max(exact - 1, 0), e);
  return plain(decimal, Math.max(exact - point, 0));
}

/** Digits around a point; a precision of -1 takes as many as there are. */
function plain({ digits, point }: Decimal, precision: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0';
  const behind = '0'.repeat(Math.max(0, Math.min(-point, precision < 0 ? -point : precision)));
  const fraction = behind + digits.slice(Math.max(point, 0));
  const length = precision < 0 ? fraction.length : precision;
  return length === 0 ? whole : `${whole}.${fraction.slice(0, length).padEnd(length, '0')}`;
}

function exponential({ digits, point }: Decimal, precision: number, e: 'e' | 'E'): string {
  const exponent = digits === '' ? 0 : point - 1;
  const first = digits.charAt(0) || '0';
  const rest = precision > 0 ? `.${digits.slice(1).padEnd(precision, '0')}` : '';
  return `${first}${rest}${e}${exponentText(exponent)}`;
}

function exponentText(exponent: number): string {
  return `${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function binary(size: number, bits: number): string {
  if (bits === 32) return binary32(size);
  const { mantissa, exponent } = size === 0 ? { mantissa: 0n, exponent: -1074 } : binaryParts(size);
  return `${mantissa}p${exponent < 0 ? '' : '+'}${exponent}`;
}

function binary32(size: number): string {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, size);
  const word = view.getUint32(0);
  const biased = word >>> 23;
  const exponent = (biased === 0 ? 1 : biased) - 150;
  const mantissa = (word & 0x7fffff) | (biased === 0 ? 0 : 0x800000);
  return `${mantissa}p${exponent < 0 ? '' : '+'}${exponent}`;
}

/** `0x1.8p+01`: one digit, the fraction, a power of two. */
function hexadecimal(size: number, precision: number): string {
  if (size === 0) return `0x0${precision > 0 ? `.${'0'.repeat(precision)}` : ''}p+00`;
  let { mantissa, exponent } = binaryParts(size);
  while (mantissa < 0x10000000000000n) {
    mantissa <<= 1n;
    exponent--;
  }
  exponent += 52;
  let digits = 13;
  if (precision >= 0 && precision < 13) {
    const cut = BigInt(4 * (13 - precision));
    const half = 1n << (cut - 1n);
    const rest = mantissa & ((1n << cut) - 1n);
    mantissa >>= cut;
    if (rest > half || (rest === half && mantissa % 2n === 1n)) mantissa++;
    digits = precision;
    if (mantissa >> BigInt(4 * digits) === 2n) {
      mantissa >>= 1n;
      exponent++;
    }
  }
  const text = mantissa.toString(16);
  const fraction = precision < 0 ? text.slice(1).replace(/0+$/, '') : text.slice(1).padEnd(precision, '0');
  const first = text.charAt(0);
  return `0x${first}${fraction === '' || digits === 0 ? '' : `.${fraction}`}p${exponentText(exponent)}`;
}

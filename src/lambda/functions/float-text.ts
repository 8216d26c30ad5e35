/** A float in digits, without exponent, as few as are needed to read it back; `NaN`, `+Inf`, `-Inf`. */
export function floatText(value: number): string {
  if (Object.is(value, -0)) return '-0';
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  const [, sign = '', whole = '', fraction = '', exponent = ''] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value)) ?? [];
  if (exponent === '') return String(value);
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return `${sign}${digits.padEnd(point, '0')}${point < digits.length ? `.${digits.slice(point)}` : ''}`;
}

const DECIMAL = /^[+-]?(\d[\d_]*\.?[\d_]*|\.[\d_]+)([eE][+-]?\d[\d_]*)?$/;
const HEXADECIMAL = /^([+-]?)0[xX]([0-9a-fA-F_]*)\.?([0-9a-fA-F_]*)[pP]([+-]?[0-9][0-9_]*)$/;
const MISPLACED_UNDERSCORE = /_(?!\d)|(?<!\d)_/;
const MISPLACED_UNDERSCORE_HEXADECIMAL = /_(?![0-9a-fA-F])|(?<![0-9a-fA-FxX])_/;

/**
 * Reads a float as Go does: decimal or hexadecimal, underscores between digits, infinities and `nan`.
 * `undefined` when the text is none, `range` when it is too large.
 */
export function parseFloatText(text: string): number | 'range' | undefined {
  if (/^[+-]?inf(inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (/^nan$/i.test(text)) return Number.NaN;
  const hexadecimal = HEXADECIMAL.exec(text);
  if (hexadecimal === null && !DECIMAL.test(text)) return undefined;
  const misplaced = hexadecimal === null ? MISPLACED_UNDERSCORE : MISPLACED_UNDERSCORE_HEXADECIMAL;
  if (text.includes('_') && misplaced.test(text)) return undefined;
  const plain = text.replaceAll('_', '');
  const value =
    hexadecimal === null ? Number(plain) : hexadecimalFloat(HEXADECIMAL.exec(plain) ?? hexadecimal);
  return value === undefined || Number.isFinite(value) ? value : 'range';
}

function hexadecimalFloat([, sign, whole = '', fraction = '', exponent = '']: RegExpExecArray):
  | number
  | undefined {
  if (whole + fraction === '') return undefined;
  const mantissa = BigInt(`0x${whole}${fraction}`);
  const power = Number(exponent) - 4 * fraction.length;
  const size = magnitude(mantissa, power);
  return sign === '-' ? -size : size;
}

/** `mantissa` × 2^`power`, rounded once. */
function magnitude(mantissa: bigint, power: number): number {
  if (mantissa === 0n) return 0;
  const bits = mantissa.toString(2).length + power;
  if (bits > 1024) return Infinity;
  if (bits < -1100) return 0;
  if (power >= 0) return Number(mantissa << BigInt(power));
  // 2^-n is 5^n / 10^n, and a decimal is what the platform rounds correctly.
  return Number(`${mantissa * 5n ** BigInt(-power)}e${power}`);
}

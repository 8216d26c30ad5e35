const TRUE = new Set(['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON']);
const FALSE = new Set(['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF']);
const NULL = new Set(['', '~', 'null', 'Null', 'NULL']);
const INFINITY = /^[-+]?\.(?:inf|Inf|INF)$/;
const NOT_A_NUMBER = new Set(['.nan', '.NaN', '.NAN']);
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const INTEGER = /^([-+]?)(0x[0-9a-f]+|0b[01]+|0o[0-7]+|0[0-7]+|0|[1-9][0-9]*)$/i;

/** What a plain scalar can be. Integers are exact. */
export type YamlScalar = string | number | bigint | boolean | null;

/**
 * What a plain (unquoted) scalar means in YAML 1.1 as Kapacitor's reader takes it: `yes`, `on` and `y` are true, `010`
 * is 8, `1_000` is 1000; times and base-60 numbers stay texts.
 */
export function readYamlScalar(source: string): YamlScalar {
  if (NULL.has(source)) return null;
  if (TRUE.has(source)) return true;
  if (FALSE.has(source)) return false;
  if (INFINITY.test(source)) return source.startsWith('-') ? -Infinity : Infinity;
  if (NOT_A_NUMBER.has(source)) return Number.NaN;
  if (!/^[-+.0-9]/.test(source)) return source;
  const digits = source.replaceAll('_', '');
  const integer = INTEGER.exec(digits);
  if (integer !== null) {
    const [, sign, magnitude = '0'] = integer;
    const value = BigInt(/^0[0-7]+$/.test(magnitude) ? `0o${magnitude}` : magnitude.toLowerCase());
    const signed = sign === '-' ? -value : value;
    // Beyond 64 bits it is read as a float.
    return signed >= -(2n ** 63n) && signed < 2n ** 64n ? signed : Number(signed);
  }
  // What is beyond the greatest float is a text again.
  return FLOAT.test(digits) && Number.isFinite(Number(digits)) ? Number(digits) : source;
}

/** How a scalar looks where a text is expected, as with `id: 1.50`, which is the id `1.5`. */
export function yamlScalarText(value: string | number | bigint | boolean): string {
  return typeof value === 'number' ? float32Text(value) : String(value);
}

/** A float as Go prints it with `%g` and 32 bits, which is what Kapacitor's reader does with it. */
function float32Text(value: number): string {
  const single = Math.fround(value);
  if (!Number.isFinite(single)) return Number.isNaN(single) ? 'NaN' : single < 0 ? '-Inf' : '+Inf';
  if (single === 0) return Object.is(single, -0) ? '-0' : '0';
  let shortest = single.toExponential();
  for (let digits = 0; digits < 9; digits++) {
    shortest = single.toExponential(digits);
    if (Math.fround(Number(shortest)) === single) break;
  }
  const [mantissa = '', exponent = ''] = shortest.split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(Number(shortest));
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

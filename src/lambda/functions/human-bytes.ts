import type { Int64 } from '../../alert/int64.ts';
import { truncateToInt } from '../int64-arithmetic.ts';
import { type LambdaFunction, signature } from '../lambda-function.ts';

const SIZES = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'] as const;
const HALF = 2 ** 63;

/** A number of bytes in decimal units, with one decimal below 10. */
function bytesText(bytes: bigint): string {
  if (bytes < 10n) return `${bytes} B`;
  const size = Number(bytes);
  let unit = 0;
  for (let rest = bytes; rest >= 1000n && unit < SIZES.length - 1; rest /= 1000n) unit++;
  const value = Math.floor((size / 1000 ** unit) * 10 + 0.5) / 10;
  return `${value < 10 && unit > 0 ? value.toFixed(1) : roundHalfEven(value)} ${SIZES[unit]}`;
}

function roundHalfEven(value: number): number {
  const whole = Math.floor(value);
  const rest = value - whole;
  return rest > 0.5 || (rest === 0.5 && whole % 2 === 1) ? whole + 1 : whole;
}

function ofFloat(value: number): string {
  // What lies beyond an int goes to the upper half of the unsigned range, as on amd64.
  const bytes =
    value < HALF ? BigInt(truncateToInt(value)) : BigInt(truncateToInt(value - HALF)) | BigInt(HALF);
  return bytesText(BigInt.asUintN(64, bytes));
}

/** `humanBytes`: 82854982 is `83 MB`. */
export const humanBytes: LambdaFunction = {
  name: 'humanBytes',
  signatures: [
    signature(['int'], 'string', (value: Int64) => bytesText(BigInt.asUintN(64, BigInt(value)))),
    signature(['float'], 'string', ofFloat),
  ],
};

import { formatDuration } from '../../alert/go-duration.ts';
import { type Int64, int64 } from '../../alert/int64.ts';
import { FLOAT64, type GoType, INT64, type Method, STRING } from '../value/go-type.ts';
import { Value } from '../value/value.ts';

const MAX = 2n ** 63n - 1n;

/** A span of time in nanoseconds, as events carry it. */
export const DURATION: GoType = {
  name: 'time.Duration',
  kind: 'int',
  bits: 64,
  text: (raw) => formatDuration(raw as Int64),
  get methods() {
    return METHODS;
  },
};

const METHODS: ReadonlyMap<string, Method> = new Map([
  ['Seconds', fraction(1_000_000_000n)],
  ['Minutes', fraction(60_000_000_000n)],
  ['Hours', fraction(3_600_000_000_000n)],
  ['Milliseconds', whole(1_000_000n)],
  ['Microseconds', whole(1_000n)],
  ['Nanoseconds', whole(1n)],
  ['String', { parameters: [], call: ({ raw }) => new Value(STRING, formatDuration(raw as Int64)) }],
  ['Round', rounding(roundDuration)],
  ['Truncate', rounding(truncateDuration)],
  ['Abs', { parameters: [], call: ({ raw }) => duration(absolute(BigInt(raw as Int64))) }],
]);

/** A duration from nanoseconds. */
export function duration(nanoseconds: bigint): Value {
  return new Value(DURATION, int64(nanoseconds));
}

function fraction(unit: bigint): Method {
  return {
    parameters: [],
    call({ raw }) {
      const nanoseconds = BigInt(raw as Int64);
      return new Value(FLOAT64, Number(nanoseconds / unit) + Number(nanoseconds % unit) / Number(unit));
    },
  };
}

function whole(unit: bigint): Method {
  return { parameters: [], call: ({ raw }) => new Value(INT64, int64(BigInt(raw as Int64) / unit)) };
}

function rounding(round: (value: bigint, step: bigint) => bigint): Method {
  return {
    parameters: [DURATION],
    call: ({ raw }, [step]) => duration(round(BigInt(raw as Int64), BigInt(step?.raw as Int64))),
  };
}

function truncateDuration(value: bigint, step: bigint): bigint {
  return step <= 0n ? value : value - (value % step);
}

/** To the nearest step, halves away from zero, and no further than an int64 reaches. */
function roundDuration(value: bigint, step: bigint): bigint {
  if (step <= 0n) return value;
  const rest = absolute(value % step);
  const down = absolute(value) - rest;
  const size = rest * 2n < step ? down : down + step;
  const result = value < 0n ? -size : size;
  return result > MAX ? MAX : result < -MAX - 1n ? -MAX - 1n : result;
}

function absolute(value: bigint): bigint {
  const size = value < 0n ? -value : value;
  return size > MAX ? MAX : size;
}

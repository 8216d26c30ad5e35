import { int64 } from '../../alert/int64.ts';
import { unixNano } from '../../alert/nano-date.ts';
import { contextual, type LambdaFunction, signature } from '../lambda-function.ts';
import { dateOf, type RawTime, type WallClockPart, wallClockPart } from '../wall-clock.ts';

function part(name: WallClockPart): LambdaFunction {
  return { name, signatures: [contextual(['time'], 'int', ({ timeZone }) => wallClockPart(name, timeZone))] };
}

/** The functions of times. */
export const times: readonly LambdaFunction[] = [
  { name: 'now', signatures: [contextual([], 'time', ({ now }) => now)] },
  {
    name: 'unixNano',
    signatures: [signature(['time'], 'int', (time: RawTime) => int64(unixNano(dateOf(time))))],
  },
  part('minute'),
  part('hour'),
  part('weekday'),
  part('day'),
  part('month'),
  part('year'),
];

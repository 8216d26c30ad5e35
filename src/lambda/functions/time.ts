import { int64 } from '../../alert/int64.ts';
import { unixNano } from '../../alert/nano-date.ts';
import { contextual, type LambdaFunction, signature } from '../lambda-function.ts';
import { dateOf, type RawTime, type WallClock, wallClock } from '../wall-clock.ts';

function part(name: string, read: (clock: WallClock) => number): LambdaFunction {
  const bind = ({ timeZone }: { readonly timeZone: string | undefined }): ((time: RawTime) => number) => {
    const clockOf = wallClock(timeZone);
    return (time) => read(clockOf(time));
  };
  return { name, signatures: [contextual(['time'], 'int', bind)] };
}

/** The functions of times. */
export const times: readonly LambdaFunction[] = [
  { name: 'now', signatures: [contextual([], 'time', ({ now }) => now)] },
  {
    name: 'unixNano',
    signatures: [signature(['time'], 'int', (time: RawTime) => int64(unixNano(dateOf(time))))],
  },
  part('minute', (clock) => clock.minute()),
  part('hour', (clock) => clock.hour()),
  part('weekday', (clock) => clock.weekday()),
  part('day', (clock) => clock.day()),
  part('month', (clock) => clock.month()),
  part('year', (clock) => clock.year()),
];

import { type LambdaFunction, type LambdaSignature, signature } from '../lambda-function.ts';
import type { LambdaType } from '../lambda-type.ts';

const RESULTS: readonly LambdaType[] = ['bool', 'int', 'float', 'string', 'duration', 'time', 'regex'];
const PRESENT: readonly LambdaType[] = ['bool', 'int', 'float', 'string'];
const UNCHECKED: readonly LambdaType[] = ['duration', 'time', 'regex'];

function present(type: LambdaType): LambdaSignature {
  return signature([type], 'bool', (_: unknown) => true);
}

/** `if` and `isPresent`. */
export const conditions: readonly LambdaFunction[] = [
  {
    name: 'if',
    // Both branches are evaluated, as every argument of every function is.
    signatures: RESULTS.map((type) =>
      signature(['bool', type, type], type, (condition: boolean, yes: unknown, no: unknown) =>
        condition ? yes : no,
      ),
    ),
  },
  {
    name: 'isPresent',
    signatures: [...PRESENT.map(present), { args: ['missing'], result: 'bool', make: () => () => false }],
    unchecked: UNCHECKED.map(present),
  },
];

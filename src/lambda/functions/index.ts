import { contextual, type LambdaFunction } from '../lambda-function.ts';
import { conditions } from './condition.ts';
import { conversions } from './conversion.ts';
import { humanBytes } from './human-bytes.ts';
import { maths } from './math.ts';
import { regexReplace } from './regex-replace.ts';
import { statefuls } from './stateful.ts';
import { texts } from './text.ts';
import { times } from './time.ts';

/** `rand`: a float from 0 up to 1. */
const rand: LambdaFunction = { name: 'rand', signatures: [contextual([], 'float', ({ random }) => random)] };

/** Every function of Kapacitor's language, by name. */
export const LAMBDA_FUNCTIONS: ReadonlyMap<string, LambdaFunction> = new Map(
  [...conversions, ...maths, ...texts, ...times, ...conditions, ...statefuls, humanBytes, regexReplace].map(
    (definition) => [definition.name, definition],
  ),
);

/** Those, and what this library adds. */
export const ALL_FUNCTIONS: ReadonlyMap<string, LambdaFunction> = new Map([
  ...LAMBDA_FUNCTIONS,
  [rand.name, rand],
]);

import type { GoType } from '../value/go-type.ts';
import type { Value } from '../value/value.ts';

/** A function that templates can call. */
export interface TemplateFunction {
  /** The types of the arguments that it needs. */
  readonly parameters: readonly GoType[];
  /** The type of any further arguments. */
  readonly rest?: GoType;
  /** `and` and `or`: stop at an argument of this truth, and leave the others unevaluated. */
  readonly stopsAt?: boolean;
  call(args: readonly (Value | undefined)[]): Value | undefined;
}

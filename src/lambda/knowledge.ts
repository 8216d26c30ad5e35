import type { LambdaFunction } from './lambda-function.ts';
import type { LambdaType, LambdaValue } from './lambda-type.ts';
import type { SourceOrigin } from './lexer.ts';

/** What the checker knows besides the tree. */
export interface Knowledge extends SourceOrigin {
  readonly source: string;
  readonly strict: boolean;
  readonly functions: ReadonlyMap<string, LambdaFunction>;
  readonly identifiers: Readonly<Record<string, LambdaValue>>;
  /** The types that references can have, as far as that is known. */
  readonly holds?: readonly LambdaType[];
  /** Other names that mean something to the host, each with what to write instead. */
  readonly hints?: Readonly<Record<string, string>>;
}

/** The types of the references, as far as they are known. */
export type TypesOf = (name: string) => LambdaType | undefined;

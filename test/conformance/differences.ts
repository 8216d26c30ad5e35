import type { CaseResult } from './suite.ts';

/** A rule by which we answer otherwise than the original, on purpose. */
export interface Difference {
  /** A short name, printed in the summary. */
  readonly name: string;
  /** Why we differ. */
  readonly reason: string;
  /** The files it can apply to. */
  readonly files: RegExp;
  /** Whether it explains this failed case. It looks at the rule that is at work, never at an id. */
  applies(result: CaseResult): boolean;
}

/** Every deliberate difference. Keep it short: parity is the promise. */
export const DIFFERENCES: readonly Difference[] = [];

/** What one vector came to. */
export interface CaseResult {
  /** The vector's id. */
  readonly id: string;
  /** Whether the answer equals the original's. */
  readonly passed: boolean;
  /** What the original answers; shown for a failure. */
  readonly expected?: unknown;
  /** What we answer; shown for a failure, and what the rules of `differences.ts` judge. */
  readonly got?: unknown;
  /** The vector itself, for the rules of `differences.ts`. */
  readonly vector?: unknown;
}

/** Runs the vectors of one file. `name` is the file without its ending: `lambda`, `wire/slack`. */
export type Suite = (vectors: unknown, name: string) => Promise<CaseResult[]>;

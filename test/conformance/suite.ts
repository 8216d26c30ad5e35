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

/** Runs cases one after the other. One that throws has failed; the others go on. */
export async function runCases<Case extends { readonly id: string }>(
  cases: readonly Case[],
  run: (one: Case) => CaseResult | Promise<CaseResult>,
): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  for (const one of cases) {
    try {
      results.push(await run(one));
    } catch (error) {
      const got = error instanceof Error ? (error.stack ?? error.message) : String(error);
      results.push({ id: one.id, passed: false, expected: one, got, vector: one });
    }
  }
  return results;
}

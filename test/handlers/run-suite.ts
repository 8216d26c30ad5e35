import { describe, it } from 'vitest';
import type { HandlerKindCheck } from '../../src/testing/handler-kind-suite.ts';

/** Runs the checks that every kind must pass as tests. */
export function runSuite(checks: readonly HandlerKindCheck[]): void {
  describe('as a handler kind', () => {
    for (const { name, run } of checks) it(name, run);
  });
}

import type { Table } from './measure.ts';

/** The suites of the benchmark, by name. */
export const SUITES: Readonly<Record<string, () => Promise<readonly Table[]>>> = {
  lambda: async () => (await import('./suites/lambda.ts')).lambdaTables,
  compile: async () => (await import('./suites/lambda.ts')).compileTables,
  collect: async () => (await import('./suites/collect.ts')).collectTables(),
  state: async () => (await import('./suites/state.ts')).stateTables(),
  rule: async () => (await import('./suites/rule.ts')).ruleTables(),
  text: async () => (await import('./suites/text.ts')).textTables(),
  regex: async () => (await import('./suites/regex.ts')).regexTables(),
  dispatch: async () => (await import('./suites/dispatch.ts')).dispatchTables(),
};

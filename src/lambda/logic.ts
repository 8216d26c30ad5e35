import type { Run } from './operators.ts';

/** Whether all are true; those behind the first that is not are left alone. */
export function every(runs: readonly Run<boolean>[]): Run<boolean> {
  const [a, b, c] = runs;
  if (a === undefined || b === undefined) return a ?? (() => true);
  if (c === undefined) return (scope) => a(scope) && b(scope);
  if (runs.length === 3) return (scope) => a(scope) && b(scope) && c(scope);
  return (scope) => {
    for (let i = 0; i < runs.length; i++) if (runs[i]?.(scope) === false) return false;
    return true;
  };
}

/** Whether any is true; those behind the first that is are left alone. */
export function some(runs: readonly Run<boolean>[]): Run<boolean> {
  const [a, b, c] = runs;
  if (a === undefined || b === undefined) return a ?? (() => false);
  if (c === undefined) return (scope) => a(scope) || b(scope);
  if (runs.length === 3) return (scope) => a(scope) || b(scope) || c(scope);
  return (scope) => {
    for (let i = 0; i < runs.length; i++) if (runs[i]?.(scope) === true) return true;
    return false;
  };
}

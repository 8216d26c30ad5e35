/** The severities of an alert, from harmless to worst. */
export type Level = 'OK' | 'INFO' | 'WARNING' | 'CRITICAL';

/** Every {@link Level}, in order of severity. */
export const LEVELS: readonly Level[] = ['OK', 'INFO', 'WARNING', 'CRITICAL'];

/**
 * The number that a level has in expressions and on some wires: OK 0, INFO 1, WARNING 2, CRITICAL 3.
 *
 * @example
 * ```ts
 * import { levelRank } from 'tocsin';
 *
 * levelRank('CRITICAL') > levelRank('INFO'); // true
 * ```
 */
export function levelRank(level: Level): number {
  return level === 'OK' ? 0 : level === 'INFO' ? 1 : level === 'WARNING' ? 2 : 3;
}

/** Whether a value is one of the four {@link Level}s, spelled exactly. */
export function isLevel(value: unknown): value is Level {
  return value === 'OK' || value === 'INFO' || value === 'WARNING' || value === 'CRITICAL';
}

import { type Int64, int64 } from '../alert/int64.ts';
import type { LevelHolds } from './level-hold.ts';

/** Milliseconds of Go's zero time, the year 1: what an alert that never fired counts its duration from. */
export const ZERO_TIME = -62_135_596_800_000;

const LONGEST_NS = 9_223_372_036_854_775_807n;
const LONGEST_MS = 9_223_372_036_854.775;
/** Below this many milliseconds, their nanoseconds are a safe integer. */
const SAFE_MS = 9_007_199_000;

/**
 * What is remembered about one alert. Levels are ranks, 0 (OK) to 3 (CRITICAL); times are milliseconds and
 * the nanoseconds below them. There can be millions of these, so what only some need is made when needed.
 */
export class AlertState {
  /** The level now. */
  level = 0;
  /** The level last told, or -1 when nothing was. */
  told = -1;
  /** Whether the level changes too often to be told. */
  flapping = false;
  /** When the alert left OK. */
  firstMs: number = ZERO_TIME;
  firstNs = 0;
  /** When it was last worth telling. */
  lastMs: number = ZERO_TIME;
  lastNs = 0;
  /** The last levels, a ring; made at the first change, and dropped when all of them are the same. */
  history: Uint8Array | undefined = undefined;
  /** Where in the ring the newest level is. */
  newest = 0;
  /** How many levels in a row were the same, up to the ring's size. */
  calm = 0;
  /** Since when each level holds; only with `for` or `keepFiringFor`. */
  holds: LevelHolds | undefined = undefined;
}

/** Nanoseconds from the moment that an alert left OK to a time, as Go subtracts: never beyond an int64. */
export function durationNs(state: AlertState, ms: number, ns: number): Int64 {
  const whole = ms - state.firstMs;
  const rest = ns - state.firstNs;
  if (whole < SAFE_MS && whole > -SAFE_MS) return whole * 1e6 + rest;
  const exact = BigInt(whole) * 1_000_000n + BigInt(rest);
  if (exact > LONGEST_NS) return LONGEST_NS;
  return exact < -LONGEST_NS - 1n ? -LONGEST_NS - 1n : int64(exact);
}

/** The same in milliseconds. */
export function durationMs(state: AlertState, ms: number, ns: number): number {
  const duration = ms - state.firstMs + (ns - state.firstNs) / 1e6;
  return Math.max(-LONGEST_MS, Math.min(LONGEST_MS, duration));
}

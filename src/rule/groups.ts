import { AlertState } from './alert-state.ts';
import type { DetailsFrame } from './default-details.ts';
import type { Inhibition } from './inhibition-registry.ts';
import type { Interval } from './interval.ts';

/** One group of a rule: its state, and what goes with it. */
export class AlertGroup extends AlertState {
  /** What it is found by. */
  readonly key: string;
  /** As Kapacitor writes it: `host=web-1`. */
  readonly label: string;
  /** The id of its latest event. One that is the same again is told by this very text, whose hash is known. */
  id = '';
  /** When it was last seen, in milliseconds; only with `idleGroupTtl`. */
  seen = 0;
  /** What is the same in all its default details, while it is not OK. */
  detailsFrame: DetailsFrame | undefined = undefined;
  /** What it inhibits now. */
  inhibitions: readonly Inhibition[] | undefined = undefined;

  constructor(key: string, label: string) {
    super();
    this.key = key;
    this.label = label;
  }
}

/** Why a group was forgotten to keep their number down. */
export type EvictionReason = 'maxGroups' | 'idleGroupTtl';

/**
 * The groups of a rule. With `maxGroups`, a new group beyond that takes the place of the one that has been OK for
 * longest, or, when none is OK, of the oldest. With `idleGroupTtl`, a group that is OK and has not been seen for that
 * long is forgotten, as time passes in the points.
 */
export class Groups {
  readonly #groups = new Map<string, AlertGroup>();
  readonly #max: number | undefined;
  readonly #ttl: Interval | undefined;
  readonly #evicted: (group: AlertGroup, reason: EvictionReason) => void;
  /** The groups that are OK, those that have been so for longest first; only with `maxGroups`. */
  readonly #ok = new Set<AlertGroup>();
  #sweep: Iterator<AlertGroup> | undefined;

  constructor(
    max: number | undefined,
    ttl: Interval | undefined,
    evicted: (group: AlertGroup, reason: EvictionReason) => void,
  ) {
    this.#max = max;
    this.#ttl = ttl;
    this.#evicted = evicted;
  }

  get size(): number {
    return this.#groups.size;
  }

  get(key: string): AlertGroup | undefined {
    return this.#groups.get(key);
  }

  values(): IterableIterator<AlertGroup> {
    return this.#groups.values();
  }

  add(group: AlertGroup): void {
    if (this.#max !== undefined && this.#groups.size >= this.#max) this.#makeRoom();
    this.#groups.set(group.key, group);
    if (this.#max !== undefined && group.level === 0) this.#ok.add(group);
  }

  delete(group: AlertGroup): void {
    this.#groups.delete(group.key);
    this.#ok.delete(group);
  }

  /** Takes note that a group was seen, with its level before. */
  seen(group: AlertGroup, before: number, ms: number): void {
    if (this.#max !== undefined && (before === 0) !== (group.level === 0)) {
      if (group.level === 0) this.#ok.add(group);
      else this.#ok.delete(group);
    }
    if (this.#ttl !== undefined) {
      group.seen = ms;
      this.#sweepOne(ms - this.#ttl.ms);
    }
  }

  #makeRoom(): void {
    const longestOk: AlertGroup | undefined = this.#ok.values().next().value;
    const group = longestOk ?? this.#groups.values().next().value;
    if (group === undefined) return;
    this.delete(group);
    this.#evicted(group, 'maxGroups');
  }

  /** Looks at the next group in turn; so the work is the same for each point, and every group comes up. */
  #sweepOne(oldest: number): void {
    this.#sweep ??= this.#groups.values();
    const { value: group, done } = this.#sweep.next();
    if (done) this.#sweep = undefined;
    else if (group.level === 0 && group.seen < oldest) {
      this.delete(group);
      this.#evicted(group, 'idleGroupTtl');
    }
  }
}

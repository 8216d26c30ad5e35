import type { Tags } from '../alert/point.ts';
import { tagOf } from './group-by.ts';

/** An inhibition that is in force: while it is, no event of the category with the same tags is told. */
export interface Inhibition {
  /** The category that is inhibited. */
  readonly category: string;
  /** The tags that must be equal, with their values. */
  readonly tags: Tags;
  /** The task name of the rule that inhibits. */
  readonly taskName: string;
  /** The topic of the rule that inhibits. */
  readonly topic: string;
  /** The id of the alert that inhibits. */
  readonly id: string;
  /** When it began. */
  readonly since: Date;
}

/** A category that a rule inhibits while its alert is not OK. */
export interface InhibitOption {
  /** The category of the rules that are inhibited. */
  readonly category: string;
  /** Only alerts with the same values of these tags are inhibited. Left out, all of the category are. */
  readonly tags?: readonly string[];
}

interface TagSet {
  readonly names: readonly string[];
  readonly byValues: Map<string, Set<Inhibition>>;
}

/**
 * Which alerts inhibit which, shared by the rules that publish to one registry. It can always say what
 * inhibits an alert.
 *
 * @example
 * ```ts
 * import { AlertRule, InhibitionRegistry } from 'tocsin';
 *
 * const inhibitions = new InhibitionRegistry();
 * const host = new AlertRule({
 *   topic: 'host', groupBy: ['host'], crit: '"up" == 0', inhibit: [{ category: 'app', tags: ['host'] }], inhibitions,
 * });
 * host.observe({ name: 'ping', tags: { host: 'web-1' }, fields: { up: 0 }, time: new Date() });
 * inhibitions.inhibiting('app', { host: 'web-1' })?.topic; // 'host'
 * ```
 */
export class InhibitionRegistry {
  readonly #categories = new Map<string, TagSet[]>();
  readonly #liftListeners = new Set<() => void>();
  #size = 0;

  /** How many inhibitions are in force. */
  get size(): number {
    return this.#size;
  }

  /** What inhibits an alert of a category with these tags, or `undefined`. */
  inhibiting(category: string, tags: Tags | undefined): Inhibition | undefined {
    if (this.#size === 0) return undefined;
    for (const { names, byValues } of this.#categories.get(category) ?? []) {
      const found = byValues.get(valuesKey(names, tags));
      if (found !== undefined) for (const inhibition of found) return inhibition;
    }
    return undefined;
  }

  /** Every inhibition in force. */
  list(): Inhibition[] {
    return [...this.#categories.values()].flatMap((sets) =>
      sets.flatMap(({ byValues }) => [...byValues.values()].flatMap((found) => [...found])),
    );
  }

  /** Puts an inhibition in force. */
  impose(inhibition: Inhibition): void {
    const names = Object.keys(inhibition.tags);
    const sets = this.#categories.get(inhibition.category) ?? [];
    this.#categories.set(inhibition.category, sets);
    let set = sets.find((candidate) => sameNames(candidate.names, names));
    if (set === undefined) {
      set = { names, byValues: new Map() };
      sets.push(set);
    }
    const key = valuesKey(set.names, inhibition.tags);
    const found = set.byValues.get(key);
    if (found === undefined) set.byValues.set(key, new Set([inhibition]));
    else if (found.has(inhibition)) return;
    else found.add(inhibition);
    this.#size++;
  }

  /** Lifts an inhibition. What it alone held back may be told again. */
  lift(inhibition: Inhibition): void {
    const sets = this.#categories.get(inhibition.category);
    const names = Object.keys(inhibition.tags);
    const set = sets?.find((candidate) => sameNames(candidate.names, names));
    if (sets === undefined || set === undefined) return;
    const key = valuesKey(set.names, inhibition.tags);
    const found = set.byValues.get(key);
    if (!found?.delete(inhibition)) return;
    this.#size--;
    if (found.size === 0) set.byValues.delete(key);
    if (set.byValues.size === 0) sets.splice(sets.indexOf(set), 1);
    if (sets.length === 0) this.#categories.delete(inhibition.category);
    for (const listener of [...this.#liftListeners]) listener();
  }

  /** Calls `listener` after every lifting. Returns a function that ends that. */
  onLift(listener: () => void): () => void {
    this.#liftListeners.add(listener);
    return () => this.#liftListeners.delete(listener);
  }
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, i) => name === b[i]);
}

function valuesKey(names: readonly string[], tags: Tags | undefined): string {
  const [only] = names;
  if (only === undefined) return '';
  if (names.length === 1) return tagOf(tags, only);
  return JSON.stringify(names.map((name) => tagOf(tags, name)));
}

import type { AlertEvent } from '../alert/event.ts';
import type { Point } from '../alert/point.ts';
import { RuleOptionsError } from '../errors.ts';
import type { Grouping } from './group-by.ts';
import type { AlertGroup } from './groups.ts';
import { type Inhibition, InhibitionRegistry, type InhibitOption } from './inhibition-registry.ts';
import { show } from './interval.ts';

/** What the groups of one rule inhibit, and which of its recoveries are held back because others inhibit it. */
export class GroupInhibitions {
  readonly #inhibits: readonly Required<InhibitOption>[];
  readonly #source: { readonly taskName: string; readonly topic: string };
  readonly #grouping: Grouping;
  readonly #release: (group: AlertGroup, event: AlertEvent) => void;
  readonly #withheld = new Map<AlertGroup, AlertEvent>();
  #registry: InhibitionRegistry;
  #endListening: () => void;

  /**
   * @param release Called with a recovery that was held back, when nothing inhibits it any more.
   * @throws {RuleOptionsError} When `inhibit` is wrong.
   */
  constructor(
    inhibit: readonly InhibitOption[] | undefined,
    source: { readonly taskName: string; readonly topic: string },
    grouping: Grouping,
    registry: InhibitionRegistry,
    release: (group: AlertGroup, event: AlertEvent) => void,
  ) {
    this.#inhibits = readInhibits(inhibit);
    this.#source = source;
    this.#grouping = grouping;
    this.#release = release;
    this.#registry = registry;
    this.#endListening = registry.onLift(() => this.#releaseWithheld());
  }

  get registry(): InhibitionRegistry {
    return this.#registry;
  }

  /** Whether the rule inhibits anything. */
  get any(): boolean {
    return this.#inhibits.length > 0;
  }

  /** Moves to the registry that the rule shares with others from now on. */
  move(registry: InhibitionRegistry, groups: Iterable<AlertGroup>): void {
    this.#endListening();
    for (const { inhibitions = [] } of groups) {
      for (const inhibition of inhibitions) {
        this.#registry.lift(inhibition);
        registry.impose(inhibition);
      }
    }
    this.#registry = registry;
    this.#endListening = registry.onLift(() => this.#releaseWithheld());
  }

  /** Puts in force what a group inhibits, as of the event that made it so; nothing when it is in force already. */
  impose(group: AlertGroup, point: Point, id: string, since: Date): void {
    if (group.inhibitions !== undefined || this.#inhibits.length === 0) return;
    const groupTags = this.#grouping.tags(point);
    group.inhibitions = this.#inhibits.map(({ category, tags: names }) => {
      const tags = Object.fromEntries(
        names.map((name) => [name, Object.hasOwn(groupTags, name) ? (groupTags[name] ?? '') : '']),
      );
      return { category, tags, ...this.#source, id, since };
    });
    for (const inhibition of group.inhibitions) this.#registry.impose(inhibition);
  }

  /** Lifts what a group inhibits. */
  lift(group: AlertGroup): void {
    const inhibitions = group.inhibitions ?? [];
    group.inhibitions = undefined;
    for (const inhibition of inhibitions) this.#registry.lift(inhibition);
  }

  /** Holds a group's recovery back until nothing inhibits it. Returns whether one was held back already. */
  withhold(group: AlertGroup, recovery: AlertEvent): boolean {
    const before = this.#withheld.has(group);
    this.#withheld.set(group, recovery);
    return before;
  }

  /** Forgets a recovery that was held back. */
  drop(group: AlertGroup): void {
    if (this.#withheld.size > 0) this.#withheld.delete(group);
  }

  /** Stops listening to the others. */
  close(): void {
    this.#endListening();
    this.#withheld.clear();
  }

  #releaseWithheld(): void {
    for (const [group, event] of this.#withheld) {
      if (this.inhibiting(event.category, event.tags) !== undefined) continue;
      this.#withheld.delete(group);
      if (group.level === 0) this.#release(group, event);
    }
  }

  /** What inhibits an event. */
  inhibiting(category: string, tags: AlertEvent['tags']): Inhibition | undefined {
    return this.#registry.inhibiting(category, tags);
  }
}

const shared = new WeakMap<object, InhibitionRegistry>();

/** The inhibitions that the rules which publish to one registry share. */
export function inhibitionsOf(sink: object): InhibitionRegistry {
  let registry = shared.get(sink);
  if (registry === undefined) {
    registry = new InhibitionRegistry();
    shared.set(sink, registry);
  }
  return registry;
}

function readInhibits(inhibit: readonly InhibitOption[] = []): readonly Required<InhibitOption>[] {
  if (!Array.isArray(inhibit)) {
    throw new RuleOptionsError(`inhibit must be a list of { category, tags }, got ${show(inhibit)}`);
  }
  return inhibit.map((entry: unknown) => {
    const { category, tags = [] } = (entry ?? {}) as Partial<InhibitOption>;
    if (
      typeof category !== 'string' ||
      !Array.isArray(tags) ||
      !tags.every((tag) => typeof tag === 'string')
    ) {
      throw new RuleOptionsError(`inhibit must be a list of { category, tags }, got ${show(entry)} in it`, {
        cure: "Write for example: inhibit: [{ category: 'app', tags: ['host'] }]",
      });
    }
    return { category, tags: [...new Set(tags)].sort() };
  });
}

import type { AlertEvent } from '../alert/event.ts';
import type { MatchIndex } from '../match/index.ts';
import type { HandlerBinding } from './handler-binding.ts';

const NO_BINDINGS: readonly HandlerBinding[] = [];
/** Fewer handlers than this are asked one by one: that is what looking them up would cost. */
const LEAST_GROUP = 4;

/** Handlers whose matches all ask an event for the same value, such as a tag, and compare it with texts. */
class RouteGroup {
  readonly members: readonly HandlerBinding[];
  readonly #index: MatchIndex;
  readonly #byValue = new Map<string, HandlerBinding[]>();
  /** How many events none of them could decide on, and that were not added to their figures yet. */
  #failures = 0;
  /** The same, of events that those that leave the process are spared. */
  #internalFailures = 0;

  /** @param index The index of any of the members; they all read the same value. */
  constructor(index: MatchIndex, members: readonly HandlerBinding[]) {
    this.members = members;
    this.#index = index;
    for (const binding of members) {
      for (const value of binding.match?.index?.values ?? []) {
        const others = this.#byValue.get(value);
        if (others === undefined) this.#byValue.set(value, [binding]);
        else others.push(binding);
      }
    }
  }

  /** The handlers whose match has to be evaluated: for the others it is plainly false. `undefined` when all would fail. */
  candidates(event: AlertEvent): readonly HandlerBinding[] | undefined {
    const value = this.#index.valueOf(event);
    if (value !== undefined) return this.#byValue.get(value) ?? NO_BINDINGS;
    return this.#index.fails?.(event) ? undefined : this.members;
  }

  /** Takes note of an event on which all would fail, without asking them. */
  fail({ noExternal }: AlertEvent): void {
    if (noExternal) this.#internalFailures++;
    else this.#failures++;
  }

  /** Adds what was counted to the figures of the handlers. */
  settle(): void {
    if (this.#failures + this.#internalFailures === 0) return;
    for (const binding of this.members) {
      binding.matchErrors += this.#failures + (binding.external ? 0 : this.#internalFailures);
    }
    this.#failures = 0;
    this.#internalFailures = 0;
  }
}

/**
 * Who on a topic may want an event: an index of the handlers, by the value that their match asks for first. With it,
 * ten thousand handlers of one host each cost about what ten do.
 */
export class Routes {
  /** The handlers that every event has to be offered to. */
  readonly always: readonly HandlerBinding[];
  readonly #groups: readonly RouteGroup[];
  #retired = false;

  constructor(bindings: readonly HandlerBinding[]) {
    const fallbacks = new Set(bindings.map(({ delivery }) => delivery.options.fallback));
    const bySignature = new Map<string, HandlerBinding[]>();
    const always: HandlerBinding[] = [];
    for (const binding of bindings) {
      const { match, delivery, id } = binding;
      // What a handler was told can make it want a recovery that its match does not.
      const asks = delivery.asksForRecoveries || fallbacks.has(id);
      const signature = asks ? undefined : match?.index?.signature;
      if (signature === undefined) {
        always.push(binding);
        continue;
      }
      const members = bySignature.get(signature);
      if (members === undefined) bySignature.set(signature, [binding]);
      else members.push(binding);
    }
    const groups: RouteGroup[] = [];
    for (const members of bySignature.values()) {
      const index = members[0]?.match?.index;
      if (index === undefined || members.length < LEAST_GROUP) always.push(...members);
      else groups.push(new RouteGroup(index, members));
    }
    this.always = always;
    this.#groups = groups;
  }

  /** How many groups the index has. */
  get size(): number {
    return this.#groups.length;
  }

  /** The handlers of a group that an event has to be offered to. `undefined` when the matches of all would fail. */
  candidates(group: number, event: AlertEvent): readonly HandlerBinding[] | undefined {
    return this.#groups[group]?.candidates(event);
  }

  /** All handlers of a group. */
  members(group: number): readonly HandlerBinding[] {
    return this.#groups[group]?.members ?? NO_BINDINGS;
  }

  /** Takes note of an event on which the matches of a group would all fail, at the cost of one. */
  fail(group: number, event: AlertEvent): void {
    this.#groups[group]?.fail(event);
    if (this.#retired) this.settle();
  }

  /** Brings the figures of the handlers up to date. */
  settle(): void {
    for (const group of this.#groups) group.settle();
  }

  /** Says that others take over, though an event may still be on its way through these. */
  retire(): void {
    this.#retired = true;
    this.settle();
  }
}

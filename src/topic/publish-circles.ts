import { type LambdaNode, parseLambda } from '../lambda/index.ts';
import type { MatchExpression } from '../match/index.ts';
import type { HandlerBinding } from './handler-binding.ts';

/** A way through topics that leads back to where it began: each handler puts events into the topic of the next. */
export type Circle = readonly HandlerBinding[];

/** Which handlers put events into which other topics; finds those that publish in a circle. */
export class PublishCircles {
  readonly #publishers = new Map<string, Set<HandlerBinding>>();

  /** Takes note of a handler. One that publishes changes of level only can be in no circle. */
  add(binding: HandlerBinding): void {
    if (binding.publishesTo.length === 0 || asksForChange(binding.match)) return;
    const others = this.#publishers.get(binding.topic);
    if (others === undefined) this.#publishers.set(binding.topic, new Set([binding]));
    else others.add(binding);
  }

  /** Forgets a handler. */
  remove(binding: HandlerBinding): void {
    const publishers = this.#publishers.get(binding.topic);
    if (publishers?.delete(binding) && publishers.size === 0) this.#publishers.delete(binding.topic);
  }

  /** The shortest circles that these handlers are in, one for each at most, and each of them once. */
  through(bindings: readonly HandlerBinding[]): Circle[] {
    const circles = new Map<string, Circle>();
    for (const binding of bindings) {
      const circle = this.#shortest(binding);
      if (circle === undefined) continue;
      const members = circle.map(({ topic, id }) => JSON.stringify([topic, id])).sort();
      const name = members.join();
      if (!circles.has(name)) circles.set(name, circle);
    }
    return [...circles.values()];
  }

  #shortest(first: HandlerBinding): Circle | undefined {
    if (!this.#publishers.get(first.topic)?.has(first)) return undefined;
    /** The handler by which a topic was reached. */
    const via = new Map<string, HandlerBinding>();
    let reached = [first];
    while (reached.length > 0) {
      const next: HandlerBinding[] = [];
      for (const publisher of reached) {
        for (const topic of publisher.publishesTo) {
          if (topic === first.topic) return wayTo(publisher, first, via);
          if (via.has(topic)) continue;
          via.set(topic, publisher);
          next.push(...(this.#publishers.get(topic) ?? []));
        }
      }
      reached = next;
    }
    return undefined;
  }
}

/** A circle for a person: `cpu (up) → ops (back) → cpu`. */
export function printCircle(circle: Circle): string {
  const steps = circle.map(({ topic, id }) => `${topic} (${id})`);
  return [...steps, circle[0]?.topic].join(' → ');
}

function wayTo(
  last: HandlerBinding,
  first: HandlerBinding,
  via: ReadonlyMap<string, HandlerBinding>,
): Circle {
  const way = [last];
  for (let at = last; at !== first; ) {
    const before = via.get(at.topic);
    if (before === undefined) break;
    way.unshift(before);
    at = before;
  }
  return way;
}

/** Whether a match takes only events that change a level, as far as that can be told. */
function asksForChange(match: MatchExpression | undefined): boolean {
  if (match?.dialect !== 'lambda') return false;
  const pending: LambdaNode[] = [parseLambda(match.source)];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.kind === 'call' && node.name === 'changed') return true;
    if (node.kind === 'binary' && node.operator === 'AND') pending.push(node.left, node.right);
  }
  return false;
}

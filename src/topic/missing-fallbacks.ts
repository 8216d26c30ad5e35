import { nearest } from '../alert/nearest.ts';
import type { SourcePosition, SpecIssue } from '../errors.ts';
import type { SpecDocument } from '../spec/spec-document.ts';
import type { HandlerBinding } from './handler-binding.ts';
import type { RegistryWarning } from './registry-events.ts';
import type { Topic } from './topic.ts';

/** The handler that another falls back to, as its spec names it. */
export interface NamedFallback {
  /** The id. */
  readonly id: string;
  /** Where its file says so. */
  readonly position?: SourcePosition;
}

/** The fallback that delivery options name; `undefined` for one that is inherited or a function. */
export function namedFallback(delivery: unknown, document?: SpecDocument): NamedFallback | undefined {
  if (typeof delivery !== 'object' || delivery === null) return undefined;
  for (const [key, id] of Object.entries(delivery)) {
    if (key.toLowerCase() !== 'fallback' || typeof id !== 'string') continue;
    return document === undefined ? { id } : { id, position: document.locate(['delivery', key]) };
  }
  return undefined;
}

/** What is wrong with a handler that falls back to itself. */
export function ownFallbackIssue(id: unknown, delivery: unknown): SpecIssue | undefined {
  const fallback = namedFallback(delivery);
  if (fallback === undefined || fallback.id !== id) return undefined;
  return {
    code: 'HANDLER_SPEC',
    path: ['delivery', 'fallback'],
    reason: `fallback: '${id}' is this handler itself`,
    cure: 'Name another handler of the topic, or leave it out: what is given up on is kept as a dead letter.',
  };
}

/**
 * Finds fallbacks that their topic does not have. Handlers may be defined in any order, so that is asked when all of
 * them should be there. Each is told of once.
 */
export class MissingFallbacks {
  readonly #warn: (warning: RegistryWarning) => void;
  readonly #told = new WeakSet<HandlerBinding>();

  constructor(warn: (warning: RegistryWarning) => void) {
    this.#warn = warn;
  }

  /** Tells of those of a topic. */
  check(topic: Topic): void {
    for (const binding of topic.bindings) {
      const { fallback } = binding;
      if (fallback === undefined) continue;
      if (topic.find(fallback.id) !== undefined) {
        // Should it go away, that is worth telling anew.
        this.#told.delete(binding);
      } else if (!this.#told.has(binding)) {
        this.#told.add(binding);
        this.#warn(missing(topic, binding.id, fallback));
      }
    }
  }
}

function missing(topic: Topic, handlerId: string, { id, position }: NamedFallback): RegistryWarning {
  const others = topic.bindings.map((binding) => binding.id).filter((other) => other !== handlerId);
  const meant = nearest(id, others);
  const cure =
    meant === undefined ? 'A fallback is another handler of the same topic.' : `Did you mean '${meant}'?`;
  return {
    topic: topic.id,
    handlerId,
    message: `fallback: topic '${topic.id}' has no handler '${id}', so what '${handlerId}' gives up on is a dead letter. ${cure}`,
    ...(position && { position }),
  };
}

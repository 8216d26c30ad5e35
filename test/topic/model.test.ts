import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LEVELS, type Level } from '../../src/alert/level.ts';
import { TopicRegistry } from '../../src/topic/index.ts';

type Step =
  | { readonly do: 'collect'; readonly topic: string; readonly id: string; readonly level: Level }
  | { readonly do: 'delete'; readonly topic: string };

/** The slow, obvious form: every event of every topic, looked through each time. */
class Model {
  readonly #events: { topic: string; id: string; level: Level }[] = [];
  readonly #topics = new Set<string>();

  collect(topic: string, id: string, level: Level): Level {
    const previous = this.#latest(topic).get(id) ?? 'OK';
    this.#events.push({ topic, id, level });
    this.#topics.add(topic);
    return previous;
  }

  delete(topic: string): boolean {
    for (let i = this.#events.length - 1; i >= 0; i--) {
      if (this.#events[i]?.topic === topic) this.#events.splice(i, 1);
    }
    return this.#topics.delete(topic);
  }

  topics(minLevel: Level): { id: string; level: Level; collected: number }[] {
    return [...this.#topics]
      .sort()
      .map((id) => ({
        id,
        level: this.#level(id),
        collected: this.#events.filter((e) => e.topic === id).length,
      }))
      .filter(({ level }) => LEVELS.indexOf(level) >= LEVELS.indexOf(minLevel));
  }

  events(topic: string, minLevel: Level): { id: string; level: Level }[] {
    return [...this.#latest(topic)]
      .filter(([, level]) => LEVELS.indexOf(level) >= LEVELS.indexOf(minLevel))
      .map(([id, level]) => ({ id, level }))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  #level(topic: string): Level {
    const ranks = [...this.#latest(topic).values()].map((level) => LEVELS.indexOf(level));
    return LEVELS[Math.max(0, ...ranks)] ?? 'OK';
  }

  #latest(topic: string): Map<string, Level> {
    return new Map(this.#events.filter((e) => e.topic === topic).map(({ id, level }) => [id, level]));
  }
}

const name = fc.constantFrom('a', 'b', '__proto__', 'constructor', 'c d', '');
const topic = name.filter((text) => text !== '');
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant('collect' as const),
      topic,
      id: name,
      level: fc.constantFrom(...LEVELS),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), topic }) },
);

it('keeps topic states as a naive model does', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), fc.constantFrom(...LEVELS), (steps, minLevel) => {
      const registry = new TopicRegistry();
      const model = new Model();
      for (const each of steps) {
        if (each.do === 'delete') {
          expect(registry.deleteTopic(each.topic)).toBe(model.delete(each.topic));
        } else {
          const event = registry.collect(each);
          expect(event.previousLevel).toBe(model.collect(each.topic, each.id, each.level));
        }
        expect(
          registry.topics({ minLevel }).map(({ id, level, collected }) => ({ id, level, collected })),
        ).toEqual(model.topics(minLevel));
        expect(
          registry.eventStates(each.topic, { minLevel }).map(({ id, level }) => ({ id, level })),
        ).toEqual(model.events(each.topic, minLevel));
      }
    }),
    { numRuns: 300 },
  );
});

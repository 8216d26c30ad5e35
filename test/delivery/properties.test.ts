import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { AlertEvent } from '../../src/alert/event.ts';
import { LEVELS, type Level } from '../../src/alert/level.ts';
import {
  DeadLetters,
  type DeliveryOptions,
  HandlerDelivery,
  Journal,
  MemoryStore,
  resolveDeliveryOptions,
  type Store,
} from '../../src/delivery/index.ts';
import { PermanentDeliveryError, RetryLaterError } from '../../src/errors.ts';
import { Redactor } from '../../src/handler/redactor.ts';
import { FakeClock } from '../../src/testing/fake-clock.ts';
import { event, RecordingObserver } from './scene.ts';

vi.setConfig({ testTimeout: 60_000 });

/** How one try ends. */
type Answer = 'ok' | 'fail' | 'later ok' | 'later fail' | 'retry later' | 'hang' | 'refuse';

type Step =
  | { readonly kind: 'offer'; readonly id: string; readonly level: Level; readonly matched: boolean }
  | { readonly kind: 'wait'; readonly seconds: number }
  | { readonly kind: 'crash' };

interface Plan {
  readonly options: DeliveryOptions;
  readonly steps: readonly Step[];
  readonly answers: readonly Answer[];
}

const offer: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('offer' as const),
  id: fc.constantFrom('a', 'b', 'c', '__proto__'),
  level: fc.constantFrom(...LEVELS, 'OK' as const),
  matched: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, fc.boolean()),
});
const wait: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('wait' as const),
  seconds: fc.constantFrom(0, 0, 1, 7, 60, 400),
});

function plan(
  answers: readonly Answer[],
  options: fc.Arbitrary<DeliveryOptions>,
  crashes = false,
): fc.Arbitrary<Plan> {
  const steps: fc.WeightedArbitrary<Step>[] = [
    { weight: 6, arbitrary: offer },
    { weight: 3, arbitrary: wait },
  ];
  if (crashes) steps.push({ weight: 1, arbitrary: fc.constant({ kind: 'crash' }) });
  return fc.record({
    options,
    steps: fc.array(fc.oneof(...steps), { minLength: 1, maxLength: 60 }),
    answers: fc.array(fc.constantFrom(...answers), { minLength: 1, maxLength: 40 }),
  });
}

const anyOptions: fc.Arbitrary<DeliveryOptions> = fc.record({
  queueLimit: fc.constantFrom(1, 2, 5, 1_000),
  concurrency: fc.constantFrom(1, 2, 3),
  maxTries: fc.constantFrom(1, 2, 4),
  maxAge: fc.constantFrom('1m', '24h'),
  timeout: fc.constant('10s'),
  overflow: fc.constantFrom('reject', 'drop-oldest', 'coalesce'),
  recoveries: fc.constantFrom('match', 'always', 'if-told'),
});

/** A handler and everything that happened to it, over as many lives of the process as the plan has. */
class World {
  readonly clock = new FakeClock();
  readonly observer = new RecordingObserver();
  readonly offered: { readonly event: AlertEvent; readonly matched: boolean }[] = [];
  /** Numbers of the events in the order in which the destination took them. */
  readonly took: number[] = [];
  /** The level that the fallback was told last, by id. */
  readonly fallback = new Map<string, Level>();
  /** Every call of the handler. */
  readonly calls: string[] = [];
  /** Numbers of events that may have reached the destination although the try failed. */
  readonly mayHave = new Set<number>();
  readonly store = new MemoryStore();
  readonly #plan: Plan;
  readonly #answers: Answer[];
  #life = 0;
  delivery!: HandlerDelivery;
  journal: Journal | undefined;
  deadLetters!: DeadLetters;

  constructor(
    plan: Plan,
    readonly withFallback = false,
  ) {
    this.#plan = plan;
    this.#answers = [...plan.answers];
  }

  async live(durable: boolean): Promise<void> {
    const life = ++this.#life;
    const { clock, observer } = this;
    const store: Store = {
      load: () => this.store.load(),
      write: async (changes) => (life === this.#life ? this.store.write(changes) : undefined),
    };
    this.journal = durable ? await Journal.open(store, { clock }) : undefined;
    const journal = this.journal === undefined ? {} : { journal: this.journal };
    this.deadLetters = new DeadLetters(journal);
    const fallback = ({ id, level }: AlertEvent): void => {
      if (life === this.#life) this.fallback.set(id, level);
    };
    this.delivery = new HandlerDelivery(
      {
        topic: 'cpu',
        handlerId: 'h',
        kind: 'function',
        handler: {
          handle: (each, { attempt }) => {
            this.calls.push(`${each.message}, try ${attempt}, at ${this.clock.now()}`);
            return this.#handle(each, life);
          },
        },
      },
      resolveDeliveryOptions(this.withFallback ? { ...this.#plan.options, fallback } : this.#plan.options),
      {
        clock,
        observer,
        redactor: new Redactor(),
        random: () => 1,
        deadLetters: this.deadLetters,
        ...journal,
      },
    );
  }

  async run(durable = false): Promise<this> {
    await this.live(durable);
    for (const step of this.#plan.steps) {
      if (step.kind === 'wait') await this.clock.advance(step.seconds * 1_000);
      else if (step.kind === 'offer') {
        const each = event(step.id, step.level, { message: String(this.offered.length) });
        this.offered.push({ event: each, matched: step.matched });
        this.delivery.offer(each, step.matched);
      } else {
        await this.journal?.durable();
        await this.live(durable);
      }
    }
    this.#answers.length = 0;
    // Long enough for every backoff and for the timer that looks after recoveries.
    await this.clock.advance('3h');
    await this.clock.advance('3h');
    return this;
  }

  #handle({ message }: AlertEvent, life: number): void | Promise<void> {
    // A process that was killed does nothing any more.
    if (life !== this.#life) return new Promise(() => {});
    const number = Number(message);
    const answer = this.#answers.shift() ?? 'ok';
    const take = (): void => {
      if (life === this.#life) this.took.push(number);
    };
    const pause = (): Promise<void> => new Promise((resolve) => void this.clock.setTimeout(resolve, 500));
    switch (answer) {
      case 'ok':
        return take();
      case 'later ok':
        return pause().then(take);
      case 'fail':
        throw new Error('no luck');
      case 'later fail':
        return pause().then(() => {
          throw new Error('no luck');
        });
      case 'retry later':
        throw new RetryLaterError('busy', 3_000);
      case 'refuse':
        throw new PermanentDeliveryError('no');
      case 'hang':
        this.mayHave.add(number);
        return new Promise(() => {});
    }
  }

  /** Numbers of the events of an id that the destination took. */
  tookOf(id: string): number[] {
    return this.took.filter((number) => this.offered[number]?.event.id === id);
  }

  get ids(): Set<string> {
    return new Set(this.offered.map(({ event: { id } }) => id));
  }

  endings(number: number): string[] {
    const is = ({ event: { message } }: { readonly event: AlertEvent }): boolean =>
      message === String(number);
    return [
      ...this.observer.delivereds.filter(is).map(() => 'delivered'),
      ...this.observer.letters.filter(is).map(({ reason }) => reason),
      ...this.observer.drops.filter(is).map(({ reason }) => reason),
    ];
  }
}

const mixed: readonly Answer[] = ['ok', 'ok', 'fail', 'later ok', 'later fail', 'retry later', 'hang'];
const isOk = ({ event: { level } }: { readonly event: AlertEvent }): boolean => level === 'OK';
const isSorted = (numbers: readonly number[]): boolean =>
  numbers.every((number, i) => i === 0 || number > (numbers[i - 1] ?? 0));

describe('whatever fails', () => {
  it('without limits everything arrives, once, in order', async () => {
    const unlimited = fc.constant<DeliveryOptions>({ maxTries: 1_000, maxAge: Number.POSITIVE_INFINITY });
    const answers = mixed.filter((answer) => answer !== 'hang');
    await fc.assert(
      fc.asyncProperty(plan(answers, unlimited), async (each) => {
        const world = await new World(each).run();
        const wanted = world.offered.flatMap(({ matched }, number) => (matched ? [number] : []));
        expect(world.took).toEqual(wanted);
      }),
      { numRuns: 150 },
    );
  });

  it('every event that matched has one end, and one only', async () => {
    await fc.assert(
      fc.asyncProperty(plan([...mixed, 'refuse'], anyOptions), async (each) => {
        const world = await new World(each).run();
        world.offered.forEach(({ matched }, number) => {
          const endings = world.endings(number);
          expect(endings.length).toBeLessThanOrEqual(1);
          if (matched) expect(endings).toHaveLength(1);
        });
        const { delivered, failed, dropped, suppressed, queued, active } = world.delivery.stats();
        expect({ delivered, failed, over: dropped + suppressed, queued, active }).toEqual({
          delivered: world.observer.delivereds.length,
          failed: world.observer.letters.length,
          over: world.observer.drops.length,
          queued: 0,
          active: 0,
        });
        expect(world.observer.faults).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('events of one id arrive in order, and none twice', async () => {
    await fc.assert(
      fc.asyncProperty(plan([...mixed, 'refuse'], anyOptions), async (each) => {
        const world = await new World(each).run();
        for (const id of world.ids) expect(isSorted(world.tookOf(id))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('who was told that it fires is told that it recovered', async () => {
    await fc.assert(
      fc.asyncProperty(plan(mixed, anyOptions), async (each) => {
        const world = await new World(each).run();
        const { recoveries } = each.options;
        for (const id of world.ids) {
          const last = world.offered.findLast((one) => one.event.id === id);
          const sent = last?.matched || recoveries !== 'match';
          if (last?.event.level !== 'OK' || !sent) continue;
          const told = world.tookOf(id).at(-1);
          expect(told === undefined ? 'OK' : world.offered[told]?.event.level).toBe('OK');
          expect(world.delivery.told(id)).toBeUndefined();
        }
      }),
      { numRuns: 500 },
    );
  });

  it('the fallback that was given a firing is given the recovery', async () => {
    await fc.assert(
      fc.asyncProperty(plan([...mixed, 'refuse', 'refuse'], anyOptions), async (each) => {
        const world = await new World(each, true).run();
        for (const [id, level] of world.fallback) {
          const last = world.offered.findLast((one) => one.event.id === id && (one.matched || isOk(one)));
          if (last !== undefined && isOk(last)) expect(level).toBe('OK');
        }
      }),
      { numRuns: 500 },
    );
  });

  it("and with 'if-told' nobody else", async () => {
    const options = anyOptions.map((some): DeliveryOptions => ({ ...some, recoveries: 'if-told' }));
    await fc.assert(
      fc.asyncProperty(plan([...mixed, 'refuse'], options), async (each) => {
        const world = await new World(each).run();
        for (const id of world.ids) {
          const took = world.tookOf(id);
          took.forEach((number, i) => {
            if (world.offered[number]?.event.level !== 'OK') return;
            const before = took[i - 1] ?? -1;
            const told = before >= 0 && world.offered[before]?.event.level !== 'OK';
            const perhaps = [...world.mayHave].some(
              (other) => other < number && world.offered[other]?.event.id === id,
            );
            expect(told || perhaps).toBe(true);
          });
        }
      }),
      { numRuns: 300 },
    );
  });
});

it('takes the same course with a store and without one', async () => {
  await fc.assert(
    fc.asyncProperty(plan([...mixed, 'refuse'], anyOptions), async (each) => {
      const [durable, plain] = [await new World(each).run(true), await new World(each).run()];
      expect(plain.calls).toEqual(durable.calls);
      const endings = (world: World): string[][] => world.offered.map((_, number) => world.endings(number));
      expect(endings(plain)).toEqual(endings(durable));
    }),
    { numRuns: 200 },
  );
});

describe('whenever the process is killed', () => {
  const unlimited = fc.record<DeliveryOptions>({
    maxTries: fc.constant(1_000),
    maxAge: fc.constant(Number.POSITIVE_INFINITY),
    concurrency: fc.constantFrom(1, 3),
  });

  it('everything that was written down arrives, in order but for what was under way', async () => {
    await fc.assert(
      fc.asyncProperty(plan(mixed, unlimited, true), async (each) => {
        const world = await new World(each).run(true);
        world.offered.forEach(({ matched }, number) => {
          if (matched) expect(world.took).toContain(number);
        });
        for (const id of world.ids) {
          const took = world.tookOf(id);
          expect(isSorted(took.filter((number, i) => took.indexOf(number) === i))).toBe(true);
        }
        await world.journal?.durable();
        const firing = [...world.store.load()].filter(([key]) => !key.startsWith('told/'));
        expect(firing).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('who was told that it fires is told that it recovered', async () => {
    await fc.assert(
      fc.asyncProperty(plan(mixed, anyOptions, true), async (each) => {
        const world = await new World(each).run(true);
        const { recoveries } = each.options;
        for (const id of world.ids) {
          const last = world.offered.findLast((one) => one.event.id === id);
          const sent = last?.matched || recoveries !== 'match';
          if (last?.event.level !== 'OK' || !sent) continue;
          const told = world.tookOf(id).at(-1);
          expect(told === undefined ? 'OK' : world.offered[told]?.event.level).toBe('OK');
        }
      }),
      { numRuns: 300 },
    );
  });
});

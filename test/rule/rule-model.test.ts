import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LEVELS } from '../../src/alert/level.ts';
import { NanoDate } from '../../src/alert/nano-date.ts';
import { durationNsText } from '../../src/alert/wire.ts';
import { AlertRule, type AlertRuleOptions, type Batch } from '../../src/rule/index.ts';
import {
  type ReferenceEvent,
  type ReferenceOptions,
  type ReferencePoint,
  ReferenceState,
  referenceLevel,
} from './reference-model.ts';

const SECOND = 1_000_000_000n;
const START = 1_704_067_200n * SECOND;

/** A level's condition or reset: where the field is above, or below, a threshold. */
interface Threshold {
  readonly over: boolean;
  readonly value: number;
}

interface Given {
  readonly levels: readonly (Threshold | undefined)[];
  readonly resets: readonly (Threshold | undefined)[];
  readonly changesOnly: boolean;
  readonly interval: number;
  readonly flapping: readonly [number, number] | undefined;
  readonly history: number;
  readonly noRecoveries: boolean;
  readonly all: boolean;
  readonly grouped: boolean;
}

const threshold = fc.option(fc.record({ over: fc.boolean(), value: fc.integer({ min: 0, max: 100 }) }), {
  nil: undefined,
});
const given: fc.Arbitrary<Given> = fc.record({
  levels: fc.tuple(threshold, threshold, threshold),
  resets: fc.tuple(threshold, threshold, threshold),
  changesOnly: fc.boolean(),
  interval: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 40 })),
  flapping: fc.option(
    fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
    {
      nil: undefined,
    },
  ),
  history: fc.integer({ min: 0, max: 25 }),
  noRecoveries: fc.boolean(),
  all: fc.boolean(),
  grouped: fc.boolean(),
});
/** A value that stays for a while, or wanders. */
const values = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 1, max: 15 })), {
    minLength: 1,
    maxLength: 60,
  })
  .map((runs) => runs.flatMap(([value, times]) => Array<number>(times).fill(value)));

const NAMES = ['info', 'warn', 'crit'] as const;

function holds(condition: Threshold | undefined, value: number): boolean | undefined {
  if (condition === undefined) return undefined;
  return condition.over ? value > condition.value : value < condition.value;
}

function expression(condition: Threshold): string {
  return `"v" ${condition.over ? '>' : '<'} ${condition.value}`;
}

function toRule(options: Given): AlertRule {
  const conditions: Record<string, string> = {};
  for (const [i, name] of NAMES.entries()) {
    const level = options.levels[i];
    const reset = options.resets[i];
    if (level !== undefined) conditions[name] = expression(level);
    if (reset !== undefined) conditions[`${name}Reset`] = expression(reset);
  }
  const rule: AlertRuleOptions = {
    ...conditions,
    topic: 't',
    details: '',
    all: options.all,
    noRecoveries: options.noRecoveries,
    history: options.history,
    stateChangesOnly:
      options.changesOnly && options.interval > 0 ? `${options.interval}s` : options.changesOnly,
    ...(options.grouped && { groupBy: ['unit'] }),
    ...(options.flapping && { flapping: { low: options.flapping[0], high: options.flapping[1] } }),
  };
  return new AlertRule(rule);
}

function toReference(options: Given): ReferenceOptions {
  return {
    stateChangesOnly: options.changesOnly,
    interval: options.changesOnly ? BigInt(options.interval) * SECOND : 0n,
    history: options.history,
    noRecoveries: options.noRecoveries,
    ...(options.flapping && { flapping: options.flapping }),
  };
}

function judged(options: Given, value: number): ReferencePoint {
  return {
    levels: options.levels.map((condition) => holds(condition, value)),
    resets: options.resets.map((condition) => holds(condition, value)),
  };
}

/** The states of a reference rule. All groups of a test have ids of their own. */
class Reference {
  readonly #options: Given;
  readonly #groups = new Map<string, ReferenceState>();
  readonly told = new Map<string, number>();

  constructor(options: Given) {
    this.#options = options;
  }

  stream(unit: string, value: number, time: bigint): ReferenceEvent | undefined {
    const state = this.#state(unit);
    return state.stream(referenceLevel(judged(this.#options, value), state.level), time);
  }

  batch(
    unit: string,
    batch: readonly number[],
    times: readonly bigint[],
    end: bigint,
  ): ReferenceEvent | undefined {
    const state = this.#state(unit);
    const levels = batch.map((value) => referenceLevel(judged(this.#options, value), state.level));
    const highest = Math.max(...levels);
    const level = this.#options.all ? Math.min(...levels) : highest;
    const time = this.#options.all || level === 0 ? end : times[levels.indexOf(highest)]!;
    return state.batch(level, time);
  }

  #state(unit: string): ReferenceState {
    const key = this.#options.grouped ? unit : '';
    const state = this.#groups.get(key) ?? new ReferenceState(toReference(this.#options));
    this.#groups.set(key, state);
    return state;
  }
}

function expectSame(
  event: ReturnType<AlertRule['observe']>,
  expected: ReferenceEvent | undefined,
  told: Map<string, number>,
): void {
  if (expected === undefined) {
    expect(event).toBeUndefined();
    return;
  }
  const id = event?.id ?? '';
  expect(event).toMatchObject({
    level: LEVELS[expected.level],
    previousLevel: LEVELS[told.get(id) ?? 0],
    message: `${id} is ${LEVELS[expected.level]}`,
  });
  expect(durationNsText(event!)).toBe(String(expected.durationNs));
  told.set(id, expected.level);
}

describe('a rule against the reference model', () => {
  it('makes the same events of points', () => {
    fc.assert(
      fc.property(
        given,
        values,
        fc.array(fc.nat(3), { minLength: 1 }),
        fc.integer({ min: 1, max: 20 }),
        (options, trace, units, step) => {
          const rule = toRule(options);
          const reference = new Reference(options);
          let time = START;
          for (const [i, value] of trace.entries()) {
            const unit = `u${units[i % units.length]}`;
            time += BigInt(step) * SECOND - (i % 7 === 0 ? 3n * SECOND + 5n : 0n);
            const expected = reference.stream(unit, value, time);
            const event = rule.observe({
              name: 'm',
              tags: { unit },
              fields: { v: value },
              time: NanoDate.fromUnixNano(time),
            });
            expectSame(event, expected, reference.told);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('makes the same events of thousands of points', () => {
    fc.assert(
      fc.property(
        given,
        fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 5000, maxLength: 5000 }),
        (options, trace) => {
          const rule = toRule(options);
          const reference = new Reference(options);
          for (const [i, value] of trace.entries()) {
            const unit = `u${i % 3}`;
            const time = START + BigInt(i) * SECOND;
            // A value that mostly stays where it was gives flapping a chance to end.
            const calm = trace[i - (i % 40)] ?? value;
            const expected = reference.stream(unit, calm, time);
            const event = rule.observe({
              name: 'm',
              tags: { unit },
              fields: { v: calm },
              time: NanoDate.fromUnixNano(time),
            });
            expectSame(event, expected, reference.told);
          }
        },
      ),
      { numRuns: 8 },
    );
  });

  it('makes the same events of batches', () => {
    fc.assert(
      fc.property(
        given,
        values,
        fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1 }),
        (options, trace, sizes) => {
          const rule = toRule(options);
          const reference = new Reference(options);
          for (let at = 0, turn = 0; at < trace.length; turn++) {
            const size = sizes[turn % sizes.length]!;
            const part = trace.slice(at, at + size);
            const times = part.map((_, i) => START + BigInt(at + i) * 7n * SECOND);
            const end = START + BigInt(at + part.length) * 7n * SECOND;
            at += size;
            const unit = `u${turn % 2}`;
            const batch: Batch = {
              name: 'm',
              tags: { unit },
              points: part.map((v, i) => ({ fields: { v }, time: NanoDate.fromUnixNano(times[i]!) })),
              time: NanoDate.fromUnixNano(end),
            };
            expectSame(rule.observeBatch(batch), reference.batch(unit, part, times, end), reference.told);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('takes up where a rule before it stopped', () => {
    fc.assert(
      fc.property(given, values, fc.nat(1000), (options, trace, cut) => {
        const at = cut % trace.length;
        const states = new Map<string, { level: (typeof LEVELS)[number]; time: Date }>();
        const sink = {
          collect: (event: { id: string; level: (typeof LEVELS)[number]; time: Date }) =>
            void states.set(event.id, event),
          eventState: (_: string, id: string) => states.get(id),
        };
        const run = (values: readonly number[], from: number, rule: AlertRule): unknown[] =>
          values.map((v, i) => {
            const time = NanoDate.fromUnixNano(START + BigInt(from + i) * SECOND);
            const event = rule.observe({ name: 'm', tags: { unit: 'u' }, fields: { v }, time });
            return event && [event.level, durationNsText(event)];
          });
        run(trace.slice(0, at), 0, toRule(options).publishTo(sink));
        const known = states.get(options.grouped ? 'm:unit=u' : 'm:nil');
        const reference = new ReferenceState(toReference(options));
        if (known !== undefined) {
          reference.restore(LEVELS.indexOf(known.level), BigInt(known.time.getTime()) * 1_000_000n);
        }
        const expected = trace.slice(at).map((value, i) => {
          const event = reference.stream(
            referenceLevel(judged(options, value), reference.level),
            START + BigInt(at + i) * SECOND,
          );
          return event && [LEVELS[event.level], String(event.durationNs)];
        });
        expect(run(trace.slice(at), at, toRule(options).publishTo(sink))).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });
});

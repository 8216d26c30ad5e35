import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LEVELS, type Level } from '../../src/alert/level.ts';
import { NanoDate } from '../../src/alert/nano-date.ts';
import { InvalidPointError, RuleOptionsError } from '../../src/errors.ts';
import { StateTracker, type StateTrackerOptions } from '../../src/rule/state-tracker.ts';
import { type ReferenceOptions, ReferenceState } from './reference-model.ts';

const START = Date.UTC(2024, 0, 1);

/** The time `seconds` after the start. */
function at(seconds: number): Date {
  return new Date(START + seconds * 1000);
}

/** What a tracker says to levels that come 10 seconds apart. */
function reasons(options: StateTrackerOptions, levels: string): string[] {
  const tracker = new StateTracker(options);
  return [...levels].map((letter, i) => {
    const level = LEVELS['OIWC'.indexOf(letter)]!;
    return tracker.observe('id', level, at(i * 10)).reason;
  });
}

describe('a tracker without options', () => {
  it('tells every level but OK, and OK when it is a recovery', () => {
    expect(reasons({}, 'OIWCCWIOO')).toEqual([
      'ok',
      'fired',
      'raised',
      'raised',
      'repeated',
      'lowered',
      'lowered',
      'recovered',
      'ok',
    ]);
  });

  it('says what happened', () => {
    const tracker = new StateTracker();
    tracker.observe('a', 'WARNING', at(0));
    expect(tracker.observe('a', 'CRITICAL', at(12.5))).toEqual({
      event: true,
      reason: 'raised',
      id: 'a',
      level: 'CRITICAL',
      previousLevel: 'WARNING',
      changed: true,
      flapping: false,
      duration: 12_500,
      durationNs: 12_500_000_000,
    });
    expect(tracker.observe('a', 'OK', at(20))).toMatchObject({ event: true, duration: 20_000 });
    expect(tracker.observe('a', 'OK', at(30))).toMatchObject({ event: false, reason: 'ok', duration: 0 });
  });

  it('keeps alerts apart, whatever their ids', () => {
    const tracker = new StateTracker({ stateChangesOnly: true });
    for (const id of ['__proto__', 'constructor', '', 'a']) {
      expect(tracker.observe(id, 'INFO', at(0)).reason).toBe('fired');
    }
    for (const id of ['__proto__', 'constructor', '', 'a']) {
      expect(tracker.observe(id, 'INFO', at(1)).reason).toBe('unchanged');
    }
    expect(tracker.size).toBe(4);
  });

  it('counts nanoseconds exactly, over centuries as well', () => {
    const tracker = new StateTracker();
    tracker.observe('a', 'INFO', NanoDate.fromRFC3339('1900-01-01T00:00:00.000000001Z'));
    const seen = tracker.observe('a', 'INFO', NanoDate.fromRFC3339('2024-01-01T00:00:00.000000003Z'));
    expect(seen.durationNs).toBe(3_913_056_000_000_000_002n);
    expect(seen.duration).toBe(3_913_056_000_000);
  });

  it('refuses what is no level or no time', () => {
    const tracker = new StateTracker();
    expect(() => tracker.observe('a', 'WARN' as Level, at(0))).toThrow(InvalidPointError);
    expect(() => tracker.observe('a', 'OK', new Date(Number.NaN))).toThrow('got an invalid Date');
    expect(tracker.size).toBe(0);
  });
});

describe('stateChangesOnly', () => {
  it('tells changes', () => {
    expect(reasons({ stateChangesOnly: true }, 'OWWCCWOO')).toEqual([
      'ok',
      'fired',
      'unchanged',
      'raised',
      'unchanged',
      'lowered',
      'recovered',
      'ok',
    ]);
  });

  it('tells again what has not changed for the interval', () => {
    expect(reasons({ stateChangesOnly: '20s' }, 'CCCCCO')).toEqual([
      'fired',
      'unchanged',
      'repeated',
      'unchanged',
      'repeated',
      'recovered',
    ]);
    expect(reasons({ stateChangesOnly: 20_000 }, 'CCC')).toEqual(['fired', 'unchanged', 'repeated']);
  });

  it('measures the interval to the nanosecond', () => {
    const tracker = new StateTracker({ stateChangesOnly: '10ns' });
    const base = 1_704_067_200_000_000_000n;
    tracker.observe('a', 'INFO', NanoDate.fromUnixNano(base));
    expect(tracker.observe('a', 'INFO', NanoDate.fromUnixNano(base + 9n)).event).toBe(false);
    expect(tracker.observe('a', 'INFO', NanoDate.fromUnixNano(base + 10n)).event).toBe(true);
  });
});

describe('noRecoveries', () => {
  it('does not tell that an alert is OK again, and starts anew after that', () => {
    expect(reasons({ noRecoveries: true }, 'COOC')).toEqual(['fired', 'noRecoveries', 'ok', 'fired']);
  });
});

describe('flapping', () => {
  const flapping = { low: 0.25, high: 0.5 };

  it('tells nothing while the level changes too often', () => {
    expect(reasons({ flapping, history: 6 }, 'COCOCCCCCC')).toEqual([
      'fired',
      'recovered',
      ...Array<string>(7).fill('flapping'),
      'repeated',
    ]);
  });

  it('loses a recovery', () => {
    expect(reasons({ flapping, history: 6 }, 'CCCCOCOCOOOOOO')).toEqual([
      ...[
        'fired',
        'repeated',
        'repeated',
        'repeated',
        'recovered',
        'fired',
        'flapping',
        'flapping',
        'flapping',
      ],
      ...['ok', 'ok', 'ok', 'ok', 'ok'],
    ]);
  });

  it('tells a recovery that was held back when it is over, if asked to', () => {
    const options = { flapping, history: 6, recoverSuppressed: true };
    expect(reasons(options, 'CCCCOCOCOOOOOOOO').slice(6)).toEqual([
      ...Array<string>(7).fill('flapping'),
      'recovered',
      'ok',
      'ok',
    ]);
  });
});

describe('emitInitialOk', () => {
  it('tells that an alert is OK the first time that it is seen', () => {
    expect(reasons({ emitInitialOk: true }, 'OOCO')).toEqual(['initialOk', 'ok', 'fired', 'recovered']);
    expect(reasons({ emitInitialOk: true }, 'COO')).toEqual(['fired', 'recovered', 'ok']);
  });

  it('does not when the alert is known', () => {
    const tracker = new StateTracker({ emitInitialOk: true });
    tracker.restore('a', 'OK', at(0));
    expect(tracker.observe('a', 'OK', at(1)).reason).toBe('ok');
  });
});

describe('for', () => {
  it('waits until a level has held that long', () => {
    expect(reasons({ for: '20s' }, 'CCCO')).toEqual(['ok', 'ok', 'fired', 'recovered']);
    expect(reasons({ for: '20s' }, 'CCOCCC')).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'fired']);
  });

  it('waits for each level on its own', () => {
    const tracker = new StateTracker({ for: '20s' });
    const levels = ['WARNING', 'CRITICAL', 'CRITICAL', 'CRITICAL', 'WARNING'] as const;
    expect(levels.map((level, i) => tracker.observe('a', level, at(i * 10)).level)).toEqual([
      'OK',
      'OK',
      'WARNING',
      'CRITICAL',
      'WARNING',
    ]);
  });
});

describe('keepFiringFor', () => {
  it('goes on for that long after the level is gone', () => {
    expect(reasons({ stateChangesOnly: true, keepFiringFor: '20s' }, 'COOOO')).toEqual([
      'fired',
      'unchanged',
      'recovered',
      'ok',
      'ok',
    ]);
    expect(reasons({ stateChangesOnly: true, keepFiringFor: '20s' }, 'COCOO')).toEqual([
      'fired',
      'unchanged',
      'unchanged',
      'unchanged',
      'recovered',
    ]);
  });

  it('falls by steps', () => {
    const tracker = new StateTracker({ keepFiringFor: '20s' });
    const levels = ['CRITICAL', 'WARNING', 'OK', 'OK', 'OK'] as const;
    expect(levels.map((level, i) => tracker.observe('a', level, at(i * 10)).level)).toEqual([
      'CRITICAL',
      'CRITICAL',
      'WARNING',
      'OK',
      'OK',
    ]);
  });

  it('works with for', () => {
    expect(reasons({ stateChangesOnly: true, for: '10s', keepFiringFor: '20s' }, 'CCOCOOO')).toEqual([
      'ok',
      'fired',
      'unchanged',
      'unchanged',
      'unchanged',
      'recovered',
      'ok',
    ]);
  });

  it('holds what was known before a restart', () => {
    const tracker = new StateTracker({ keepFiringFor: '30s' });
    tracker.restore('a', 'CRITICAL', at(0));
    expect(tracker.observe('a', 'OK', at(10)).level).toBe('CRITICAL');
    expect(tracker.observe('a', 'OK', at(30)).reason).toBe('recovered');
  });
});

describe('what is remembered', () => {
  it('can be asked for, restored and forgotten', () => {
    const tracker = new StateTracker({ stateChangesOnly: true });
    expect(tracker.state('a')).toBeUndefined();
    tracker.restore('a', 'WARNING', at(0));
    expect(tracker.state('a')).toEqual({
      id: 'a',
      level: 'WARNING',
      time: new NanoDate(START),
      flapping: false,
    });
    expect(tracker.observe('a', 'WARNING', at(5)).reason).toBe('unchanged');
    expect(tracker.observe('a', 'OK', at(10))).toMatchObject({ reason: 'recovered', duration: 10_000 });
    expect(tracker.forget('a')).toBe(true);
    expect(tracker.forget('a')).toBe(false);
    expect(tracker.observe('a', 'OK', at(20)).reason).toBe('ok');
    tracker.clear();
    expect(tracker.size).toBe(0);
  });
});

describe('wrong options', () => {
  it.each<[StateTrackerOptions, string]>([
    [{ history: 5 }, 'history does nothing without flapping'],
    [{ history: 2.5, flapping: { low: 0.1, high: 0.2 } }, 'history must be a whole number, got 2.5'],
    [
      { flapping: { low: 0.6, high: 0.2 } },
      'flapping.low must not be above flapping.high, got low 0.6 and high 0.2',
    ],
    [{ flapping: { low: 0.2, high: 1.5 } }, 'flapping.high must be a number from 0 to 1, got 1.5'],
    [{ flapping: { low: Number.NaN, high: 0.5 } }, 'flapping.low must be a number from 0 to 1, got NaN'],
    [
      { stateChangesOnly: 'soon' },
      "stateChangesOnly must be milliseconds or a duration such as '10s', got 'soon'",
    ],
    [{ stateChangesOnly: Number.POSITIVE_INFINITY }, 'stateChangesOnly must be milliseconds'],
    [{ for: '0s' }, "for must be longer than zero, got '0s'"],
    [{ keepFiringFor: -5 }, 'keepFiringFor must be longer than zero, got -5'],
    [{ recoverSuppressed: true }, 'recoverSuppressed does nothing without flapping'],
    [
      { recoverSuppressed: true, noRecoveries: true, flapping: { low: 0.1, high: 0.2 } },
      'noRecoveries and recoverSuppressed contradict each other',
    ],
    [{ noRecoveries: 'yes' as unknown as boolean }, "noRecoveries must be true or false, got 'yes'"],
  ])('%j', (options, message) => {
    expect(() => new StateTracker(options)).toThrow(RuleOptionsError);
    expect(() => new StateTracker(options)).toThrow(message);
  });
});

const share = fc.double({ min: 0, max: 1, noNaN: true });
const optionsArbitrary = fc.record(
  {
    stateChangesOnly: fc.oneof(
      fc.boolean(),
      fc.integer({ min: 1, max: 40 }).map((s) => `${s}s`),
    ),
    flapping: fc.tuple(share, share).map(([a, b]) => ({ low: Math.min(a, b), high: Math.max(a, b) })),
    history: fc.integer({ min: -1, max: 30 }),
    noRecoveries: fc.boolean(),
  },
  { requiredKeys: [] },
);
const traceArbitrary = fc.array(
  fc.record({
    level: fc.oneof(
      { weight: 3, arbitrary: fc.constant(0) },
      { weight: 3, arbitrary: fc.integer({ min: 0, max: 3 }) },
    ),
    again: fc.integer({ min: 1, max: 12 }),
    step: fc.bigInt({ min: -2_000_000_000n, max: 12_000_000_000n }),
  }),
  { maxLength: 120 },
);

function toReference(options: StateTrackerOptions): ReferenceOptions {
  const { stateChangesOnly, flapping, history, noRecoveries } = options;
  return {
    stateChangesOnly: (stateChangesOnly ?? false) !== false,
    ...(typeof stateChangesOnly === 'string' && {
      interval: BigInt(Number.parseInt(stateChangesOnly, 10)) * 1_000_000_000n,
    }),
    ...(flapping && { flapping: [flapping.low, flapping.high] }),
    ...(history !== undefined && { history }),
    ...(noRecoveries !== undefined && { noRecoveries }),
  };
}

/** `history` is refused without `flapping`. */
function withoutLoneHistory(options: StateTrackerOptions): StateTrackerOptions {
  if (options.flapping !== undefined) return options;
  const { history: _, ...rest } = options;
  return rest;
}

describe('against the reference model', () => {
  it('tells the same', () => {
    fc.assert(
      fc.property(optionsArbitrary, traceArbitrary, (given, trace) => {
        const options = withoutLoneHistory(given);
        const tracker = new StateTracker(options);
        const reference = new ReferenceState(toReference(options));
        let time = 1_704_067_200_000_000_000n;
        for (const { level, again, step } of trace) {
          for (let i = 0; i < again; i++) {
            time += step;
            const expected = reference.stream(level, time);
            const seen = tracker.observe('a', LEVELS[level]!, NanoDate.fromUnixNano(time));
            expect(seen.event).toBe(expected !== undefined);
            expect(seen.flapping).toBe(reference.flapping);
            if (expected !== undefined) {
              expect(seen.level).toBe(LEVELS[expected.level]);
              expect(BigInt(seen.durationNs)).toBe(expected.durationNs);
            }
          }
        }
      }),
      { numRuns: 400 },
    );
  });

  it('starts and stops flapping at the same share of changes, to the last bit', () => {
    const trace = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 24 }), trace, fc.nat(), fc.nat(), (history, levels, a, b) => {
        const plain = new ReferenceState({ flapping: [0, 1], history });
        const shares = levels.map((level) => {
          plain.stream(level, 0n);
          return plain.share;
        });
        const one = shares[a % shares.length]!;
        const other = shares[b % shares.length]!;
        const flapping = { low: Math.min(one, other, 1), high: Math.min(1, Math.max(one, other)) };
        const tracker = new StateTracker({ flapping, history });
        const reference = new ReferenceState({ flapping: [flapping.low, flapping.high], history });
        for (const level of levels) {
          reference.stream(level, 0n);
          expect(tracker.observe('a', LEVELS[level]!, at(0)).flapping).toBe(reference.flapping);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps its promises', () => {
    const levels = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(optionsArbitrary, levels, fc.boolean(), (given, trace, late) => {
        const { noRecoveries, ...rest } = withoutLoneHistory(given);
        const options =
          rest.flapping !== undefined && late
            ? { ...rest, recoverSuppressed: true }
            : { ...rest, noRecoveries: noRecoveries ?? false };
        const tracker = new StateTracker(options);
        let firing = false;
        for (const [i, level] of trace.entries()) {
          const seen = tracker.observe('a', LEVELS[level]!, at(i));
          expect(seen.event).toBe(
            ['fired', 'raised', 'lowered', 'repeated', 'recovered'].includes(seen.reason),
          );
          expect(seen.duration).toBeGreaterThanOrEqual(0);
          if (!seen.event) continue;
          // A recovery follows a firing, and only one does.
          if (seen.level === 'OK' && options.flapping === undefined) expect(firing).toBe(true);
          firing = seen.level !== 'OK';
        }
        // Calm at the end: whoever was told that it fires is told that it is over.
        for (let i = 0; i < 60; i++) {
          const seen = tracker.observe('a', 'OK', at(trace.length + i));
          if (seen.event) firing = false;
        }
        const recovers =
          !('noRecoveries' in options && options.noRecoveries) && (options.flapping === undefined || late);
        // A `low` of 0 is never undercut, so that flapping never ends.
        if (recovers && (options.flapping === undefined || options.flapping.low > 0))
          expect(firing).toBe(false);
      }),
      { numRuns: 400 },
    );
  });
});

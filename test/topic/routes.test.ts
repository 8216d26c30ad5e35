import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertEvent } from '../../src/alert/event.ts';
import { compileMatch, type MatchDialect } from '../../src/match/index.ts';
import { TopicRegistry } from '../../src/topic/index.ts';

/** `{ counted: '…' }`: a lambda that counts how often it is evaluated. */
function countingDialect(): { readonly dialects: { readonly counted: MatchDialect }; evaluated: number } {
  const counter = {
    evaluated: 0,
    dialects: {
      counted: {
        compile: (source: unknown, options: object) => {
          const match = compileMatch(String(source), options);
          return {
            source: match.source,
            dialect: 'counted',
            references: match.references,
            ...(match.index && { index: match.index }),
            matches: (event: AlertEvent) => {
              counter.evaluated++;
              return match.matches(event);
            },
            explain: (event: AlertEvent) => match.explain(event),
          };
        },
      },
    },
  };
  return counter;
}

describe('the index of handlers', () => {
  it('asks each match of a dialect whose index does not tell what fails', async () => {
    const counter = countingDialect();
    const { compile } = counter.dialects.counted;
    const counted: MatchDialect = {
      compile(source, options) {
        const match = compile(source, options);
        if (match.index === undefined) return match;
        const { fails: _, ...index } = match.index;
        return { ...match, index };
      },
    };
    const alerts = new TopicRegistry({ dialects: { counted } });
    for (let n = 0; n < 5; n++) alerts.handle('t', () => {}, { match: { counted: `"host" == 'web-${n}'` } });
    alerts.collect({ topic: 't', id: 'a', level: 'CRITICAL' });
    expect(counter.evaluated).toBe(5);
    expect(alerts.stats().topics[0]?.handlers.map(({ matchErrors }) => matchErrors)).toEqual([1, 1, 1, 1, 1]);
    await alerts.close();
  });

  it.each([
    ['a tag', (n: number) => `"host" == 'web-${n}' AND level() > OK`, {}],
    ['one of two tags', (n: number) => `("host" == 'web-${n}' OR "host" == 'db-${n}') AND changed()`, {}],
    ['the name', (n: number) => `name() == 'web-${n}'`, { name: 'web-17' }],
    ['the task', (n: number) => `changed() AND taskName() == 'web-${n}'`, { taskName: 'web-17' }],
  ])('asks only those of ten thousand whose match begins with %s that fits', async (_, match, event) => {
    const counter = countingDialect();
    const alerts = new TopicRegistry({ dialects: counter.dialects });
    const got: string[] = [];
    for (let n = 0; n < 10_000; n++) {
      alerts.handle('t', () => void got.push(String(n)), { id: `h${n}`, match: { counted: match(n) } });
    }
    alerts.collect({ topic: 't', id: 'a', level: 'CRITICAL', tags: { host: 'web-17' }, ...event });
    await alerts.flush();
    expect(got).toEqual(['17']);
    expect(counter.evaluated).toBe(1);
    alerts.collect({
      topic: 't',
      id: 'a',
      level: 'CRITICAL',
      tags: { host: 'other' },
      name: 'o',
      taskName: 'o',
    });
    expect(counter.evaluated).toBe(1);
    alerts.handle('t', () => void got.push('late'), { id: 'late', match: { counted: match(17) } });
    await alerts.remove('t', 'h17');
    alerts.collect({ topic: 't', id: 'b', level: 'CRITICAL', tags: { host: 'web-17' }, ...event });
    await alerts.flush();
    expect(got).toEqual(['17', 'late']);
  });

  it('counts an event without the tag for all of ten thousand, and asks none', async () => {
    const counter = countingDialect();
    const alerts = new TopicRegistry({ dialects: counter.dialects });
    for (let n = 0; n < 10_000; n++) {
      alerts.handle('t', () => {}, { id: `h${n}`, match: { counted: `"host" == 'web-${n}'` } });
    }
    alerts.collect({ topic: 't', id: 'a', level: 'CRITICAL', tags: { dc: 'eu' } });
    alerts.collect({ topic: 't', id: 'a', level: 'OK', tags: { dc: 'eu' } });
    expect(counter.evaluated).toBe(0);
    const errors = () => alerts.stats().topics[0]?.handlers.map(({ matchErrors }) => matchErrors);
    expect(new Set(errors())).toEqual(new Set([2]));
    await alerts.remove('t', 'h0');
    alerts.collect({ topic: 't', id: 'b', level: 'CRITICAL' });
    alerts.handle('t', () => {}, { id: 'late', match: { counted: `"host" == 'late'` } });
    expect(errors()?.slice(-2)).toEqual([3, 0]);
    const failed: string[] = [];
    alerts.on('matchError', ({ handlerId, error }) => failed.push(`${handlerId} ${error}`));
    alerts.collect({ topic: 't', id: 'b', level: 'CRITICAL' });
    expect(failed).toHaveLength(10_000);
    expect(failed.at(-1)).toMatch(/^late LambdaEvaluationError: .*"host" is missing/);
    expect(errors()?.slice(-2)).toEqual([4, 1]);
  });

  it('leaves out nobody who wants to be told of recoveries', async () => {
    const alerts = new TopicRegistry();
    const got: string[] = [];
    const handler =
      (name: string) =>
      ({ level }: AlertEvent) =>
        void got.push(`${name} ${level}`);
    for (let n = 0; n < 10; n++) {
      alerts.handle('t', handler(`h${n}`), {
        id: `h${n}`,
        match: `"state" == 'bad-${n}'`,
        ...(n === 3 && { delivery: { recoveries: 'always' } }),
      });
    }
    alerts.collect({ topic: 't', id: 'a', level: 'CRITICAL', tags: { state: 'bad-3' } });
    alerts.collect({ topic: 't', id: 'b', level: 'CRITICAL', tags: { state: 'bad-4' } });
    alerts.collect({ topic: 't', id: 'a', level: 'OK', tags: { state: 'good' } });
    alerts.collect({ topic: 't', id: 'b', level: 'OK', tags: { state: 'good' } });
    await alerts.flush();
    expect(got.sort()).toEqual(['h3 CRITICAL', 'h3 OK', 'h4 CRITICAL']);
  });

  it('changes nothing in who gets what, nor in what is reported', async () => {
    const value = fc.constantFrom('a', 'b', 'c', '__proto__');
    const source = fc.oneof(
      value.map((v) => `"host" == '${v}'`),
      fc.tuple(value, value).map(([v, w]) => `"host" == '${v}' OR '${w}' == "host"`),
      value.map((v) => `changed() AND "host" == '${v}' AND level() >= WARNING`),
      value.map((v) => `"host" == '${v}' AND "dc" == 'eu'`),
      value.map((v) => `"host" == '${v}' AND isPresent("dc") AND "dc" == 'eu'`),
      value.map((v) => `"host" == '${v}' OR "dc" == 'eu'`),
      value.map((v) => `name() == '${v}'`),
      value.map((v) => `name() == '${v}' AND "dc" != 'us'`),
      value.map((v) => `count() > 2 AND "host" == '${v}'`),
      value.map((v) => `"host" == '${v}' AND count() > 2`),
      fc.constant('level() > INFO'),
    );
    const event = fc.record({
      id: fc.constantFrom('x', 'y'),
      level: fc.constantFrom('OK', 'INFO', 'WARNING', 'CRITICAL'),
      name: value,
      tags: fc.record({ host: value, dc: fc.constantFrom('eu', 'us') }, { requiredKeys: [] }),
      fields: fc.record({ host: value }, { requiredKeys: [] }),
      noExternal: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(source, { maxLength: 40 }),
        fc.array(event, { maxLength: 12 }),
        fc.integer({ min: 0, max: 12 }),
        async (sources, events, changed) => {
          const alerts = new TopicRegistry();
          // One that nobody listens to: what fails is counted all the same.
          const unheard = new TopicRegistry();
          const failures = sources.map(() => 0);
          const plain = sources.map((each) => compileMatch(each));
          const got: string[] = [];
          const expected: string[] = [];
          alerts.on('matchError', ({ handlerId, event: { message } }) =>
            got.push(`${message} ${handlerId} failed`),
          );
          sources.forEach((match, n) => {
            const handle = ({ message }: AlertEvent) => void got.push(`${message} ${n} got it`);
            const options = { id: String(n), match, external: n % 3 === 0 };
            alerts.handle('t', handle, options);
            unheard.handle('t', () => {}, options);
          });
          for (const [m, each] of events.entries()) {
            if (m === changed) unheard.handle('t', () => {}, { id: 'late', match: '"host" == \'a\'' });
            const collected = alerts.collect({ topic: 't', message: `#${m}`, ...each } as never);
            unheard.collect({ topic: 't', message: `#${m}`, ...each } as never);
            plain.forEach((match, n) => {
              if (each.noExternal && n % 3 === 0) return;
              try {
                if (match.matches(collected)) expected.push(`#${m} ${n} got it`);
              } catch {
                expected.push(`#${m} ${n} failed`);
                failures[n] = (failures[n] ?? 0) + 1;
              }
            });
          }
          await alerts.flush();
          expect(got.sort()).toEqual(expected.sort());
          if (events.length === 0) return;
          for (const registry of [alerts, unheard]) {
            const figures = registry.stats().topics[0]?.handlers ?? [];
            expect(figures.slice(0, sources.length).map(({ matchErrors }) => matchErrors)).toEqual(failures);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

import { describe, expect, it, vi } from 'vitest';
import type { AlertEvent } from '../../src/alert/event.ts';
import { NanoDate } from '../../src/alert/nano-date.ts';
import { MemoryStore } from '../../src/delivery/index.ts';
import {
  HandlerLookupError,
  HandlerSpecError,
  InvalidEventError,
  InvalidQueryError,
  KindConfigurationError,
  RegistryClosedError,
  RegistryOptionsError,
} from '../../src/errors.ts';
import type { AnyHandlerKind } from '../../src/handler/handler-kind.ts';
import { aggregate } from '../../src/handlers/aggregate.ts';
import { publish } from '../../src/handlers/publish.ts';
import { FakeClock } from '../../src/testing/fake-clock.ts';
import { TopicRegistry } from '../../src/topic/index.ts';

function recorder(): { readonly events: AlertEvent[]; handle(event: AlertEvent): void } {
  const events: AlertEvent[] = [];
  return { events, handle: (event) => void events.push(event) };
}

describe('collect', () => {
  it('fills in what the host leaves out', () => {
    const clock = new FakeClock('2026-02-03T04:05:06Z');
    const alerts = new TopicRegistry({ clock });
    expect(alerts.collect({ topic: 'cpu', id: 'web-1', level: 'CRITICAL' })).toEqual({
      topic: 'cpu',
      id: 'web-1',
      level: 'CRITICAL',
      previousLevel: 'OK',
      message: 'web-1 is CRITICAL',
      details: '',
      time: new Date('2026-02-03T04:05:06Z'),
      duration: 0,
      recoverable: true,
      noExternal: false,
      name: '',
      taskName: '',
      group: '',
      category: '',
      tags: {},
      fields: {},
      series: null,
    });
  });

  it('takes the previous level from the topic, and from the caller for an id that is new', () => {
    const alerts = new TopicRegistry();
    const given = { topic: 'cpu', id: 'a', previousLevel: 'INFO' } as const;
    expect(alerts.collect({ ...given, level: 'WARNING' }).previousLevel).toBe('INFO');
    expect(alerts.collect({ ...given, level: 'OK' }).previousLevel).toBe('WARNING');
    expect(alerts.collect({ ...given, level: 'OK' }).previousLevel).toBe('OK');
  });

  it.each([
    [{ topic: '', id: 'a', level: 'OK' }, 'an event needs the name of a topic'],
    [{ topic: 'cpu', level: 'OK' }, "an event on topic 'cpu' needs an id"],
    [{ topic: 'cpu', id: 'a', level: 'CRIT' }, `the level of event 'a' on topic 'cpu' is "CRIT"`],
    [{ topic: 'cpu', id: 'a' }, "the level of event 'a' on topic 'cpu' is missing"],
    [{ topic: 'cpu', id: 'a', level: 'OK', time: new Date(Number.NaN) }, 'invalid Date'],
    [{ topic: 'cpu', id: 'a', level: 'OK', duration: Number.NaN }, 'duration'],
    [null, 'an event needs the name of a topic'],
    [{ topic: 'cpu', id: 'a', level: 3n }, "the level of event 'a' on topic 'cpu' is a bigint"],
    [{ topic: 'cpu', id: 'a', level: 'OK', previousLevel: 'CRIT' }, 'previousLevel'],
    [
      { topic: 'cpu', id: 'a', level: 'OK', time: '2026-01-02' },
      "the time of event 'a' on topic 'cpu' is no Date",
    ],
    [
      { topic: 'cpu', id: 'a', level: 'OK', message: 5 },
      "the message of event 'a' on topic 'cpu' must be a text",
    ],
    [{ topic: 'cpu', id: 'a', level: 'OK', details: {} }, 'the details of'],
  ])('refuses %o and changes nothing', (event, reason) => {
    const alerts = new TopicRegistry();
    expect(() => alerts.collect(event as never)).toThrow(InvalidEventError);
    expect(() => alerts.collect(event as never)).toThrow(reason);
    expect(alerts.topics()).toEqual([]);
    expect(alerts.stats().collected).toBe(0);
  });

  it('refuses to put on a topic what is no handler, and options that do not exist', () => {
    const alerts = new TopicRegistry();
    const attempt = (...args: unknown[]) => alerts.handle(...(args as Parameters<typeof alerts.handle>));
    expect(() => attempt('cpu', null)).toThrow('handler: a handler is a function, or an object with');
    expect(() => attempt('cpu', { handel: () => {} })).toThrow(HandlerSpecError);
    expect(() => attempt('', () => {})).toThrow('topic: a handler needs the name of a topic');
    expect(() => attempt(5, () => {})).toThrow(HandlerSpecError);
    expect(() => attempt('cpu', () => {}, null)).toThrow(HandlerSpecError);
    expect(() => attempt('cpu', () => {}, { mach: 'changed()' })).toThrow("Did you mean 'match'?");
    expect(alerts.topics()).toEqual([]);
  });

  it.each([
    [null, 'must be an object'],
    [{ kindz: [] }, "a registry has no option 'kindz'. Did you mean 'kinds'?"],
    [{ kinds: 5 }, 'kinds must be a list'],
    [{ limits: 5 }, 'limits must be an object'],
    [{ limits: [] }, 'limits must be an object'],
    [{ delivery: null }, 'delivery must be an object'],
    [{ delivery: 'fast' }, 'delivery must be an object'],
    [{ dialects: 5 }, 'dialects must be an object'],
    [{ clock: null }, 'clock must be an object with'],
    [{ random: 5 }, 'random must be a function'],
    [{ limits: { hop: 1 } }, "Did you mean 'limits.hops'?"],
    [{ limits: { hops: -1 } }, 'limits.hops must be a whole number from 0 on, got -1'],
    [{ limits: { ids: 1.5 } }, 'limits.ids must be'],
    [{ limits: { deadLetters: Number.NaN } }, 'limits.deadLetters must be'],
  ])('refuses the options %j', (options, reason) => {
    const attempt = () => new TopicRegistry(options as never);
    expect(attempt).toThrow(RegistryOptionsError);
    expect(attempt).toThrow(reason);
  });

  it.each([null, 5, {}, { store: null }, { store: 'lmdb' }])('cannot be opened with %j', async (options) => {
    await expect(TopicRegistry.open(options as never)).rejects.toThrow(RegistryOptionsError);
  });

  it.each<[string, unknown, unknown, unknown, string]>([
    ['no state', 'cpu', 'a', null, 'the level of event'],
    ['a number', 'cpu', 'a', 5, 'the level of event'],
    ['no such level', 'cpu', 'a', { level: 'BAD', time: new Date(0) }, 'is "BAD"'],
    ['no time', 'cpu', 'a', { level: 'OK' }, 'an invalid Date'],
    ['a time that is none', 'cpu', 'a', { level: 'OK', time: 5 }, 'no Date'],
    ['no topic', '', 'a', { level: 'OK', time: new Date(0) }, 'the name of a topic'],
    ['no id', 'cpu', 5, { level: 'OK', time: new Date(0) }, 'needs an id'],
  ])('takes no event state with %s', (_, topic, id, state, reason) => {
    const alerts = new TopicRegistry();
    const attempt = () => alerts.setEventState(topic as never, id as never, state as never);
    expect(attempt).toThrow(InvalidEventError);
    expect(attempt).toThrow(reason);
    expect(alerts.topics()).toEqual([]);
  });

  it('takes an event state of a level and a time', () => {
    const alerts = new TopicRegistry();
    alerts.setEventState('cpu', 'a', { level: 'WARNING', time: new Date(5) } as never);
    expect(alerts.eventState('cpu', 'a')).toEqual({
      id: 'a',
      level: 'WARNING',
      message: '',
      details: '',
      time: new Date(5),
      duration: 0,
    });
  });

  it('refuses kinds that are none', () => {
    const attempt = (kind: unknown) => new TopicRegistry({ kinds: [kind as AnyHandlerKind] });
    expect(() => attempt(null)).toThrow(KindConfigurationError);
    expect(() => attempt({ kind: '', options: {}, create: () => {} })).toThrow(KindConfigurationError);
    expect(() => attempt(publish)).toThrow('Call the function: kinds: [publish()].');
  });

  it('keeps nanoseconds of time and duration in the state', () => {
    const alerts = new TopicRegistry();
    const time = NanoDate.fromRFC3339('2026-01-02T03:04:05.000000007Z');
    const durationNs = 9223372036854775807n;
    alerts.collect({
      topic: 'cpu',
      id: 'a',
      level: 'INFO',
      time,
      duration: Number(durationNs) / 1e6,
      durationNs,
    });
    const state = alerts.eventState('cpu', 'a');
    expect(state?.time).toEqual(time);
    expect(state?.time).toMatchObject({ nanoseconds: 7 });
    expect(state?.durationNs).toBe(durationNs);
  });

  it('never waits for a handler, nor throws what it throws', async () => {
    const clock = new FakeClock();
    const alerts = new TopicRegistry({ clock, delivery: { maxTries: 1 } });
    const good = recorder();
    alerts.handle('cpu', () => {
      throw new Error('boom');
    });
    alerts.handle('cpu', async () => {
      throw new Error('later');
    });
    alerts.handle('cpu', good);
    const letters = vi.fn();
    alerts.on('deadLetter', letters);
    alerts.collect({ topic: 'cpu', id: 'a', level: 'INFO' });
    alerts.collect({ topic: 'cpu', id: 'b', level: 'INFO' });
    await clock.settle();
    expect(good.events.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(letters).toHaveBeenCalledTimes(4);
  });

  it('tells when the level of a topic changes', () => {
    const alerts = new TopicRegistry();
    const changes: string[] = [];
    alerts.on('levelChange', ({ topic, previousLevel, level }) =>
      changes.push(`${topic} ${previousLevel} ${level}`),
    );
    for (const [id, level] of [
      ['a', 'WARNING'],
      ['b', 'CRITICAL'],
      ['a', 'OK'],
      ['b', 'INFO'],
      ['b', 'OK'],
    ] as const) {
      alerts.collect({ topic: 'cpu', id, level });
    }
    expect(changes).toEqual(['cpu OK WARNING', 'cpu WARNING CRITICAL', 'cpu CRITICAL INFO', 'cpu INFO OK']);
  });
});

describe('handlers', () => {
  it('get the events that their match takes, in order', async () => {
    const alerts = new TopicRegistry();
    const all = recorder();
    const critical = recorder();
    const byFunction = recorder();
    const byExpr = recorder();
    alerts.handle('cpu', all);
    alerts.handle('cpu', critical, { match: 'level() == CRITICAL AND "host" == \'web-1\'' });
    alerts.handle('cpu', byFunction, { match: ({ tags }) => tags.host === 'web-2' });
    alerts.handle('cpu', byExpr, { match: { expr: 'level >= WARNING and tags.host in ["web-2"]' } });
    const collect = (id: string, level: 'OK' | 'CRITICAL', host: string) =>
      alerts.collect({ topic: 'cpu', id, level, tags: { host } });
    collect('1', 'CRITICAL', 'web-1');
    collect('2', 'CRITICAL', 'web-2');
    collect('3', 'OK', 'web-1');
    await alerts.flush();
    expect(all.events.map(({ id }) => id)).toEqual(['1', '2', '3']);
    expect(critical.events.map(({ id }) => id)).toEqual(['1']);
    expect(byFunction.events.map(({ id }) => id)).toEqual(['2']);
    expect(byExpr.events.map(({ id }) => id)).toEqual(['2']);
  });

  it('whose match cannot be decided do not get the event, and that is told', async () => {
    const alerts = new TopicRegistry();
    const got = recorder();
    const failures: string[] = [];
    alerts.on('matchError', ({ topic, handlerId, event, error }) =>
      failures.push(`${topic} ${handlerId} ${event.id} ${(error as Error).name}`),
    );
    alerts.handle('cpu', got, { id: 'h', match: '"host" == \'a\'' });
    alerts.collect({ topic: 'cpu', id: 'x', level: 'INFO' });
    await alerts.flush();
    expect(got.events).toEqual([]);
    expect(failures).toEqual(['cpu h x LambdaEvaluationError']);
    expect(alerts.stats().topics[0]?.handlers[0]).toMatchObject({
      id: 'h',
      kind: 'function',
      matchErrors: 1,
    });
  });

  it('that leave the process are spared events flagged noExternal, also as a fallback', async () => {
    const took: string[] = [];
    const alerts = new TopicRegistry();
    const delivery = { maxTries: 1, fallback: 'outside' };
    alerts.handle('cpu', () => Promise.reject(new Error('down')), {
      id: 'inside',
      external: false,
      delivery,
    });
    alerts.handle('cpu', ({ id }) => void took.push(id), { id: 'outside', match: 'FALSE' });
    alerts.collect({ topic: 'cpu', id: 'a', level: 'INFO', noExternal: true });
    alerts.collect({ topic: 'cpu', id: 'b', level: 'INFO' });
    await alerts.flush();
    expect(took).toEqual(['b']);
    expect(alerts.deadLetters.list().map(({ event: { id } }) => id)).toEqual(['a']);
  });

  it('that leave the process are spared events flagged noExternal', async () => {
    const alerts = new TopicRegistry({ kinds: [publish()] });
    const outside = recorder();
    const inside = recorder();
    const published = recorder();
    alerts.handle('cpu', outside);
    alerts.handle('cpu', inside, { external: false });
    await alerts.define({ topic: 'cpu', id: 'p', kind: 'publish', options: { topics: ['other'] } });
    alerts.handle('other', published, { external: false });
    alerts.collect({ topic: 'cpu', id: 'a', level: 'INFO', noExternal: true });
    await alerts.flush();
    expect([outside, inside, published].map(({ events }) => events.length)).toEqual([0, 1, 1]);
    expect(published.events[0]?.noExternal).toBe(true);
  });

  it('may have texts of their own', async () => {
    const alerts = new TopicRegistry();
    const plain = recorder();
    const own = recorder();
    alerts.handle('cpu', plain);
    alerts.handle('cpu', own, { message: '{{ .ID }}: {{ .Message }}!', details: '<b>{{ .Message }}</b>' });
    alerts.collect({ topic: 'cpu', id: 'a', level: 'INFO', message: 'x < y', details: 'd' });
    await alerts.flush();
    expect(plain.events[0]).toMatchObject({ message: 'x < y', details: 'd' });
    expect(own.events[0]).toMatchObject({ message: 'a: x < y!', details: '<b>a: x &lt; y!</b>' });
  });

  it('get the event as it is when their own template fails, and that is told', async () => {
    const alerts = new TopicRegistry();
    const got = recorder();
    const failures = vi.fn();
    alerts.on('templateError', failures);
    alerts.handle('cpu', got, { id: 'h', message: '{{ index .Tags "host" | slice 3 }}' });
    alerts.collect({ topic: 'cpu', id: 'a', level: 'INFO', message: 'as it was' });
    await alerts.flush();
    expect(got.events[0]?.message).toBe('as it was');
    expect(failures).toHaveBeenCalledWith(
      expect.objectContaining({ topic: 'cpu', handlerId: 'h', part: 'message' }),
    );
  });

  it('have ids of their own on a topic', () => {
    const alerts = new TopicRegistry();
    expect(alerts.handle('cpu', recorder(), { id: 'handler-2' })).toBe('handler-2');
    expect(alerts.handle('cpu', recorder())).toBe('handler-3');
    expect(alerts.handle('mem', recorder())).toBe('handler-1');
    expect(() => alerts.handle('cpu', recorder(), { id: 'handler-2' })).toThrow(HandlerLookupError);
  });

  it('get nothing any more once they are removed, and are closed when their queue is drained', async () => {
    const alerts = new TopicRegistry();
    const log: string[] = [];
    alerts.handle(
      'cpu',
      {
        handle: async ({ id }) => {
          await Promise.resolve();
          log.push(id);
        },
        close: () => void log.push('closed'),
      },
      { id: 'h' },
    );
    alerts.collect({ topic: 'cpu', id: 'a', level: 'INFO' });
    const removed = alerts.remove('cpu', 'h');
    alerts.collect({ topic: 'cpu', id: 'b', level: 'INFO' });
    expect(await removed).toBe(true);
    expect(log).toEqual(['a', 'closed']);
    expect(await alerts.remove('cpu', 'h')).toBe(false);
  });

  it('can be taken off while an event goes round', async () => {
    const alerts = new TopicRegistry();
    const last = recorder();
    alerts.handle('cpu', recorder(), {
      id: 'first',
      match: () => {
        void alerts.remove('cpu', 'second');
        return true;
      },
    });
    alerts.handle('cpu', recorder(), { id: 'second' });
    alerts.handle('cpu', last, { id: 'last' });
    alerts.collect({ topic: 'cpu', id: 'a', level: 'INFO' });
    await alerts.flush();
    expect(last.events).toHaveLength(1);
  });

  it('outlive the deletion of their topic', async () => {
    const alerts = new TopicRegistry();
    const got = recorder();
    alerts.handle('cpu', got);
    alerts.collect({ topic: 'cpu', id: 'a', level: 'CRITICAL' });
    expect(alerts.deleteTopic('cpu')).toBe(true);
    expect(alerts.deleteTopic('cpu')).toBe(false);
    expect(alerts.topic('cpu')).toBeUndefined();
    expect(alerts.eventState('cpu', 'a')).toBeUndefined();
    alerts.collect({ topic: 'cpu', id: 'a', level: 'INFO' });
    await alerts.flush();
    expect(got.events.map(({ level, previousLevel }) => [level, previousLevel])).toEqual([
      ['CRITICAL', 'OK'],
      ['INFO', 'OK'],
    ]);
    expect(alerts.topic('cpu')).toMatchObject({ level: 'INFO', collected: 1 });
  });

  it('are told of recoveries past their match when they ask for that', async () => {
    const alerts = new TopicRegistry();
    const got = recorder();
    alerts.handle('cpu', got, { match: 'level() == CRITICAL', delivery: { recoveries: 'always' } });
    for (const level of ['CRITICAL', 'WARNING', 'OK'] as const)
      alerts.collect({ topic: 'cpu', id: 'a', level });
    alerts.collect({ topic: 'cpu', id: 'b', level: 'OK' });
    await alerts.flush();
    expect(got.events.map(({ id, level }) => `${id} ${level}`)).toEqual(['a CRITICAL', 'a OK']);
  });
});

describe('explain', () => {
  it('says who would get an event and why not, and changes nothing', () => {
    const alerts = new TopicRegistry();
    alerts.handle('cpu', recorder(), { id: 'all' });
    alerts.handle('cpu', recorder(), { id: 'changes', match: 'changed()' });
    alerts.handle('cpu', recorder(), { id: 'hosts', match: '"host" == \'a\'' });
    alerts.collect({ topic: 'cpu', id: 'a', level: 'INFO', tags: { host: 'a' } });
    const { event, handlers } = alerts.explain({ topic: 'cpu', id: 'a', level: 'INFO' });
    expect(event.previousLevel).toBe('INFO');
    expect(handlers.map(({ handler, matched, reason }) => [handler, matched, reason])).toEqual([
      ['all', true, 'matched'],
      ['changes', false, 'no_match'],
      ['hosts', false, 'match_error'],
    ]);
    expect(handlers[1]?.match).toMatchObject({ text: 'changed()', value: false });
    expect(alerts.topic('cpu')?.collected).toBe(1);
    expect(alerts.explain({ topic: 'cpu', id: 'a', level: 'OK', noExternal: true }).handlers[0]?.reason).toBe(
      'no_external',
    );
  });
});

describe('listings', () => {
  it('select by pattern and level', () => {
    const alerts = new TopicRegistry();
    for (const [topic, level] of [
      ['cpu', 'CRITICAL'],
      ['cpu-load', 'WARNING'],
      ['disk', 'OK'],
    ] as const) {
      alerts.collect({ topic, id: 'a', level });
    }
    const ids = (query: Parameters<typeof alerts.topics>[0]): string[] =>
      alerts.topics(query).map(({ id }) => id);
    expect(ids({ pattern: 'cpu*' })).toEqual(['cpu', 'cpu-load']);
    expect(ids({ minLevel: 'warn' })).toEqual(['cpu', 'cpu-load']);
    expect(ids({ pattern: '*d*', minLevel: 'OK' })).toEqual(['cpu-load', 'disk']);
    expect(() => ids({ pattern: '[' })).toThrow(InvalidQueryError);
    expect(() => ids({ minLevel: 'HIGH' })).toThrow(InvalidQueryError);
    expect(() => alerts.eventStates('cpu', { minLevel: 'X' })).toThrow(InvalidQueryError);
    expect(alerts.topics()[0]?.events).toEqual({ OK: 0, INFO: 0, WARNING: 0, CRITICAL: 1 });
  });
});

describe('limits.ids', () => {
  it('forgets the ids that have been OK for longest, and no others', () => {
    const alerts = new TopicRegistry({ limits: { ids: 3 } });
    const collect = (id: string, level: 'OK' | 'INFO') =>
      alerts.collect({ topic: 't', id, level }).previousLevel;
    const ids = (): string =>
      alerts
        .eventStates('t')
        .map(({ id, level }) => `${id}${level[0]}`)
        .join(' ');
    for (const id of ['a', 'b', 'c']) collect(id, 'OK');
    collect('a', 'OK');
    collect('d', 'INFO');
    expect(ids()).toBe('aO cO dI');
    collect('c', 'INFO');
    collect('e', 'INFO');
    expect(ids()).toBe('cI dI eI');
    collect('f', 'INFO');
    expect(ids()).toBe('cI dI eI fI');
    collect('d', 'OK');
    expect(ids()).toBe('cI eI fI');
    collect('g', 'OK');
    expect(ids()).toBe('cI eI fI');
    expect(collect('d', 'INFO')).toBe('OK');
    expect(collect('e', 'INFO')).toBe('INFO');
    expect(alerts.topic('t')).toMatchObject({ level: 'INFO', events: { OK: 0, INFO: 4 } });
  });
});

describe('publish', () => {
  it('cuts cycles by a hop limit, and says so', async () => {
    const alerts = new TopicRegistry({ kinds: [publish()], limits: { hops: 5 } });
    await alerts.define({ topic: 'a', id: 'p', kind: 'publish', options: { topics: ['b'] } });
    await alerts.define({
      topic: 'b',
      id: 'p',
      kind: 'publish',
      message: '{{ .Message }}.',
      options: { topics: ['a'] },
    });
    const reports = vi.fn();
    alerts.on('hopLimit', reports);
    alerts.collect({ topic: 'a', id: 'x', level: 'INFO' });
    await alerts.flush();
    expect(alerts.stats().collected).toBe(6);
    expect(reports).toHaveBeenCalledTimes(1);
    expect(reports.mock.calls[0]?.[0]).toMatchObject({ topic: 'a', error: { code: 'HOP_LIMIT' } });
    expect(alerts.deadLetters.list()[0]?.error?.code).toBe('HOP_LIMIT');
  });

  it('leaves chains of the allowed length alone', async () => {
    const alerts = new TopicRegistry({ kinds: [publish()] });
    for (let n = 0; n < 16; n++) {
      await alerts.define({ topic: `t${n}`, id: 'p', kind: 'publish', options: { topics: [`t${n + 1}`] } });
    }
    alerts.collect({ topic: 't0', id: 'x', level: 'INFO' });
    await alerts.flush();
    expect(alerts.topic('t16')?.collected).toBe(1);
    expect(alerts.deadLetters.size).toBe(0);
  });
});

describe('listeners', () => {
  it('that throw or reject disturb nothing and are told of', async () => {
    const alerts = new TopicRegistry();
    const errors: unknown[] = [];
    const seen: string[] = [];
    alerts.on('error', (error) => errors.push(error));
    alerts.on('error', () => {
      throw new Error('in error');
    });
    alerts.on('event', () => {
      throw new Error('sync');
    });
    alerts.on('event', async () => {
      throw new Error('async');
    });
    alerts.on('event', ({ id }) => seen.push(id));
    alerts.collect({ topic: 'cpu', id: 'a', level: 'INFO' });
    await alerts.flush();
    expect(seen).toEqual(['a']);
    expect(errors.map((error) => (error as Error).message)).toEqual(['sync', 'async']);
  });

  it('without a listener an error is let go', () => {
    const alerts = new TopicRegistry();
    expect(alerts.emit('error', new Error('nobody cares'))).toBe(false);
  });

  it('can be taken off again, and called once', () => {
    const alerts = new TopicRegistry();
    const often = vi.fn();
    const once = vi.fn();
    alerts.on('event', often).once('event', once);
    expect(alerts.listeners('event')).toEqual([often, once]);
    alerts.collect({ topic: 'cpu', id: 'a', level: 'INFO' });
    alerts.off('event', often);
    alerts.collect({ topic: 'cpu', id: 'a', level: 'INFO' });
    expect(often).toHaveBeenCalledTimes(1);
    expect(once).toHaveBeenCalledTimes(1);
    expect(alerts.listenerCount('event')).toBe(0);
  });
});

describe('close', () => {
  it('drains, hands on open windows, closes handlers and kinds once', async () => {
    const clock = new FakeClock();
    const closed = vi.fn();
    const kind = { ...aggregate(), close: closed };
    const alerts = new TopicRegistry({ kinds: [kind], clock });
    const got = recorder();
    await alerts.define({
      topic: 'cpu',
      id: 'a',
      kind: 'aggregate',
      options: { interval: '1h', topic: 'sum', id: 's' },
    });
    alerts.handle('sum', got);
    alerts.collect({ topic: 'cpu', id: 'x', level: 'INFO' });
    const [first, second] = await Promise.all([alerts.close(), alerts.close()]);
    expect(first).toBe(second);
    expect(got.events.map(({ id }) => id)).toEqual(['s']);
    expect(closed).toHaveBeenCalledTimes(1);
    expect(() => alerts.collect({ topic: 'cpu', id: 'x', level: 'INFO' })).toThrow(RegistryClosedError);
    expect(() => alerts.handle('cpu', recorder())).toThrow(RegistryClosedError);
    await expect(alerts.define({ topic: 'a', id: 'b', kind: 'aggregate' })).rejects.toThrow(
      RegistryClosedError,
    );
  });
});

describe('open', () => {
  it('takes up states, queued deliveries and open windows of an earlier registry', async () => {
    const store = new MemoryStore();
    const clock = new FakeClock();
    const first = await TopicRegistry.open({ store, clock, kinds: [aggregate()] });
    const time = NanoDate.fromRFC3339('2026-01-02T03:04:05.000000007Z');
    await first.define({
      topic: 'disk',
      id: 'a',
      kind: 'aggregate',
      options: { interval: '1m', topic: 'sum', id: 's' },
    });
    first.handle('cpu', () => new Promise(() => {}), { id: 'stuck' });
    await first.collectDurably({ topic: 'cpu', id: 'a', level: 'CRITICAL', time });
    await first.collectDurably({ topic: 'cpu', id: 'b', level: 'CRITICAL' });
    await first.collectDurably({ topic: 'cpu', id: 'b', level: 'OK' });
    await first.collectDurably({ topic: 'disk', id: 'c', level: 'INFO' });
    await first.collectDurably({ topic: 'odd / nämé %', id: 'e', level: 'WARNING' });
    await clock.settle();
    await first.collectDurably({ topic: 'unrelated', id: 'd', level: 'OK' });

    // As after a crash: the first registry was never closed.
    const second = await TopicRegistry.open({ store, clock, kinds: [aggregate()] });
    expect(second.topic('cpu')).toMatchObject({ level: 'CRITICAL', collected: 0 });
    expect(second.eventStates('cpu').map(({ id }) => id)).toEqual(['a']);
    expect(second.eventState('cpu', 'a')?.time).toEqual(time);
    const late = recorder();
    const sums = recorder();
    second.handle('cpu', late, { id: 'stuck' });
    second.handle('sum', sums);
    await second.define({
      topic: 'disk',
      id: 'a',
      kind: 'aggregate',
      options: { interval: '1m', topic: 'sum', id: 's' },
    });
    await second.flush();
    expect(late.events.map(({ id, level }) => `${id} ${level}`)).toEqual([
      'a CRITICAL',
      'b CRITICAL',
      'b OK',
    ]);
    expect(second.collect({ topic: 'cpu', id: 'a', level: 'OK' }).previousLevel).toBe('CRITICAL');
    await second.close();
  });

  it('forgets a deleted topic in the store too', async () => {
    const store = new MemoryStore();
    const first = await TopicRegistry.open({ store });
    await first.collectDurably({ topic: 'cpu', id: 'a', level: 'CRITICAL' });
    expect(store.size).toBe(1);
    first.deleteTopic('cpu');
    await first.close();
    expect(store.size).toBe(0);
  });
});

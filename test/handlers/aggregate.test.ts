import { describe, expect, it } from 'vitest';
import type { AlertEvent } from '../../src/alert/event.ts';
import { NanoDate } from '../../src/alert/nano-date.ts';
import { aggregate } from '../../src/handlers/aggregate.ts';
import { FakeClock } from '../../src/testing/fake-clock.ts';
import { TopicRegistry } from '../../src/topic/index.ts';

async function setUp(options: Record<string, unknown> = {}): Promise<{
  readonly alerts: TopicRegistry;
  readonly clock: FakeClock;
  readonly got: AlertEvent[];
}> {
  const clock = new FakeClock();
  const alerts = new TopicRegistry({ kinds: [aggregate()], clock });
  const got: AlertEvent[] = [];
  await alerts.define({
    topic: 'in',
    id: 'a',
    kind: 'aggregate',
    options: { interval: '1m', topic: 'out', id: 's', ...options },
  });
  alerts.handle('out', (event) => void got.push(event));
  return { alerts, clock, got };
}

describe('aggregate', () => {
  it('makes one event of those of an interval', async () => {
    const { alerts, clock, got } = await setUp();
    const at = (text: string): Date => NanoDate.fromRFC3339(text);
    const series = [{ name: 'cpu', columns: ['time'], values: [[new Date(0)]] }];
    alerts.collect({
      topic: 'in',
      id: 'a',
      level: 'INFO',
      message: 'one',
      time: at('2026-01-01T00:00:01.000000002Z'),
      duration: 5,
    });
    alerts.collect({
      topic: 'in',
      id: 'b',
      level: 'CRITICAL',
      message: 'two',
      time: at('2026-01-01T00:00:01.000000003Z'),
      series,
    });
    alerts.collect({
      topic: 'in',
      id: 'c',
      level: 'OK',
      message: 'three',
      time: at('2026-01-01T00:00:00Z'),
      duration: 9.5,
      durationNs: 9_500_001,
      series,
    });
    await clock.advance('59s');
    expect(got).toEqual([]);
    await clock.advance('1s');
    expect(got).toMatchObject([
      {
        topic: 'out',
        id: 's',
        level: 'CRITICAL',
        previousLevel: 'OK',
        message: 'Received 3 events in the last 1m0s.',
        details: 'one\ntwo\nthree',
        time: at('2026-01-01T00:00:01.000000003Z'),
        duration: 9.5,
        durationNs: 9_500_001,
        recoverable: false,
        name: '',
        tags: {},
      },
    ]);
    expect(got[0]?.time).toMatchObject({ nanoseconds: 3 });
    expect(got[0]?.series).toHaveLength(2);
  });

  it('begins an interval with its first event, and lets empty ones pass in silence', async () => {
    const { alerts, clock, got } = await setUp({ interval: 90_000_000_000 });
    await clock.advance('80s');
    alerts.collect({ topic: 'in', id: 'a', level: 'WARNING' });
    await clock.advance('89s');
    expect(got).toHaveLength(0);
    await clock.advance('1s');
    alerts.collect({ topic: 'in', id: 'a', level: 'OK' });
    await clock.advance('1h');
    expect(got.map(({ level, previousLevel, message }) => [level, previousLevel, message])).toEqual([
      ['WARNING', 'OK', 'Received 1 events in the last 1m30s.'],
      ['OK', 'WARNING', 'Received 1 events in the last 1m30s.'],
    ]);
    expect(clock.timers).toBe(0);
  });

  it('has a message of its own', async () => {
    const { alerts, clock, got } = await setUp({ message: '{{ .Count }} in {{ .Interval }}' });
    alerts.collect({ topic: 'in', id: 'a', level: 'INFO' });
    await clock.advance('1m');
    expect(got[0]?.message).toBe('1 in 1m0s');
  });

  it('hands on what it holds when it is flushed, removed, replaced or closed', async () => {
    const { alerts, got } = await setUp();
    const collect = (): unknown => alerts.collect({ topic: 'in', id: 'a', level: 'INFO' });
    collect();
    await alerts.flush();
    expect(got).toHaveLength(1);
    collect();
    await alerts.update('in', 'a', {
      id: 'a',
      kind: 'aggregate',
      options: { interval: '2m', topic: 'out', id: 's' },
    });
    await alerts.flush();
    expect(got).toHaveLength(2);
    collect();
    await alerts.remove('in', 'a');
    await alerts.flush();
    expect(got).toHaveLength(3);
  });

  it('hands on early what would grow without bounds', async () => {
    const { alerts, clock, got } = await setUp();
    for (let n = 0; n < 12_000; n++) {
      alerts.collect({ topic: 'in', id: `a${n}`, level: 'INFO' });
      if (n % 500 === 0) await clock.settle();
    }
    await clock.settle();
    expect(got.map(({ message }) => message)).toEqual(['Received 10000 events in the last 1m0s.']);
    await clock.advance('1m');
    expect(got.map(({ message }) => message).at(-1)).toBe('Received 2000 events in the last 1m0s.');
  });

  it('keeps events inside that all of its events asked for', async () => {
    const { alerts, clock } = await setUp();
    const seen: boolean[] = [];
    alerts.on('event', ({ topic, noExternal }) => topic === 'out' && seen.push(noExternal));
    alerts.collect({ topic: 'in', id: 'a', level: 'INFO', noExternal: true });
    await clock.advance('1m');
    alerts.collect({ topic: 'in', id: 'a', level: 'INFO', noExternal: true });
    alerts.collect({ topic: 'in', id: 'b', level: 'INFO' });
    await clock.advance('1m');
    expect(seen).toEqual([true, false]);
  });

  it.each([
    [{}, 'interval: must be a time above zero'],
    [{ interval: 0 }, 'interval: must be a time above zero'],
    [{ interval: '-1m' }, 'interval: must be a time above zero'],
    [{ interval: 2 ** 63 }, 'interval: must be a time above zero'],
    [{ interval: 'soon' }, "'soon' is no duration"],
    [{ interval: '1m', id: 5 }, 'id: expected a text'],
    [{ interval: '1m', message: '{{ .Nope }}' }, 'message: '],
    [{ interval: '1m', message: '{{ .Count ' }, 'message: '],
  ])('refuses %o', async (options, reason) => {
    const alerts = new TopicRegistry({ kinds: [aggregate()] });
    const spec = { topic: 't', id: 'a', kind: 'aggregate', options };
    await expect(alerts.define(spec)).rejects.toThrow(reason);
  });

  it('that feeds itself comes to an end, and never throws into the event loop', async () => {
    const { alerts, clock } = await setUp({ topic: 'in' });
    const told: string[] = [];
    alerts.on('hopLimit', ({ topic }) => told.push(`hopLimit ${topic}`));
    alerts.on('warning', ({ message }) => told.push(message));
    alerts.collect({ topic: 'in', id: 'a', level: 'INFO' });
    await clock.advance('1h');
    expect(told).toEqual([
      'hopLimit in',
      expect.stringMatching(/^what was gathered cannot be handed on: .*came through 16 topics/),
    ]);
    expect(alerts.topic('in')?.collected).toBe(17);
  });

  it('takes the default message when its own fails', async () => {
    const { alerts, clock, got } = await setUp({ message: '{{ slice "ab" .Count }} events' });
    const warnings: string[] = [];
    alerts.on('warning', ({ message }) => warnings.push(message));
    for (const id of ['a', 'b', 'c']) alerts.collect({ topic: 'in', id, level: 'INFO' });
    await clock.advance('1m');
    expect(got.map(({ message }) => message)).toEqual(['Received 3 events in the last 1m0s.']);
    expect(warnings).toEqual([expect.stringMatching(/^the message failed, and the default one is used/)]);
  });

  it('warns when its events go nowhere', async () => {
    const alerts = new TopicRegistry({ kinds: [aggregate()] });
    const warnings: string[] = [];
    alerts.on('warning', ({ message }) => warnings.push(message));
    await alerts.define({ topic: 't', id: 'a', kind: 'aggregate', options: { interval: '1m' } });
    expect(warnings).toHaveLength(1);
  });
});

import { describe, expect, it } from 'vitest';
import type { AlertEvent } from '../../src/alert/event.ts';
import { publish } from '../../src/handlers/publish.ts';
import { TopicRegistry } from '../../src/topic/index.ts';

async function published(topics: readonly string[], ...to: readonly string[]): Promise<AlertEvent[]> {
  const alerts = new TopicRegistry({ kinds: [publish()] });
  await alerts.define({ topic: 'from', id: 'p', kind: 'publish', options: { topics } });
  const got: AlertEvent[] = [];
  for (const topic of to) alerts.handle(topic, (event) => void got.push(event));
  alerts.collect({
    topic: 'from',
    id: 'a',
    level: 'CRITICAL',
    previousLevel: 'WARNING',
    details: 'd',
    duration: 5,
    recoverable: false,
    tags: { host: 'x' },
    fields: { n: 1n },
  });
  await alerts.flush();
  return got;
}

describe('publish', () => {
  it('puts an event into other topics as it is', async () => {
    const got = await published(['b', 'c'], 'b', 'c');
    expect(got.map(({ topic }) => topic)).toEqual(['b', 'c']);
    expect(got[0]).toMatchObject({
      id: 'a',
      level: 'CRITICAL',
      previousLevel: 'WARNING',
      message: 'a is CRITICAL',
      details: 'd',
      duration: 5,
      recoverable: false,
      tags: { host: 'x' },
      fields: { n: 1n },
    });
  });

  it('as often as the topic is listed, the previous level being that of the target', async () => {
    const got = await published(['b', 'b'], 'b');
    expect(got.map(({ previousLevel }) => previousLevel)).toEqual(['WARNING', 'CRITICAL']);
  });

  it('does nothing without topics', async () => {
    expect(await published([], 'b')).toEqual([]);
  });

  it.each([
    [{ topics: 'b' }, 'topics: expected a list of texts'],
    [{ topics: ['a', 1] }, 'topics.1: expected a text, got the number "1"'],
    [{ topic: ['a'] }, "Did you mean 'topics'?"],
  ])('refuses %o', async (options, reason) => {
    const alerts = new TopicRegistry({ kinds: [publish()] });
    await expect(alerts.define({ topic: 't', id: 'p', kind: 'publish', options })).rejects.toThrow(reason);
  });

  it('cut off in one topic still reaches the others', async () => {
    const alerts = new TopicRegistry({ kinds: [publish()], limits: { hops: 1 } });
    await alerts.define({ topic: 'a', id: 'p', kind: 'publish', options: { topics: ['b'] } });
    await alerts.define({ topic: 'b', id: 'p', kind: 'publish', options: { topics: ['c', 'd'] } });
    const reports: string[] = [];
    alerts.on('hopLimit', ({ topic }) => reports.push(topic));
    alerts.collect({ topic: 'a', id: 'x', level: 'INFO' });
    await alerts.flush();
    expect(reports).toEqual(['c', 'd']);
  });
});

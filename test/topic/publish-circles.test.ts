import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defineHandlerKind } from '../../src/handler/handler-kind.ts';
import { optionsSchema, text } from '../../src/handler/options.ts';
import { aggregate } from '../../src/handlers/aggregate.ts';
import { publish } from '../../src/handlers/publish.ts';
import { type RegistryWarning, TopicRegistry } from '../../src/topic/index.ts';

function registry(): { alerts: TopicRegistry; warnings: RegistryWarning[] } {
  const warnings: RegistryWarning[] = [];
  const alerts = new TopicRegistry({ kinds: [publish(), aggregate()] });
  alerts.on('warning', (warning) => void warnings.push(warning));
  return { alerts, warnings };
}

/** `cpu>ops` as a handler spec. */
function edge(from: string, to: string, match = ''): Parameters<TopicRegistry['define']>[0] {
  return { topic: from, id: `to-${to}`, kind: 'publish', match, options: { topics: [to] } };
}

const told = (warnings: readonly RegistryWarning[]): string[] =>
  warnings.map(({ message }) => /circle: (.*)\. Unless/.exec(message)?.[1] ?? message);

describe('topics that publish to each other in a circle', () => {
  it('are told of when a handler closes it', async () => {
    const { alerts, warnings } = registry();
    await alerts.define(edge('cpu', 'ops'));
    await alerts.define(edge('ops', 'night'));
    expect(warnings).toEqual([]);
    await alerts.define(edge('night', 'cpu'));
    expect(warnings).toEqual([
      {
        topic: 'night',
        handlerId: 'to-cpu',
        message:
          'events go round in a circle: night (to-cpu) → cpu (to-ops) → ops (to-night) → night. Unless a match stops them, that ends only at limits.hops. Cut it with: match: changed()',
      },
    ]);
  });

  it('may be one topic, and have an aggregate among them', async () => {
    const { alerts, warnings } = registry();
    await alerts.define(edge('cpu', 'cpu'));
    await alerts.define({
      topic: 'disk',
      id: 'minute',
      kind: 'aggregate',
      options: { interval: '1m', topic: 'sum' },
    });
    await alerts.define(edge('sum', 'disk'));
    expect(told(warnings)).toEqual(['cpu (to-cpu) → cpu', 'sum (to-disk) → disk (minute) → sum']);
  });

  it('are no circle while one of them publishes changes of level only', async () => {
    const { alerts, warnings } = registry();
    await alerts.define(edge('a', 'b', 'level() >= WARNING AND (changed() AND "host" == \'x\')'));
    await alerts.define(edge('b', 'a'));
    expect(warnings).toEqual([]);
    await alerts.update('a', 'to-b', [{ op: 'replace', path: '/match', value: 'changed() OR TRUE' }]);
    expect(told(warnings)).toEqual(['a (to-b) → b (to-a) → a']);
    alerts.collect({ topic: 'a', id: 'x', level: 'CRITICAL' });
  });

  it('come to an end when cut as the warning says', async () => {
    const { alerts, warnings } = registry();
    await alerts.define(edge('a', 'b', 'changed()'));
    await alerts.define(edge('b', 'a'));
    alerts.collect({ topic: 'a', id: 'x', level: 'CRITICAL' });
    await alerts.flush();
    expect(alerts.stats().collected).toBe(3);
    expect(alerts.deadLetters.size).toBe(0);
    expect(warnings).toEqual([]);
  });

  it('are no circle any more when a handler is removed or replaced', async () => {
    const { alerts, warnings } = registry();
    await alerts.define(edge('a', 'b'));
    await alerts.remove('a', 'to-b');
    await alerts.define(edge('b', 'a'));
    await alerts.update('b', 'to-a', { id: 'to-c', kind: 'publish', options: { topics: ['c'] } });
    await alerts.define(edge('a', 'b'));
    expect(warnings).toEqual([]);
  });

  it('are told of once for the files of a directory, with a place', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tocsin-'));
    const { alerts, warnings } = registry();
    const file = (from: string, to: string): string =>
      `topic: ${from}\nid: to-${to}\nkind: publish\noptions:\n  topics: [${to}]\n`;
    writeFileSync(join(folder, '1.yaml'), file('a', 'b'));
    writeFileSync(join(folder, '2.yaml'), file('b', 'a'));
    await alerts.defineDirectory(folder);
    expect(told(warnings)).toEqual(['a (to-b) → b (to-a) → a']);
    expect(warnings[0]?.position).toMatchObject({ file: join(folder, '1.yaml'), line: 4, column: 1 });
    expect(warnings[0]?.message.startsWith(`${join(folder, '1.yaml')}:4:1: events go round`)).toBe(true);
    rmSync(folder, { recursive: true });
  });

  it('are seen through kinds of the host that say where they publish', async () => {
    const warnings: RegistryWarning[] = [];
    const forward = defineHandlerKind({
      kind: 'forward',
      external: false,
      options: optionsSchema({ to: text }),
      publishes: ({ to }) => (to === undefined ? [] : [to]),
      create: ({ to = '' }, host) => ({ handle: (event) => host.collect({ ...event, topic: to }, event) }),
    });
    const alerts = new TopicRegistry({ kinds: [forward] });
    alerts.on('warning', (warning) => void warnings.push(warning));
    await alerts.define({ topic: 'a', id: 'f', kind: 'forward', options: { to: 'a' } });
    expect(told(warnings)).toEqual(['a (f) → a']);
  });

  it('are found as an event finds them', async () => {
    const topic = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const edges = fc.uniqueArray(fc.tuple(topic, topic), { selector: (one) => one.join(), maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(edges, async (list) => {
        const { alerts, warnings } = registry();
        const reachable = (from: string, to: string, some: typeof list): boolean => {
          const seen = new Set([from]);
          for (const at of seen) for (const [a, b] of some) if (a === at) seen.add(b);
          return seen.has(to);
        };
        let expected = 0;
        for (const [n, [from, to]] of list.entries()) {
          await alerts.define(edge(from, to));
          if (reachable(to, from, list.slice(0, n))) expected++;
          expect(warnings).toHaveLength(expected);
        }
        await alerts.close();
      }),
      { numRuns: 60 },
    );
  });
});

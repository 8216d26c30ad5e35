import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
const PUBLIC = [
  'alert',
  'lambda',
  'template',
  'match',
  'handler',
  'delivery',
  'spec',
  'rule',
  'topic',
  'handlers',
];

/** What the table of the page allows each room to import. */
function allowed(): Map<string, Set<string>> {
  const rooms = new Map<string, Set<string>>();
  for (const [, room = '', cell = ''] of page.matchAll(/^\| `(\w+)` \|[^|]*\|([^|]*)\|$/gm)) {
    const named = [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
    if (cell.includes('all above but'))
      rooms.set(room, new Set([...rooms.keys()].filter((name) => !named.includes(name))));
    else rooms.set(room, new Set(cell.includes('public rooms') ? [...PUBLIC, ...named] : named));
  }
  return rooms;
}

/** `rule → topic (src/rule/alert-rule.ts)` for every import that leaves its room. */
function imports(): { from: string; to: string; file: string }[] {
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && name.includes('/'))
    .flatMap((name) => {
      const file = join(root, 'src', name);
      const from = name.split('/')[0] ?? '';
      return [...readFileSync(file, 'utf8').matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)]
        .map(
          ([, target = '']) =>
            relative(join(root, 'src'), resolve(dirname(file), target)).split('/')[0] ?? '',
        )
        .filter((to) => to !== from && !to.endsWith('.ts'))
        .map((to) => ({ from, to, file: join('src', name) }));
    });
}

describe('docs/architecture.md', () => {
  it('names every room', () => {
    const rooms = readdirSync(join(root, 'src'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    expect([...allowed().keys()].sort()).toEqual(rooms.sort());
  });

  it('allows every import between rooms', () => {
    const rooms = allowed();
    const wrong = imports().filter(({ from, to }) => !rooms.get(from)?.has(to));
    expect(wrong.map(({ from, to, file }) => `${from} → ${to} (${file})`)).toEqual([]);
  });
});

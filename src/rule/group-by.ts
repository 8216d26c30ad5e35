import { compareBytes } from '../alert/compare-bytes.ts';
import type { Point, Tags } from '../alert/point.ts';
import { RuleOptionsError } from '../errors.ts';
import { isInherited } from '../lambda/index.ts';
import { show } from './interval.ts';
import { SortedNames } from './sorted-names.ts';

/**
 * By which tags points are put into groups, each with a state of its own: names, `'*'` for all tags, all
 * but some, or a {@link Grouping} of your own.
 */
export type GroupByOption = readonly string[] | '*' | { readonly exclude: readonly string[] } | Grouping;

const NO_TAGS: Tags = Object.freeze({});
/** Stands between the parts of a key. A part that has it itself is escaped, so that keys never collide. */
const SEPARATOR = '\u0001';

/** Which group a point is in. */
export interface Grouping {
  /** A key of its own for each group. */
  key(point: Pick<Point, 'name' | 'tags'>): string;
  /** The group as Kapacitor writes it: `host=web-1,site=a`, sorted by tag; empty when nothing is grouped. */
  label(point: Pick<Point, 'name' | 'tags'>): string;
  /** The tags that make the group. One that the point lacks is an empty text. */
  tags(point: Pick<Point, 'tags'>): Tags;
  /** The tag whose value is the key, when that is all: it is then read in place, without asking {@link key}. */
  readonly keyTag?: string;
}

/**
 * Makes the grouping of a rule.
 *
 * @throws {RuleOptionsError} When `groupBy` is neither names, nor `'*'`, nor exclusions.
 */
export function createGrouping(groupBy: GroupByOption | undefined, byMeasurement: boolean): Grouping {
  const grouping = groupingByTags(groupBy);
  return byMeasurement ? withMeasurement(grouping) : grouping;
}

function groupingByTags(groupBy: GroupByOption | undefined): Grouping {
  if (groupBy === undefined) return { key: () => '', label: () => '', tags: () => NO_TAGS };
  if (groupBy === '*') return groupingByAll(() => true);
  if (Array.isArray(groupBy)) {
    const names = tagNames('groupBy', groupBy);
    if (names.includes('*')) return groupingByAll(() => true);
    return names.length === 0 ? groupingByTags(undefined) : groupingByNames(names);
  }
  if (typeof groupBy === 'object' && groupBy !== null && 'exclude' in groupBy) {
    const excluded = new Set(tagNames('groupBy.exclude', groupBy.exclude));
    return groupingByAll((name) => !excluded.has(name));
  }
  if (typeof groupBy === 'object' && groupBy !== null && 'key' in groupBy) return groupBy;
  throw new RuleOptionsError(
    `groupBy must be a list of tag names, '*' or { exclude: [...] }, got ${show(groupBy)}`,
  );
}

function tagNames(option: string, names: unknown): readonly string[] {
  if (
    !Array.isArray(names) ||
    !names.every((name): name is string => typeof name === 'string' && name !== '')
  ) {
    throw new RuleOptionsError(`${option} must be a list of tag names, got ${show(names)}`);
  }
  return [...new Set(names)].sort(compareBytes);
}

function groupingByNames(names: readonly string[]): Grouping {
  const [only] = names;
  const label = (point: Pick<Point, 'tags'>): string =>
    names.map((name) => `${name}=${tagOf(point.tags, name)}`).join(',');
  const tags = (point: Pick<Point, 'tags'>): Tags => pick(point.tags, names);
  if (names.length === 1 && only !== undefined) {
    if (isInherited(only)) return { key: (point) => tagOf(point.tags, only), label, tags };
    return { key: (point) => point.tags?.[only] ?? '', label, tags, keyTag: only };
  }
  return {
    key(point) {
      let key = '';
      for (const name of names) key += escapePart(tagOf(point.tags, name)) + SEPARATOR;
      return key;
    },
    label,
    tags,
  };
}

function groupingByAll(included: (name: string) => boolean): Grouping {
  const sorted = new SortedNames((all) => all.filter(included));
  const names = (tags: Tags | undefined): readonly string[] => (tags === undefined ? [] : sorted.of(tags));
  return {
    key({ tags }) {
      let key = '';
      for (const name of names(tags)) {
        key += escapePart(name) + SEPARATOR + escapePart(tags?.[name] ?? '') + SEPARATOR;
      }
      return key;
    },
    label: ({ tags }) =>
      names(tags)
        .map((name) => `${name}=${tagOf(tags, name)}`)
        .join(','),
    tags: ({ tags }) => pick(tags, names(tags)),
  };
}

function withMeasurement(grouping: Grouping): Grouping {
  return {
    key: (point) => escapePart(point.name) + SEPARATOR + grouping.key(point),
    label(point) {
      const label = grouping.label(point);
      return label === '' ? point.name : `${point.name}\n${label}`;
    },
    tags: grouping.tags,
  };
}

/** The value of a tag; empty when there is none. */
export function tagOf(tags: Tags | undefined, name: string): string {
  return tags !== undefined && Object.hasOwn(tags, name) ? (tags[name] ?? '') : '';
}

function pick(tags: Tags | undefined, names: readonly string[]): Tags {
  const picked: Record<string, string> = {};
  for (const name of names) setOwn(picked, name, tagOf(tags, name));
  return picked;
}

/** Sets a property of the object itself, whatever its name: a tag may be called `__proto__`. */
export function setOwn<T>(target: Record<string, T>, name: string, value: T): void {
  if (name === '__proto__') {
    Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
  } else target[name] = value;
}

function escapePart(part: string): string {
  return part.includes(SEPARATOR) || part.includes('\u0002')
    ? part.replaceAll('\u0002', '\u0002\u0002').replaceAll(SEPARATOR, '\u0002s')
    : part;
}

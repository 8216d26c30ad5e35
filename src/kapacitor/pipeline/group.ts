import type { Point, Tags } from '../../alert/point.ts';
import { setOwn, tagOf } from '../../rule/group-by.ts';

/** By what points are grouped: tags, and perhaps the measurement. */
export interface Dimensions {
  /** The names of the tags, sorted. */
  readonly names: readonly string[];
  /** Whether each measurement has groups of its own. */
  readonly byName: boolean;
}

/** What is grouped by nothing. */
export const NO_DIMENSIONS: Dimensions = { names: [], byName: false };

const SEPARATOR = '\u0001';

/** The group that a point is in. */
export class Group {
  /** What tells it from the other groups of the same dimensions. */
  readonly key: string;
  /** By what it was made. */
  readonly dimensions: Dimensions;
  readonly #name: string;
  readonly #of: Tags | undefined;
  #tags: Tags | undefined;

  constructor(point: Pick<Point, 'name' | 'tags'>, dimensions: Dimensions) {
    const { name, tags } = point;
    this.dimensions = dimensions;
    this.#name = name;
    this.#of = tags;
    if (dimensions === NO_DIMENSIONS) {
      this.key = '';
      return;
    }
    let key = dimensions.byName ? escaped(name) + SEPARATOR : '';
    for (const tag of dimensions.names)
      key += escaped(tag) + SEPARATOR + escaped(tagOf(tags, tag)) + SEPARATOR;
    this.key = key;
  }

  /** The tags that make the group. One that the point lacks is an empty text. */
  get tags(): Tags {
    if (this.#tags === undefined) {
      const tags: Record<string, string> = {};
      for (const name of this.dimensions.names) setOwn(tags, name, tagOf(this.#of, name));
      this.#tags = tags;
    }
    return this.#tags;
  }

  /** As Kapacitor writes it: `host=web-1,site=a`, with the measurement above it where that counts. */
  get label(): string {
    const { names, byName } = this.dimensions;
    const tags = names.map((name) => `${name}=${tagOf(this.#of, name)}`).join(',');
    if (!byName) return tags;
    return tags === '' ? this.#name : `${this.#name}\n${tags}`;
  }
}

function escaped(part: string): string {
  return part.includes(SEPARATOR) || part.includes('\u0002')
    ? part.replaceAll('\u0002', '\u0002\u0002').replaceAll(SEPARATOR, '\u0002s')
    : part;
}

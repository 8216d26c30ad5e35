import { excerptAt, positionAt, type SourcePosition, type SpecIssue } from '../errors.ts';

/** A piece of a text, as offsets. */
export type Range = readonly [start: number, end: number];

/** Where a value stands in a text. */
export interface Place {
  /** The key that leads to it, if it has one. */
  readonly key?: Range;
  /** The value. */
  readonly value: Range;
  /** Where in the text a character of the value stands, when the value is a text. */
  readonly inner?: (offset: number) => number;
}

/** Steps into a value: keys and indexes. */
export type Path = readonly PropertyKey[];

/** A word that YAML takes for something else than the text that it looks like: `id: on` is the id `true`. */
export interface AlteredText {
  /** The field of the spec. */
  readonly field: string;
  /** What is written. */
  readonly written: string;
  /** What it means. */
  readonly meant: string;
}

/** A handler file that was read: its value, and where each part of it stands. */
export class SpecDocument {
  /** The spec as plain data. */
  readonly value: unknown;
  /** What was wrong with the text and could be mended, so that the rest can be checked too. */
  readonly problems: readonly SpecIssue[];
  /** The texts that are not what is written. */
  readonly altered: readonly AlteredText[];
  readonly #source: string;
  readonly #file: string;
  readonly #places: ReadonlyMap<string, Place>;

  constructor(
    source: string,
    file: string,
    value: unknown,
    places: ReadonlyMap<string, Place>,
    problems: readonly SpecIssue[] = [],
    altered: readonly AlteredText[] = [],
  ) {
    this.value = value;
    this.problems = problems;
    this.altered = altered;
    this.#source = source;
    this.#file = file;
    this.#places = places;
  }

  /**
   * Where a part of the spec stands: the key, if `part` says so, else the value, or the character of it that is meant.
   * What is not there is looked for one step up.
   */
  locate(path: Path, part: { readonly key?: boolean; readonly offset?: number } = {}): SourcePosition {
    return positionAt(this.#source, this.#offset(path, part), this.#file);
  }

  /** Whether there is anything at a path. */
  has(path: Path): boolean {
    return this.#places.has(placeKey(path));
  }

  /** The line of a part of the spec, with a caret under it. */
  excerpt(path: Path, part: { readonly key?: boolean; readonly offset?: number } = {}): string {
    return excerptAt(this.#source, this.#offset(path, part));
  }

  #offset(path: Path, part: { readonly key?: boolean; readonly offset?: number }): number {
    for (let length = path.length; length >= 0; length--) {
      const place = this.#places.get(placeKey(path.slice(0, length)));
      if (place === undefined) continue;
      if (length < path.length) return place.value[0];
      if (part.key && place.key) return place.key[0];
      if (part.offset !== undefined && place.inner) return place.inner(part.offset);
      return place.value[0];
    }
    return 0;
  }
}

/** The name of a path in the map of places. */
export function placeKey(path: Path): string {
  return JSON.stringify(path.map(String));
}

/** The letter-case-blind fields of a handler spec, and which of them are texts. */
const FIELDS: Readonly<Record<string, 'text' | 'map'>> = {
  topic: 'text',
  id: 'text',
  kind: 'text',
  match: 'text',
  message: 'text',
  details: 'text',
  options: 'map',
  delivery: 'map',
};

/** A field of a handler spec. */
export interface Field {
  readonly name: string;
  readonly type: 'text' | 'map';
}

/** The field of a handler spec that a top-level key stands for. Letter case does not matter there. */
export function fieldOf(key: string): Field | undefined {
  const name = key.toLowerCase();
  const type = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
  return type === undefined ? undefined : { name, type };
}

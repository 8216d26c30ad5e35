import { compareBytes } from '../alert/compare-bytes.ts';

/** The names of an object's members, in the object's order, and what was made of them. */
interface Remembered<Made> {
  readonly names: readonly string[];
  readonly made: Made;
}

const REMEMBERED = 8;

/**
 * Makes something of the names of an object's members, sorted as Go sorts them. The points of a rule have the same
 * few sets of names again and again, so the latest answers are kept.
 */
export class SortedNames<Made> {
  readonly #make: (sorted: readonly string[]) => Made;
  readonly #remembered: Remembered<Made>[] = [];
  #next = 0;

  constructor(make: (sorted: readonly string[]) => Made) {
    this.#make = make;
  }

  of(values: object): Made {
    const names = Object.keys(values);
    const remembered = this.#remembered;
    for (let i = 0; i < remembered.length; i++) {
      const candidate = remembered[i] as Remembered<Made>;
      if (areSame(names, candidate.names)) return candidate.made;
    }
    const made = this.#make([...names].sort(compareBytes));
    remembered[this.#next] = { names, made };
    this.#next = (this.#next + 1) % REMEMBERED;
    return made;
  }
}

function areSame(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

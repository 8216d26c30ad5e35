import { compareBytes } from '../alert/wire.ts';

/**
 * The names of an object's members, sorted as Go sorts them. Points of one rule mostly have the same names, so the
 * last answer is kept.
 */
export class SortedNames {
  #names: readonly string[] = [];
  #sorted: readonly string[] = [];

  of(values: object): readonly string[] {
    const names = Object.keys(values);
    if (!this.#same(names)) {
      this.#names = names;
      this.#sorted = [...names].sort(compareBytes);
    }
    return this.#sorted;
  }

  #same(names: readonly string[]): boolean {
    const last = this.#names;
    if (names.length !== last.length) return false;
    for (let i = 0; i < names.length; i++) if (names[i] !== last[i]) return false;
    return true;
  }
}

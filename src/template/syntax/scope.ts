/** The variables that one template knows at a place, and how much room they need. */
export class Scope {
  readonly #declared: string[] = [];
  readonly #slots = new Map<string, number[]>([['$', [0]]]);
  #size = 1;
  /** How many ranges are open, so that a `break` has one to leave. */
  loops = 0;

  /** How many slots a frame needs. */
  get size(): number {
    return this.#size;
  }

  /** The slot of a variable; `undefined` when there is none of that name. */
  slotOf(name: string): number | undefined {
    return this.#slots.get(name)?.at(-1);
  }

  /** Gives a variable a slot of its own, also when one of that name is known. */
  declare(name: string): number {
    const slots = this.#slots.get(name) ?? [];
    slots.push(this.#size);
    this.#slots.set(name, slots);
    this.#declared.push(name);
    return this.#size++;
  }

  /** Remembers which variables are known, for {@link release}. */
  mark(): number {
    return this.#declared.length;
  }

  /** Forgets the variables declared since a mark. */
  release(mark: number): void {
    for (const name of this.#declared.splice(mark)) this.#slots.get(name)?.pop();
  }
}

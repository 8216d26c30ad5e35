/** One change of a {@link Store}: a value to put, or `undefined` to remove the key. */
export type StoreChange = readonly [key: string, value: string | undefined];

/**
 * Where a registry keeps what must survive a restart: the states of topics, what handlers were told, queued
 * deliveries, dead letters, open windows of `aggregate`. It is a sorted or unsorted map of texts; batching, ordering
 * and what to do on failure are not its business. `MemoryStore` is the simplest one; `tocsin/stores/lmdb` keeps
 * everything on disk.
 *
 * Keys are texts of any length and any characters. A store belongs to one registry at a time.
 */
export interface Store {
  /** All entries, in any order. Called once, before the first `write`. */
  load():
    | Iterable<readonly [key: string, value: string]>
    | AsyncIterable<readonly [key: string, value: string]>;
  /**
   * Applies changes in their order, all or none, and resolves when they would survive the process being killed
   * and, as far as the medium allows, the power being cut. Not called again before it has settled.
   *
   * @throws Whatever keeps it from being written; the caller keeps the changes and tries again later.
   */
  write(changes: readonly StoreChange[]): Promise<void>;
  /** Lets go of it. Called once, after the last `write`. */
  close?(): void | Promise<void>;
}

/**
 * A store in memory. It survives nothing by itself; it is there for tests, which open a second registry on it to see
 * what a restart does.
 *
 * @example
 * ```ts
 * import { MemoryStore, TopicRegistry } from 'tocsin';
 *
 * const store = new MemoryStore();
 * const alerts = await TopicRegistry.open({ store });
 * ```
 */
export class MemoryStore implements Store {
  readonly #entries = new Map<string, string>();

  /** How many entries it holds. */
  get size(): number {
    return this.#entries.size;
  }

  /** All entries. */
  load(): Iterable<readonly [key: string, value: string]> {
    return [...this.#entries];
  }

  /** Applies changes. */
  async write(changes: readonly StoreChange[]): Promise<void> {
    for (const [key, value] of changes) {
      if (value === undefined) this.#entries.delete(key);
      else this.#entries.set(key, value);
    }
  }
}

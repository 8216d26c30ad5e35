import type { Clock, Timer } from '../alert/clock.ts';
import { StoreError } from '../errors.ts';
import { macrotask } from './run-queue.ts';
import type { Store, StoreChange } from './store.ts';
import { within } from './waiting.ts';

/** Something that can be written down. It is asked for its text when it is written, not when it changes. */
export interface Storable {
  /** Its text. */
  encode(): string;
}

/** What a {@link Journal} needs. */
export interface JournalOptions {
  /** Where to take time from. */
  readonly clock: Clock;
  /** Told when the store begins to fail (an error) and when it works again (`undefined`). */
  readonly health?: (error: StoreError | undefined) => void;
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: StoreError) => void;
}

const REMOVED = Symbol('removed');
const FIRST_RETRY = 1_000;
const LONGEST_RETRY = 60_000;
const CLOSE_TIMEOUT = 10_000;

/**
 * Writes to a {@link Store} in batches, in the background. What changes in one turn of the event loop is written
 * together, all or nothing; while a write is under way the next batch gathers. When the store fails, changes stay in
 * memory, the newest of each key, and are tried again.
 */
export class Journal {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #health: (error: StoreError | undefined) => void;
  readonly #restored: Map<string, Map<string, string>>;
  #changes = new Map<string, Storable | typeof REMOVED>();
  /** Keys of `#changes` that the store has never seen, so that removing one needs no write. */
  #fresh = new Set<string>();
  #waiters: Waiter[] = [];
  #scheduled = false;
  #writing: Promise<void> | undefined;
  #failure: StoreError | undefined;
  #failures = 0;
  #retry: Timer | undefined;
  #closed = false;

  private constructor(store: Store, options: JournalOptions, restored: Map<string, Map<string, string>>) {
    this.#store = store;
    this.#clock = options.clock;
    this.#health = options.health ?? (() => {});
    this.#restored = restored;
  }

  /**
   * Reads a store and makes its journal.
   *
   * @throws {StoreError} When the store cannot be read.
   */
  static async open(store: Store, options: JournalOptions): Promise<Journal> {
    const restored = new Map<string, Map<string, string>>();
    try {
      for await (const [key, value] of store.load()) {
        const end = key.indexOf(' ');
        if (end === -1) continue;
        const name = key.slice(0, end);
        let group = restored.get(name);
        if (group === undefined) {
          group = new Map();
          restored.set(name, group);
        }
        group.set(key.slice(end + 1), value);
      }
    } catch (cause) {
      throw storeError('read', cause);
    }
    return new Journal(store, options, restored);
  }

  /** The name of a group: `group('state', 'cpu')`. Its parts may hold any characters. */
  static group(...parts: readonly string[]): string {
    return parts.map((part) => encodeURIComponent(part.toWellFormed())).join('/');
  }

  /** Why the store cannot be written at the moment, if it cannot. */
  get failure(): StoreError | undefined {
    return this.#failure;
  }

  /** How many changes are not written yet. */
  get pending(): number {
    return this.#changes.size;
  }

  /** What the store held of a group when it was opened, by name, oldest name first. Handed out once. */
  take(group: string): ReadonlyMap<string, string> {
    const entries = this.#restored.get(group);
    if (entries === undefined) return new Map();
    this.#restored.delete(group);
    return new Map([...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  }

  /** The names of the groups that nobody has taken yet, below a first part such as `delivery`. */
  untaken(first: string): readonly string[] {
    return [...this.#restored.keys()].filter((group) => group.startsWith(`${first}/`));
  }

  /** Puts a value. `fresh` says that the store never held this key, so that a `remove` soon after costs nothing. */
  put(group: string, name: string, value: Storable, fresh = false): void {
    const key = `${group} ${name}`;
    if (fresh && !this.#changes.has(key)) this.#fresh.add(key);
    this.#changes.set(key, value);
    this.#schedule();
  }

  /** Removes a value. */
  remove(group: string, name: string): void {
    const key = `${group} ${name}`;
    if (this.#fresh.delete(key)) {
      this.#changes.delete(key);
      return;
    }
    this.#changes.set(key, REMOVED);
    this.#schedule();
  }

  /**
   * Resolves when everything that changed so far is written.
   *
   * @throws {StoreError} When it could not be written; it stays in memory and is tried again.
   */
  durable(): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#changes.size === 0) return this.#writing ?? Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
    });
  }

  /**
   * Writes what is left, as far as that is possible in that many milliseconds, lets go of the store, and says whether
   * everything is written.
   */
  async close(timeout: number = CLOSE_TIMEOUT): Promise<boolean> {
    this.#closed = true;
    this.#retry?.cancel();
    try {
      if (await within(this.#clock, this.#finish(), timeout)) return this.#changes.size === 0;
      this.#health(storeError('closed', new Error(`nothing happened for ${timeout} ms`)));
    } catch (cause) {
      this.#health(storeError('closed', cause));
    }
    return false;
  }

  async #finish(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing.catch(() => {});
    if (this.#changes.size > 0) await this.#write().catch(() => {});
    await this.#store.close?.();
  }

  #schedule(): void {
    if (this.#scheduled || this.#writing !== undefined || this.#failure !== undefined || this.#closed) return;
    this.#scheduled = true;
    macrotask(() => {
      this.#scheduled = false;
      if (this.#writing === undefined) void this.#write().catch(() => {});
    });
  }

  #write(): Promise<void> {
    const writing = this.#writeBatch().finally(() => {
      this.#writing = undefined;
      if (this.#changes.size > 0) this.#schedule();
    });
    this.#writing = writing;
    return writing;
  }

  async #writeBatch(): Promise<void> {
    const changes = this.#changes;
    const fresh = this.#fresh;
    const waiters = this.#waiters;
    this.#changes = new Map();
    this.#fresh = new Set();
    this.#waiters = [];
    try {
      // What was put and removed at once is nothing to write, though somebody may wait for it.
      if (changes.size > 0) await this.#store.write(encodeChanges(changes));
    } catch (cause) {
      this.#putBack(changes, fresh);
      const error = storeError('written', cause);
      this.#failed(error);
      for (const { reject } of waiters) reject(error);
      throw error;
    }
    if (this.#failure !== undefined) {
      this.#failure = undefined;
      this.#failures = 0;
      this.#health(undefined);
    }
    for (const { resolve } of waiters) resolve();
  }

  #putBack(older: Map<string, Storable | typeof REMOVED>, fresh: ReadonlySet<string>): void {
    for (const [key, value] of this.#changes) {
      // Never written and removed meanwhile: there is nothing left to do.
      if (value === REMOVED && fresh.has(key)) older.delete(key);
      else older.set(key, value);
    }
    this.#changes = older;
    for (const key of fresh) if (older.has(key)) this.#fresh.add(key);
  }

  #failed(error: StoreError): void {
    const news = this.#failure === undefined;
    this.#failure = error;
    this.#failures++;
    if (!this.#closed) {
      const delay = Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** (this.#failures - 1));
      const again = (): void => void this.#write().catch(() => {});
      this.#retry = this.#clock.setTimeout(again, delay, { background: true });
    }
    if (news) this.#health(error);
  }
}

function encodeChanges(changes: ReadonlyMap<string, Storable | typeof REMOVED>): StoreChange[] {
  const result: StoreChange[] = [];
  for (const [key, value] of changes) result.push([key, value === REMOVED ? undefined : value.encode()]);
  return result;
}

function storeError(failed: 'read' | 'written' | 'closed', cause: unknown): StoreError {
  if (cause instanceof StoreError) return cause;
  const why = cause instanceof Error ? cause.message : String(cause);
  const cure = 'Check that its disk is there, writable and not full.';
  const goesOn = failed === 'written' ? ' Until then everything goes on in memory.' : '';
  return new StoreError(`The store cannot be ${failed}: ${why}`, { cure: `${cure}${goesOn}`, cause });
}

import { createHash } from 'node:crypto';
import { open as openFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { RootDatabase } from 'lmdb';
import type { Store, StoreChange } from '../delivery/store.ts';
import { MissingDependencyError, StoreError } from '../errors.ts';

/** How an {@link LmdbStore} is set up. */
export interface LmdbStoreOptions {
  /**
   * Where the database is: a directory, made if it is not there, or a file if the name has an ending such as `.mdb`.
   * It must be on a local disk, and belongs to one process at a time.
   */
  readonly path: string;
}

type Database = RootDatabase<string, Buffer>;

/** The first byte of a key in the database: whether the rest is the key itself, or stands for it. */
const PLAIN = 'k';
const HASHED = 'h';
/** In bytes; LMDB's own limit is 1978. */
const LONGEST_KEY = 1_900;
/** What every database has near its beginning, and in how many bytes of it. */
const MAGIC = Buffer.from([0xde, 0xc0, 0xef, 0xbe]);
const HEAD_SIZE = 64;
/** The paths that are open in this process. */
const openPaths = new Set<string>();

/**
 * A store on disk, kept by LMDB: what it has written survives the process being killed at any moment. Needs the
 * package `lmdb`.
 *
 * @example
 * ```ts
 * import { TopicRegistry } from 'tocsin';
 * import { LmdbStore } from 'tocsin/stores/lmdb';
 *
 * const alerts = await TopicRegistry.open({ store: new LmdbStore({ path: '/var/lib/my-service/alerts' }) });
 * ```
 */
export class LmdbStore implements Store {
  readonly #path: string;
  #database: Database | undefined;

  constructor(options: LmdbStoreOptions) {
    this.#path = options.path;
  }

  /**
   * Opens the database and reads everything.
   *
   * @throws {MissingDependencyError} When the package `lmdb` is not installed.
   * @throws {StoreError} When the database cannot be opened or read.
   */
  async *load(): AsyncIterable<readonly [key: string, value: string]> {
    const database = await this.#open();
    for (const { key, value } of database.getRange({ snapshot: true })) yield decodeEntry(key, value);
  }

  /** Applies changes in one transaction, and resolves when they are on disk. */
  async write(changes: readonly StoreChange[]): Promise<void> {
    const database = await this.#open();
    try {
      await database.batch(() => {
        for (const [key, value] of changes) {
          if (value === undefined) void database.remove(databaseKey(key));
          else void database.put(databaseKey(key), databaseValue(key, value));
        }
      });
    } catch (error) {
      throw await commitError(error);
    }
  }

  /** Closes the database. */
  async close(): Promise<void> {
    const database = this.#database;
    if (database === undefined) return;
    this.#database = undefined;
    openPaths.delete(this.#path);
    await database.close();
  }

  async #open(): Promise<Database> {
    if (this.#database !== undefined) return this.#database;
    if (openPaths.has(this.#path)) {
      throw new StoreError(`The database ${this.#path} is open in this process already`, {
        cure: 'Give every registry a store with a path of its own.',
      });
    }
    const { open } = await importLmdb();
    openPaths.add(this.#path);
    try {
      await mustBeDatabase(extname(this.#path) === '' ? join(this.#path, 'data.mdb') : this.#path);
      this.#database = open<string, Buffer>({
        path: this.#path,
        encoding: 'string',
        keyEncoding: 'binary',
        // Commits are on disk when their promise resolves, and fail through no promise but that one.
        overlappingSync: false,
        eventTurnBatching: false,
      });
    } catch (cause) {
      openPaths.delete(this.#path);
      throw new StoreError(`The database ${this.#path} cannot be opened: ${messageOf(cause)}`, {
        cure: 'Check that the directory exists and that this process may write there.',
        cause,
      });
    }
    return this.#database;
  }
}

/** LMDB itself ends the process when it is given a file that is none of its own. */
async function mustBeDatabase(file: string): Promise<void> {
  const head = Buffer.alloc(HEAD_SIZE);
  try {
    const handle = await openFile(file, 'r');
    try {
      const { bytesRead } = await handle.read(head, 0, HEAD_SIZE, 0);
      if (bytesRead === 0) return;
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw error;
  }
  if (!head.includes(MAGIC)) throw new Error(`${file} is no LMDB database`);
}

/** What lies under a failed commit: the package hands it over as a promise that rejects a little later. */
async function commitError(error: unknown): Promise<unknown> {
  if (!(error instanceof Error && 'commitError' in error)) return error;
  const cause = await Promise.resolve(error.commitError).catch((reason: unknown) => reason);
  return cause instanceof Error ? cause : error;
}

async function importLmdb(): Promise<typeof import('lmdb')> {
  try {
    return await import('lmdb');
  } catch (cause) {
    throw new MissingDependencyError('lmdb store', 'lmdb', cause);
  }
}

function isPlain(key: string): boolean {
  return key.isWellFormed() && Buffer.byteLength(key) <= LONGEST_KEY;
}

function databaseKey(key: string): Buffer {
  if (isPlain(key)) return Buffer.from(PLAIN + key);
  return Buffer.from(HASHED + createHash('sha256').update(JSON.stringify(key)).digest('hex'));
}

function databaseValue(key: string, value: string): string {
  return isPlain(key) ? value : JSON.stringify([key, value]);
}

function decodeEntry(key: Buffer, value: string): readonly [key: string, value: string] {
  const text = key.toString();
  return text.startsWith(PLAIN) ? [text.slice(1), value] : (JSON.parse(value) as [string, string]);
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

import type { FSWatcher } from 'node:fs';
import type { Clock, Timer } from '../alert/clock.ts';
import { HandlerSpecError, RegistryClosedError, type SpecIssue, TocsinError } from '../errors.ts';
import { handlerFilesIn, readHandlerText } from '../spec/handler-file.ts';
import type { HandlerSpec } from '../spec/handler-spec.ts';
import type { SpecDocument } from '../spec/spec-document.ts';
import type { DefineOptions } from './registry-options.ts';
import type { SpecSource } from './spec-batch.ts';

/** How a directory is watched. */
export interface WatchOptions {
  /** How many milliseconds to wait after a change for further ones, so that a file is not read half written. Default 100. */
  readonly settle?: number;
  /**
   * How often to look, in milliseconds, where the system does not tell of changes, as with some network file systems.
   * Default 10,000.
   */
  readonly poll?: number;
}

/** A handler file that was applied. */
export interface HandlerFileChange {
  /** The file. */
  readonly file: string;
  /** What became of it. */
  readonly action: 'added' | 'changed' | 'removed';
  /** The topic of its handler. */
  readonly topic: string;
  /** The id of its handler. */
  readonly id: string;
}

/** A handler file that could not be applied. */
export interface HandlerFileFailure {
  /** The file, or the directory if that cannot be read. */
  readonly file: string;
  /** Why. */
  readonly error: TocsinError;
  /** Whether the handler of the last good version of the file is still there. */
  readonly kept: boolean;
}

/** What a {@link DirectoryWatcher} knows of a file. */
export interface WatchedFile {
  /** The file. */
  readonly file: string;
  /** The topic of its handler; absent when it never had one. */
  readonly topic?: string;
  /** The id of its handler; absent when it never had one. */
  readonly id?: string;
  /** Why the file as it is now is not applied; absent when it is. */
  readonly error?: TocsinError;
}

/** What a {@link DirectoryWatcher} does with handlers. */
export interface WatchedHandlers {
  /** Defines handlers together: all of them, or none. */
  define(
    sources: readonly SpecSource[],
    options: DefineOptions,
    problems?: readonly SpecIssue[],
  ): Promise<HandlerSpec[]>;
  /** Takes a handler off. */
  remove(topic: string, id: string): Promise<boolean>;
  /** All that a look has found is applied. */
  settled(): void;
  /** Tells of a file that was applied. */
  changed(change: HandlerFileChange): void;
  /** Tells of one that was not. */
  failed(failure: HandlerFileFailure): void;
  /** Tells of whatever went wrong that nothing else tells of. */
  fault(error: unknown): void;
}

interface Key {
  readonly topic: string;
  readonly id: string;
}

interface Entry {
  /** Size, time and number of the file when it was read, by which a change is seen. */
  readonly stamp: string;
  readonly text: string;
  /** The handler of its last good version. */
  readonly key: Key | undefined;
  readonly error: TocsinError | undefined;
}

/** A file as it is found by a look. */
interface Found {
  readonly file: string;
  readonly stamp: string;
  readonly text: string;
  readonly document?: SpecDocument;
  readonly error?: TocsinError;
}

const SETTLE = 100;
const POLL = 10_000;
/** For how long a file counts as just changed, in milliseconds. */
const FRESH = 2000;
/** The stamp of a file that has to be read to know whether it has changed. */
const NEVER = '';

/**
 * Keeps the handlers of a registry as the handler files of a directory say: what `watchDirectory` returns. A file is
 * applied as a whole or not at all; of one that is broken, the last good version stays.
 */
export class DirectoryWatcher {
  /** The directory. */
  readonly path: string;
  readonly #handlers: WatchedHandlers;
  readonly #clock: Clock;
  readonly #settle: number;
  readonly #poll: number;
  readonly #entries = new Map<string, Entry>();
  #watcher: FSWatcher | undefined;
  /** Which directory is watched: another may take its place. */
  #watched = '';
  #timer: Timer | undefined;
  #scan: Promise<void> = Promise.resolve();
  #waiting = false;
  #unreadable = '';
  #closed = false;

  /** @internal */
  constructor(path: string, handlers: WatchedHandlers, clock: Clock, options: WatchOptions) {
    this.path = path;
    this.#handlers = handlers;
    this.#clock = clock;
    this.#settle = options.settle ?? SETTLE;
    this.#poll = options.poll ?? POLL;
  }

  /** @internal Defines all files, or none, and begins to watch. */
  async start(): Promise<void> {
    await this.#arm();
    try {
      const found = await Promise.all((await handlerFilesIn(this.path)).map((file) => this.#read(file)));
      const documents = found.flatMap(({ document }) => (document === undefined ? [] : [document]));
      const problems = found.flatMap(({ error, file }) => issuesOf(error, file));
      const specs = await this.#handlers.define(
        documents.map((document) => ({ spec: document.value, document })),
        {},
        problems,
      );
      const read = found.filter(({ document }) => document !== undefined);
      for (const [index, { file, stamp, text }] of read.entries()) {
        const spec = specs[index];
        this.#entries.set(file, {
          stamp,
          text,
          key: spec && { topic: spec.topic, id: spec.id },
          error: undefined,
        });
      }
    } catch (error) {
      this.close();
      throw error;
    }
    this.#handlers.settled();
    this.#later(this.#poll);
  }

  /** The files, in the order of their names. */
  get files(): WatchedFile[] {
    return [...this.#entries]
      .map(([file, { key, error }]) => ({ file, ...key, ...(error && { error }) }))
      .sort((a, b) => (a.file < b.file ? -1 : 1));
  }

  /**
   * Looks now, without waiting to be told of a change, and resolves when everything is applied. A handler that is
   * replaced or removed first drains its queue, for at most ten seconds; its successor is there at once.
   *
   * @throws {RegistryClosedError} After `close()`.
   */
  scan(): Promise<void> {
    if (this.#closed) return Promise.reject(new RegistryClosedError('scan()'));
    // Whoever asks during a look gets the next one, which sees what this one may have missed.
    if (!this.#waiting) {
      this.#waiting = true;
      this.#scan = this.#scan.then(() => this.#look());
    }
    return this.#scan;
  }

  /** Stops watching. The handlers stay. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  async #look(): Promise<void> {
    this.#waiting = false;
    if (this.#closed) return;
    try {
      const files = await this.#list();
      if (files !== undefined) {
        const looked = await Promise.all(files.map((file) => this.#readChanged(file)));
        const found = looked.filter((one) => one !== undefined);
        if (!this.#closed) await this.#apply(new Set(files), found);
      }
    } catch (error) {
      this.#handlers.fault(error);
    }
    if (!this.#closed) this.#later(this.#poll);
  }

  /** The files that are there; `undefined` when that cannot be said, in which case everything stays as it is. */
  async #list(): Promise<string[] | undefined> {
    try {
      await this.#arm();
      let files = await handlerFilesIn(this.path);
      if (this.#missing(files)) {
        // Some editors take a file away for a moment when they save it.
        await new Promise<void>((resolve) => {
          this.#clock.setTimeout(resolve, this.#settle, { background: true });
        });
        files = await handlerFilesIn(this.path);
      }
      this.#unreadable = '';
      return files;
    } catch (error) {
      if (!(error instanceof TocsinError)) throw error;
      this.#disarm();
      if (error.message !== this.#unreadable && !this.#closed)
        this.#handlers.failed({ file: this.path, error, kept: true });
      this.#unreadable = error.message;
      return undefined;
    }
  }

  #missing(files: readonly string[]): boolean {
    const there = new Set(files);
    return [...this.#entries.keys()].some((file) => !there.has(file));
  }

  /** Reads a file, unless it is as it was and good. */
  async #readChanged(file: string): Promise<Found | undefined> {
    const entry = this.#entries.get(file);
    if (entry === undefined || entry.error !== undefined) return this.#read(file);
    if (entry.stamp !== NEVER && (await stampOf(file)) === entry.stamp) return undefined;
    const found = await this.#read(file);
    if (found.text !== entry.text || found.error !== undefined) return found;
    this.#entries.set(file, { ...entry, stamp: found.stamp });
    return undefined;
  }

  async #read(file: string): Promise<Found> {
    const { readFile } = await import('node:fs/promises');
    const stamp = await stampOf(file);
    let text = '';
    try {
      text = await readFile(file, 'utf8');
    } catch (cause) {
      const reason = `the file cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`;
      return { file, stamp, text, error: new HandlerSpecError([{ path: [], reason }], { file, cause }) };
    }
    try {
      return { file, stamp, text, document: await readHandlerText(text, file) };
    } catch (error) {
      if (error instanceof TocsinError) return { file, stamp, text, error };
      throw error;
    }
  }

  /**
   * @param there The files that are there.
   * @param found Those of them that are not as they were.
   */
  async #apply(there: ReadonlySet<string>, found: readonly Found[]): Promise<void> {
    const before = new Map([...this.#entries].map(([file, { key }]) => [file, key]));
    const owners = this.#owners(there, new Set(found.map(({ file }) => file)));
    const wanted = found.map((one) => ({ one, error: one.error ?? claim(one, owners) }));
    // What a file keeps that is broken now is still its own.
    for (const { one, error } of wanted)
      if (error !== undefined) keep(before.get(one.file), one.file, owners);
    const owned = new Set([...before.values()].flatMap((key) => (key === undefined ? [] : [nameOf(key)])));
    await Promise.all(wanted.map(({ one, error }) => this.#applyFile(one, error, owned, owners)));
    await this.#removeOthers(before, there, owners);
    this.#handlers.settled();
  }

  /** Which file each handler belongs to, of those files that are there and as they were. */
  #owners(there: ReadonlySet<string>, changed: ReadonlySet<string>): Map<string, string> {
    const owners = new Map<string, string>();
    for (const [file, { key }] of this.#entries)
      if (key !== undefined && there.has(file) && !changed.has(file)) owners.set(nameOf(key), file);
    return owners;
  }

  async #applyFile(
    { file, stamp, text, document }: Found,
    problem: TocsinError | undefined,
    owned: ReadonlySet<string>,
    owners: Map<string, string>,
  ): Promise<void> {
    const before = this.#entries.get(file);
    let error = problem;
    if (document !== undefined && error === undefined) {
      const key = keyOf(document);
      try {
        const replace = key !== undefined && owned.has(nameOf(key));
        const [spec] = await this.#handlers.define([{ spec: document.value, document }], { replace });
        const { topic = '', id = '' } = spec ?? {};
        this.#entries.set(file, { stamp, text, key: { topic, id }, error: undefined });
        this.#handlers.changed({ file, action: before?.key === undefined ? 'added' : 'changed', topic, id });
        return;
      } catch (failure) {
        if (!(failure instanceof TocsinError)) throw failure;
        error = failure;
        if (key !== undefined && owners.get(nameOf(key)) === file) owners.delete(nameOf(key));
        keep(before?.key, file, owners);
      }
    }
    if (error === undefined) return;
    const key = before?.key !== undefined && owners.get(nameOf(before.key)) === file ? before.key : undefined;
    this.#entries.set(file, { stamp, text, key, error });
    // A file that stays broken in the same way is reported once.
    if (before?.error?.message !== error.message && !this.#closed)
      this.#handlers.failed({ file, error, kept: key !== undefined });
  }

  /** Takes off what no file asks for any more. */
  async #removeOthers(
    before: ReadonlyMap<string, Key | undefined>,
    there: ReadonlySet<string>,
    owners: ReadonlyMap<string, string>,
  ): Promise<void> {
    const removals: Promise<unknown>[] = [];
    for (const [file, key] of before) {
      if (!there.has(file)) this.#entries.delete(file);
      if (key === undefined) continue;
      if (!owners.has(nameOf(key))) removals.push(this.#handlers.remove(key.topic, key.id));
      if (!there.has(file)) this.#handlers.changed({ file, action: 'removed', ...key });
    }
    await Promise.all(removals);
  }

  #later(milliseconds: number): void {
    this.#timer?.cancel();
    const look = (): void => void this.scan().catch((error: unknown) => this.#handlers.fault(error));
    this.#timer = this.#clock.setTimeout(look, milliseconds, { background: true });
  }

  /** Lets the system tell of changes, where it can; where it cannot, looking now and then must do. */
  async #arm(): Promise<void> {
    const { watch } = await import('node:fs');
    const directory = await stampOf(this.path, false);
    if (this.#closed || (this.#watcher !== undefined && directory === this.#watched)) return;
    this.#disarm();
    try {
      const watcher = watch(this.path, { persistent: false }, () => {
        if (!this.#closed) this.#later(this.#settle);
      });
      watcher.on('error', () => this.#disarm());
      this.#watcher = watcher;
      this.#watched = directory;
    } catch {
      // A directory that is not there is told of by the look.
      this.#disarm();
    }
  }

  #disarm(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }
}

/** What a file is known by: it has changed when this has. */
async function stampOf(path: string, contents = true): Promise<string> {
  const { stat } = await import('node:fs/promises');
  try {
    const { dev, ino, size, ctimeMs } = await stat(path);
    if (!contents) return `${dev} ${ino}`;
    // What has just changed may change again before the clock of the file system moves on.
    return Date.now() - ctimeMs < FRESH ? NEVER : `${dev} ${ino} ${size} ${ctimeMs}`;
  } catch {
    // Reading it says why.
    return NEVER;
  }
}

/** Asks for the handler of a file; the error says which other file has it. */
function claim({ file, document }: Found, owners: Map<string, string>): TocsinError | undefined {
  const key = document && keyOf(document);
  if (document === undefined || key === undefined) return undefined;
  const owner = owners.get(nameOf(key));
  if (owner === undefined) {
    owners.set(nameOf(key), file);
    return undefined;
  }
  return new HandlerSpecError([
    {
      code: 'DUPLICATE_HANDLER',
      path: ['id'],
      reason: `topic '${key.topic}' has a handler '${key.id}' already, from ${owner}`,
      cure: 'Choose another id.',
      position: document.locate(['id']),
      excerpt: document.excerpt(['id']),
    },
  ]);
}

/** Lets a file keep the handler that it has, unless another has taken it over. */
function keep(key: Key | undefined, file: string, owners: Map<string, string>): void {
  if (key !== undefined && !owners.has(nameOf(key))) owners.set(nameOf(key), file);
}

function keyOf({ value }: SpecDocument): Key | undefined {
  const { topic, id } = (value ?? {}) as Partial<Record<keyof Key, unknown>>;
  return typeof topic === 'string' && typeof id === 'string' ? { topic, id } : undefined;
}

function nameOf({ topic, id }: Key): string {
  return JSON.stringify([topic, id]);
}

function issuesOf(error: TocsinError | undefined, file: string): SpecIssue[] {
  if (!(error instanceof HandlerSpecError)) return [];
  const position = { file, line: 1, column: 1, offset: 0 };
  return error.issues.map((issue) => ({ position, ...issue }));
}

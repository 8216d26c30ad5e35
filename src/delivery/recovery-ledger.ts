import type { AlertEvent } from '../alert/event.ts';
import { isLevel, type Level } from '../alert/level.ts';
import { Journal, type Storable } from './journal.ts';

const FALLBACK = ' fallback';

/** One text per level and kind of entry, since a ledger writes no others. */
const STORED: ReadonlyMap<string, Storable> = new Map(
  ['INFO', 'WARNING', 'CRITICAL']
    .flatMap((level) => [level, level + FALLBACK])
    .map((text) => [text, { encode: () => text }]),
);

/** What one handler was told: the last level that was delivered of every id that is not OK there. */
export class RecoveryLedger {
  readonly #journal: Journal | undefined;
  readonly #group: string;
  readonly #told = new Map<string, Level>();
  /** Ids that the handler was told about as a fallback, past its own match. */
  readonly #asFallback = new Set<string>();

  constructor(topic: string, handlerId: string, journal: Journal | undefined) {
    this.#journal = journal;
    this.#group = Journal.group('told', topic, handlerId);
    for (const [id, text] of journal?.take(this.#group) ?? []) {
      const level = text.endsWith(FALLBACK) ? text.slice(0, -FALLBACK.length) : text;
      if (!isLevel(level)) continue;
      this.#told.set(id, level);
      if (text !== level) this.#asFallback.add(id);
    }
  }

  /** How many ids the handler believes not to be OK. */
  get size(): number {
    return this.#told.size;
  }

  /** Whether something came here as a fallback that has not recovered. */
  get hasFallbacks(): boolean {
    return this.#asFallback.size > 0;
  }

  /** The last level that was delivered, if it is not OK. */
  told(id: string): Level | undefined {
    return this.#told.get(id);
  }

  /** Whether a firing came here as a fallback, so that its recovery must come whatever the match says. */
  isFallbackFor(id: string): boolean {
    return this.#asFallback.size > 0 && this.#asFallback.has(id);
  }

  /** Takes note that a firing came here as a fallback. */
  noteFallback(id: string): void {
    this.#asFallback.add(id);
  }

  /** Takes note that the firing came to nothing. */
  forgetFallback(id: string): void {
    if (this.#asFallback.size > 0) this.#asFallback.delete(id);
  }

  /** Takes note of what was delivered. */
  delivered({ id, level }: AlertEvent): void {
    if (level === 'OK') {
      if (this.#told.delete(id)) this.#journal?.remove(this.#group, id);
      this.forgetFallback(id);
      return;
    }
    if (this.#journal === undefined) {
      this.#told.set(id, level);
      return;
    }
    const before = this.#told.get(id);
    const fallback = this.isFallbackFor(id);
    if (before === level && !fallback) return;
    this.#told.set(id, level);
    const stored = STORED.get(fallback ? level + FALLBACK : level);
    if (stored !== undefined) this.#journal.put(this.#group, id, stored, before === undefined);
  }

  /** Forgets all of it, on disk too. */
  forget(): void {
    for (const id of this.#told.keys()) this.#journal?.remove(this.#group, id);
    this.#told.clear();
    this.#asFallback.clear();
  }
}

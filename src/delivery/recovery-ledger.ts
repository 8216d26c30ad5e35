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

  /** Whether the firing came as a fallback, so that the recovery must come whatever the match says. */
  toldAsFallback(id: string): boolean {
    return this.#asFallback.size > 0 && this.#asFallback.has(id);
  }

  /** Takes note of what was delivered. */
  delivered(event: AlertEvent, asFallback: boolean): void {
    const { id, level } = event;
    if (level === 'OK') {
      if (this.#told.delete(id)) this.#journal?.remove(this.#group, id);
      if (this.#asFallback.size > 0) this.#asFallback.delete(id);
      return;
    }
    if (asFallback) this.#asFallback.add(id);
    else if (this.#journal === undefined || this.#told.get(id) === level) {
      this.#told.set(id, level);
      return;
    }
    const fresh = !this.#told.has(id);
    this.#told.set(id, level);
    const stored = STORED.get(this.toldAsFallback(id) ? level + FALLBACK : level);
    if (stored !== undefined) this.#journal?.put(this.#group, id, stored, fresh);
  }

  /** Forgets all of it, on disk too. */
  forget(): void {
    for (const id of this.#told.keys()) this.#journal?.remove(this.#group, id);
    this.#told.clear();
    this.#asFallback.clear();
  }
}

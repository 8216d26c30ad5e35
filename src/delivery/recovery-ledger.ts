import type { AlertEvent } from '../alert/event.ts';
import { isLevel, type Level } from '../alert/level.ts';
import type { Delivery } from './delivery.ts';
import { Journal, type Storable } from './journal.ts';

const FALLBACK = ' fallback';

/** One text per level and kind of entry, since a ledger writes no others. */
const STORED: ReadonlyMap<string, Storable> = new Map(
  ['INFO', 'WARNING', 'CRITICAL']
    .flatMap((level) => [level, level + FALLBACK])
    .map((text) => [text, { encode: () => text }]),
);

/**
 * What one handler was told: the last level that was delivered of every id that is not OK there. And which recoveries
 * it is owed, because they could not be delivered yet.
 */
export class RecoveryLedger {
  readonly #journal: Journal | undefined;
  readonly #group: string;
  readonly #told = new Map<string, Level>();
  /** Ids that the handler was told about as a fallback, past its own match. */
  readonly #asFallback = new Set<string>();
  #due = new Map<string, Delivery>();
  #later = new Map<string, Delivery>();

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

  /** How many recoveries it is owed. */
  get owed(): number {
    return this.#due.size + this.#later.size;
  }

  /** Whether something came here as a fallback that has not recovered. */
  get hasFallbacks(): boolean {
    return this.#asFallback.size > 0;
  }

  /** Whether a recovery may be tried now. */
  get hasDue(): boolean {
    return this.#due.size > 0;
  }

  /** The recoveries that it is owed, the oldest first. */
  owedRecoveries(): readonly Delivery[] {
    return [...this.#due.values(), ...this.#later.values()];
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

  /** Keeps a recovery, to be tried when the destination answers again. */
  owe(recovery: Delivery): void {
    this.#due.delete(recovery.event.id);
    this.#later.set(recovery.event.id, recovery);
  }

  /** Makes what is owed ready to be tried: all of it, or the recovery of one id. */
  makeDue(id?: string): void {
    if (this.#later.size === 0) return;
    if (id !== undefined) {
      const recovery = this.#later.get(id);
      if (recovery !== undefined) this.#due.set(id, recovery);
      this.#later.delete(id);
      return;
    }
    if (this.#due.size === 0) [this.#due, this.#later] = [this.#later, this.#due];
    else {
      for (const [id, recovery] of this.#later) this.#due.set(id, recovery);
      this.#later.clear();
    }
  }

  /** Puts off what is due: the destination does not answer. */
  postpone(): void {
    if (this.#due.size === 0) return;
    for (const [id, recovery] of this.#later) this.#due.set(id, recovery);
    [this.#due, this.#later] = [this.#later, this.#due];
    this.#due.clear();
  }

  /** Takes out the first recovery that is due. */
  takeDue(): Delivery | undefined {
    for (const [id, recovery] of this.#due) {
      this.#due.delete(id);
      return recovery;
    }
    return undefined;
  }

  /** Takes out the recovery of an id, because something newer is on its way. */
  takeOwed(id: string): Delivery | undefined {
    if (this.#due.size === 0 && this.#later.size === 0) return undefined;
    const recovery = this.#due.get(id) ?? this.#later.get(id);
    if (recovery !== undefined && !this.#due.delete(id)) this.#later.delete(id);
    return recovery;
  }

  /** Forgets all of it, on disk too. */
  forget(): void {
    for (const id of this.#told.keys()) this.#journal?.remove(this.#group, id);
    this.#told.clear();
    this.#asFallback.clear();
    this.#due.clear();
    this.#later.clear();
  }
}

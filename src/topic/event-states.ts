import { compareBytes } from '../alert/compare-bytes.ts';
import { LEVELS, type Level, levelRank } from '../alert/level.ts';
import { EventRecord, type EventState, type RecordedEvent } from './event-state.ts';

/**
 * The latest state of every event id of a topic, and the highest level among them. The highest level is kept by
 * counting how many ids are at each level, so a change costs the same however many ids there are.
 */
export class EventStates {
  readonly #records = new Map<string, EventRecord>();
  readonly #counts: [number, number, number, number] = [0, 0, 0, 0];
  readonly #limit: number;
  /** The ids that are OK, the longest first; kept only where there is a limit. */
  readonly #resting: Set<string> | undefined;

  /** @param limit How many ids to know. Beyond, the id that has been OK longest is forgotten; others never are. */
  constructor(limit: number = Number.POSITIVE_INFINITY) {
    this.#limit = limit;
    this.#resting = Number.isFinite(limit) ? new Set() : undefined;
  }

  /** How many ids are known. */
  get size(): number {
    return this.#records.size;
  }

  /** The highest level of all ids; `OK` when there is none. */
  get level(): Level {
    const counts = this.#counts;
    if (counts[3] > 0) return 'CRITICAL';
    if (counts[2] > 0) return 'WARNING';
    return counts[1] > 0 ? 'INFO' : 'OK';
  }

  /** How many ids are at a level. */
  count(level: Level): number {
    return this.#counts[levelRank(level) as 0 | 1 | 2 | 3];
  }

  /** The record of an id, for {@link put}. */
  find(id: string): EventRecord | undefined {
    return this.#records.get(id);
  }

  /**
   * Remembers the state of an event, and returns its record.
   *
   * @param record What {@link find} gave for its id just now.
   */
  put(event: RecordedEvent, record: EventRecord | undefined): EventRecord {
    if (record === undefined) return this.add(new EventRecord(event));
    if (record.level !== event.level) {
      this.#move(record.level, -1);
      this.#move(event.level, 1);
    }
    record.update(event);
    if (this.#resting !== undefined) this.#rest(record, this.#resting);
    return record;
  }

  /** Adds the record of an id that is not known. */
  add(record: EventRecord): EventRecord {
    this.#records.set(record.id, record);
    this.#move(record.level, 1);
    if (this.#resting !== undefined) this.#rest(record, this.#resting);
    return record;
  }

  /** The state of an id, `undefined` when it is not known. */
  get(id: string): EventState | undefined {
    return this.#records.get(id)?.snapshot();
  }

  /** The states at a level or above, ordered by id. */
  list(minLevel: Level = 'OK'): EventState[] {
    const least = levelRank(minLevel);
    const found: EventState[] = [];
    for (const record of this.#records.values()) {
      if (levelRank(record.level) >= least) found.push(record.snapshot());
    }
    return found.sort((a, b) => compareBytes(a.id, b.id));
  }

  /** Every id. */
  ids(): Iterable<string> {
    return this.#records.keys();
  }

  /** How many ids are at each level. */
  counts(): Readonly<Record<Level, number>> {
    return Object.fromEntries(LEVELS.map((level) => [level, this.count(level)])) as Record<Level, number>;
  }

  /** Takes note of who is OK, and forgets who has been for longest when there are too many ids. */
  #rest({ id, level }: EventRecord, resting: Set<string>): void {
    resting.delete(id);
    if (level === 'OK') resting.add(id);
    if (this.#records.size <= this.#limit) return;
    for (const longest of resting) {
      resting.delete(longest);
      this.#records.delete(longest);
      this.#move('OK', -1);
      return;
    }
  }

  #move(level: Level, by: 1 | -1): void {
    this.#counts[levelRank(level) as 0 | 1 | 2 | 3] += by;
  }
}

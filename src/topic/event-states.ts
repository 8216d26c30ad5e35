import { LEVELS, type Level, levelRank } from '../alert/level.ts';
import { compareBytes } from '../alert/wire.ts';
import { EventRecord, type EventState, type RecordedEvent } from './event-state.ts';

/**
 * The latest state of every event id of a topic, and the highest level among them. The highest level is kept by
 * counting how many ids are at each level, so a change costs the same however many ids there are.
 */
export class EventStates {
  readonly #records = new Map<string, EventRecord>();
  readonly #counts: [number, number, number, number] = [0, 0, 0, 0];

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

  /** Remembers the state of an event. `record` is what {@link find} gave for its id just now. */
  put(event: RecordedEvent, record: EventRecord | undefined = this.find(event.id)): void {
    if (record === undefined) {
      this.#records.set(event.id, new EventRecord(event));
      this.#move(event.level, 1);
      return;
    }
    if (record.level !== event.level) {
      this.#move(record.level, -1);
      this.#move(event.level, 1);
    }
    record.update(event);
  }

  /** The level of an id, `undefined` when it is not known. */
  levelOf(id: string): Level | undefined {
    return this.#records.get(id)?.level;
  }

  /** The state of an id, `undefined` when it is not known. */
  get(id: string): EventState | undefined {
    return this.#records.get(id)?.snapshot();
  }

  /** Forgets an id, and says whether it was known. */
  delete(id: string): boolean {
    const record = this.#records.get(id);
    if (record === undefined) return false;
    this.#move(record.level, -1);
    return this.#records.delete(id);
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

  /** The ids at a level, in the order in which they were first seen. */
  *idsAt(level: Level): IterableIterator<string> {
    for (const record of this.#records.values()) if (record.level === level) yield record.id;
  }

  /** How many ids are at each level. */
  counts(): Readonly<Record<Level, number>> {
    return Object.fromEntries(LEVELS.map((level) => [level, this.count(level)])) as Record<Level, number>;
  }

  #move(level: Level, by: 1 | -1): void {
    this.#counts[levelRank(level) as 0 | 1 | 2 | 3] += by;
  }
}

import { LEVELS, type Level, levelRank } from '../alert/level.ts';
import { NanoDate, nanosOf } from '../alert/nano-date.ts';
import type { KnownState } from './event-sink.ts';

/**
 * Which alerts a rule has told to be not OK, for a rule whose events go to nobody who remembers them. An alert that
 * is told to be OK is forgotten, so that only firing alerts take up memory.
 */
export class EventMemory {
  readonly #firing = new Map<string, FiringAlert>();
  readonly #max: number;

  /** @param max How many alerts are remembered at most; beyond that the oldest is forgotten. */
  constructor(max: number = Number.POSITIVE_INFINITY) {
    this.#max = max;
  }

  /** The level last told of an alert. */
  levelOf(id: string): Level {
    return LEVELS[this.#firing.get(id)?.level ?? 0] ?? 'OK';
  }

  /** What was last told of an alert, unless that it is OK. */
  state(id: string): KnownState | undefined {
    const alert = this.#firing.get(id);
    return alert && { level: LEVELS[alert.level] ?? 'OK', time: new NanoDate(alert.ms, alert.ns) };
  }

  /** Forgets every alert. */
  clear(): void {
    this.#firing.clear();
  }

  /** Takes note of what is told. */
  tell(id: string, level: Level, time: Date): void {
    if (level === 'OK') {
      this.#firing.delete(id);
      return;
    }
    const known = this.#firing.get(id);
    if (known !== undefined) {
      known.level = levelRank(level);
      known.ms = time.getTime();
      known.ns = nanosOf(time);
      return;
    }
    this.#firing.set(id, { level: levelRank(level), ms: time.getTime(), ns: nanosOf(time) });
    if (this.#firing.size > this.#max) {
      for (const oldest of this.#firing.keys()) {
        this.#firing.delete(oldest);
        break;
      }
    }
  }
}

interface FiringAlert {
  level: number;
  ms: number;
  ns: number;
}

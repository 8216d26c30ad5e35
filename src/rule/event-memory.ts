import { LEVELS, type Level, levelRank } from '../alert/level.ts';
import { NanoDate, nanosOf } from '../alert/nano-date.ts';
import type { KnownState } from './event-sink.ts';

/**
 * Which alerts a rule has told to be not OK, for a rule whose events go to nobody who remembers them. An alert that
 * is told to be OK is forgotten, so that only firing alerts take up memory.
 */
export class EventMemory {
  readonly #firing = new Map<string, FiringAlert>();

  /** The level last told of an alert. */
  levelOf(id: string): Level {
    const alert = this.#firing.get(id);
    return alert === undefined ? 'OK' : (LEVELS[alert.level] ?? 'OK');
  }

  /** What was last told of an alert, unless that it is OK. */
  state(id: string): KnownState | undefined {
    const alert = this.#firing.get(id);
    return alert === undefined
      ? undefined
      : { level: LEVELS[alert.level] ?? 'OK', time: new NanoDate(alert.ms, alert.ns) };
  }

  /** Takes note of what is told. */
  tell(id: string, level: Level, time: Date): void {
    if (level === 'OK') this.#firing.delete(id);
    else this.#firing.set(id, { level: levelRank(level), ms: time.getTime(), ns: nanosOf(time) });
  }
}

interface FiringAlert {
  readonly level: number;
  readonly ms: number;
  readonly ns: number;
}

import type { Int64 } from './int64.ts';
import type { Level } from './level.ts';
import type { Fields, FieldValue, Tags } from './point.ts';

/** The points behind an event, as a table: what Kapacitor sends as `data.series`. */
export interface Series {
  /** The measurement's name. */
  readonly name: string;
  /** The tags that all rows share. */
  readonly tags?: Tags;
  /** Column names; the first is `time`. */
  readonly columns: readonly string[];
  /** One row a point, a value a column; `null` where a point lacks the field. */
  readonly values: readonly (readonly (FieldValue | Date | null)[])[];
}

/** One decision of an alert rule, or of a host: the state of one alert id at one time, worth telling. */
export interface AlertEvent {
  /** The topic that it was collected on. */
  readonly topic: string;
  /** Which alert it is about. Events of one id are states of the same alert. */
  readonly id: string;
  /** How bad it is now. */
  readonly level: Level;
  /** How bad it was before: what the topic knew of this id, `OK` when it knew nothing. */
  readonly previousLevel: Level;
  /** One line for people. */
  readonly message: string;
  /** Longer text, HTML by custom. */
  readonly details: string;
  /** When it happened. */
  readonly time: Date;
  /** Milliseconds since the alert left OK. Fractions are microseconds and below. */
  readonly duration: number;
  /** The same in nanoseconds, exactly; present where it was measured that finely. */
  readonly durationNs?: Int64;
  /** Whether an `OK` can be expected to follow. */
  readonly recoverable: boolean;
  /** Keeps the event from handlers that leave the process; `publish` and `aggregate` still get it. */
  readonly noExternal: boolean;
  /** The measurement's name. */
  readonly name: string;
  /** The name of the rule that made it. */
  readonly taskName: string;
  /** The group of the point, such as `host=web-1`. Empty when the rule has no `groupBy`. */
  readonly group: string;
  /** The category that inhibitions refer to. */
  readonly category: string;
  /** The point's tags. */
  readonly tags: Tags;
  /** The point's fields. */
  readonly fields: Fields;
  /** The points behind it, or `null` when it has none. */
  readonly series: readonly Series[] | null;
}

/** What a host gives to `collect`: an {@link AlertEvent} with everything but id and level optional. */
export interface AlertEventInput extends Partial<Omit<AlertEvent, 'id' | 'level' | 'topic'>> {
  /** The topic. */
  readonly topic: string;
  /** The alert id. */
  readonly id: string;
  /** The level. */
  readonly level: Level;
}

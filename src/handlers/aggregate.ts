import type { Timer } from '../alert/clock.ts';
import type { AlertEvent, Series } from '../alert/event.ts';
import { type Level, levelRank } from '../alert/level.ts';
import { nanosOf } from '../alert/nano-date.ts';
import { decodeEvent, encodeEvent } from '../delivery/index.ts';
import type { Handler, HandlerHost } from '../handler/handler.ts';
import type { HandlerKind } from '../handler/handler-kind.ts';
import { described, duration, type OptionsOutput, optionsSchema, text } from '../handler/options.ts';
import type { StandardIssue } from '../handler/standard-schema.ts';
import { aggregateData, compileTemplate, TEMPLATE_KINDS, type Template } from '../template/index.ts';
import { refineOptions } from './shared/refine-options.ts';

const DEFAULT_MESSAGE = 'Received {{ .Count }} events in the last {{.Interval}}.';
/** A window that holds this many events is handed on early, so that it cannot grow without bounds. */
const MOST_EVENTS = 10_000;

type OptionSchemas = {
  readonly interval: typeof duration;
  readonly topic: typeof text;
  readonly id: typeof text;
  readonly message: typeof text;
};

const entries: OptionSchemas = {
  interval: described(duration, 'How long to gather. Required.'),
  topic: described(text, 'The topic that gets the aggregated events.'),
  id: described(text, 'The id of the aggregated events. Default empty.'),
  message: described(
    text,
    `A template for their message, with .Count and .Interval. Default "${DEFAULT_MESSAGE}".`,
  ),
};

/** What an aggregate handler is told in its handler file, checked. */
export type AggregateOptions = OptionsOutput<OptionSchemas>;

const options = refineOptions(optionsSchema(entries), ({ interval = 0, message = DEFAULT_MESSAGE }) => {
  const issues: StandardIssue[] = [];
  const nanoseconds = interval * 1e6;
  if (nanoseconds < 1 || nanoseconds >= 2 ** 63) {
    issues.push({ message: 'interval: must be a time above zero, such as 1m', path: ['interval'] });
  }
  try {
    messageTemplate(message).render(aggregateData(0, 0));
  } catch (error) {
    issues.push({ message: `message: ${error instanceof Error ? error.message : error}`, path: ['message'] });
  }
  return issues;
});

/**
 * The `aggregate` kind: gathers the events of an interval and puts one event into another topic in their place. It has
 * the highest level, the latest time and the longest duration of them, their messages as its details, a line each, and
 * all their series. The interval begins with the first event; what is gathered is handed on, not lost, when the
 * handler is removed, the registry is flushed or closed.
 *
 * @example
 * ```ts
 * import { TopicRegistry } from 'tocsin';
 * import { aggregate } from 'tocsin/handlers';
 *
 * const alerts = new TopicRegistry({ kinds: [aggregate()] });
 * await alerts.define({
 *   id: 'minute',
 *   topic: 'disk',
 *   kind: 'aggregate',
 *   options: { interval: '1m', topic: 'disk-minute', id: 'disks', message: '{{ .Count }} disk events' },
 * });
 * ```
 */
export function aggregate(): HandlerKind<AggregateOptions> {
  return {
    kind: 'aggregate',
    external: false,
    options,
    publishes: ({ topic }) => (topic ? [topic] : []),
    create(given, host) {
      if (!given.topic) host.warn("aggregated events reach nobody: the option 'topic' says where they go");
      return new Aggregator(given, host);
    },
  };
}

class Aggregator implements Handler {
  readonly #host: HandlerHost;
  readonly #topic: string;
  readonly #id: string;
  readonly #interval: number;
  readonly #message: Template;
  #window: AlertEvent[] = [];
  #sequence = 0;
  #timer: Timer | undefined;

  constructor(
    { interval = 0, topic = '', id = '', message = DEFAULT_MESSAGE }: AggregateOptions,
    host: HandlerHost,
  ) {
    this.#host = host;
    this.#topic = topic;
    this.#id = id;
    this.#interval = interval;
    this.#message = messageTemplate(message);
    for (const stored of host.memory?.restore() ?? []) {
      try {
        this.handle(decodeEvent(stored));
      } catch (error) {
        host.warn(`an event that was gathered before the restart cannot be read: ${String(error)}`);
      }
    }
  }

  handle(event: AlertEvent): void {
    this.#window.push(event);
    this.#host.memory?.put(sequenceName(this.#sequence++), { encode: () => encodeEvent(event) });
    if (this.#window.length >= MOST_EVENTS) this.#endWindow();
    else this.#timer ??= this.#host.clock.setTimeout(() => this.#endWindow(), this.#interval);
  }

  /** Hands on what is gathered. */
  flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const events = this.#window;
    if (events.length === 0) return;
    this.#window = [];
    for (let n = events.length; n > 0; n--) this.#host.memory?.remove(sequenceName(this.#sequence - n));
    this.#host.collect(
      {
        topic: this.#topic,
        id: this.#id,
        message: this.#text(events.length),
        ...summaryOf(events),
      },
      events.at(-1),
    );
  }

  close(): void {
    this.#timer?.cancel();
  }

  /** Ends a window by itself, where nobody waits for what comes of it. */
  #endWindow(): void {
    try {
      this.flush();
    } catch (error) {
      this.#host.warn(`what was gathered cannot be handed on: ${String(error)}`);
    }
  }

  #text(count: number): string {
    const data = aggregateData(count, Math.round(this.#interval * 1e6));
    try {
      return this.#message.render(data);
    } catch (error) {
      this.#host.warn(`the message failed, and the default one is used: ${String(error)}`);
      return messageTemplate(DEFAULT_MESSAGE).render(data);
    }
  }
}

/** What several events come to: level, time and duration are the highest, each on its own. */
function summaryOf(events: readonly AlertEvent[]): {
  level: Level;
  time: Date;
  duration: number;
  durationNs?: NonNullable<AlertEvent['durationNs']>;
  details: string;
  recoverable: false;
  noExternal: boolean;
  series: Series[] | null;
} {
  const worst = highest(events, (a, b) => levelRank(a.level) - levelRank(b.level));
  const latest = highest(
    events,
    (a, b) => a.time.getTime() - b.time.getTime() || nanosOf(a.time) - nanosOf(b.time),
  );
  const longest = highest(events, (a, b) => a.duration - b.duration);
  const series = events.flatMap((event) => event.series ?? []);
  return {
    level: worst.level,
    time: latest.time,
    duration: longest.duration,
    ...(longest.durationNs === undefined ? {} : { durationNs: longest.durationNs }),
    details: events.map((event) => event.message).join('\n'),
    recoverable: false,
    noExternal: events.every((event) => event.noExternal),
    series: series.length > 0 ? series : null,
  };
}

function highest(
  events: readonly AlertEvent[],
  compare: (a: AlertEvent, b: AlertEvent) => number,
): AlertEvent {
  return events.reduce((best, event) => (compare(event, best) > 0 ? event : best));
}

function messageTemplate(source: string): Template {
  return compileTemplate(source, TEMPLATE_KINDS.aggregate);
}

/** Names that sort as the numbers do. */
function sequenceName(sequence: number): string {
  return sequence.toString(36).padStart(9, '0');
}

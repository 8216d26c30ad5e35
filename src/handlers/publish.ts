import type { AlertEvent } from '../alert/event.ts';
import type { HandlerKind } from '../handler/handler-kind.ts';
import { described, type OptionsOutput, optionsSchema, texts } from '../handler/options.ts';

type OptionSchemas = {
  readonly topics: typeof texts;
};

const entries: OptionSchemas = {
  topics: described(texts, 'The topics to put events into as well. Default none.'),
};

/** What a publish handler is told in its handler file, checked. */
export type PublishOptions = OptionsOutput<OptionSchemas>;

const options = optionsSchema(entries);

/**
 * The `publish` kind: puts the events of a topic into others as well. An event goes through at most 16 topics
 * (`limits.hops`), so topics that publish to each other in a cycle come to an end, and are reported.
 *
 * @example
 * ```ts
 * import { TopicRegistry } from 'tocsin';
 * import { publish } from 'tocsin/handlers';
 *
 * const alerts = new TopicRegistry({ kinds: [publish()] });
 * await alerts.define({ id: 'up', topic: 'cpu', kind: 'publish', match: 'level() == CRITICAL', options: { topics: ['ops'] } });
 * ```
 */
export function publish(): HandlerKind<PublishOptions> {
  return {
    kind: 'publish',
    external: false,
    options,
    publishes: ({ topics = [] }) => topics,
    create({ topics = [] }, host) {
      return {
        handle(event: AlertEvent): void {
          let failure: unknown;
          for (const topic of topics) {
            try {
              host.collect({ ...event, topic }, event);
            } catch (error) {
              // The other topics get it all the same.
              failure ??= error;
            }
          }
          if (failure !== undefined) throw failure;
        },
      };
    },
  };
}

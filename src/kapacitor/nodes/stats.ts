import type { Timer } from '../../alert/clock.ts';
import { Group, NO_DIMENSIONS } from '../pipeline/group.ts';
import {
  defineNode,
  type NodeDefinition,
  type NodeDraft,
  type NodePlace,
} from '../pipeline/node-definition.ts';
import { type EmittedCount, PipelineNode } from '../pipeline/pipeline-node.ts';
import { milliseconds } from '../pipeline/time.ts';

/** What a script says of a stats node. */
export interface StatsSettings {
  /** Nanoseconds. */
  readonly interval: bigint;
  align: boolean;
}

/** `|stats(10s)`: every so often, by the clock, how many points the node before it has sent on so far. */
export const stats: NodeDefinition & { draftOf(settings: StatsSettings): NodeDraft } =
  defineNode<StatsSettings>({
    name: 'stats',
    provides: 'stream',
    begin(call) {
      const interval = call.onlyDuration();
      if (interval <= 0n) call.failAt(0, 'The interval must be above zero');
      return { interval, align: false };
    },
    properties: {
      align(settings, call) {
        call.none();
        settings.align = true;
        return undefined;
      },
    },
    build: (settings, place) => new StatsNode(settings, place),
  });

class StatsNode extends PipelineNode {
  readonly #interval: number;
  readonly #align: boolean;
  readonly #host: NodePlace['host'];
  readonly #emitted: ReadonlyMap<string, EmittedCount>;
  #timer: Timer | undefined;

  constructor({ interval, align }: StatsSettings, { name, host, parent }: NodePlace) {
    super(name);
    this.#interval = milliseconds(interval);
    this.#align = align;
    this.#host = host;
    this.#emitted = parent.counted();
  }

  override start(): void {
    this.#wait();
  }

  override stop(): void {
    this.#timer?.cancel();
  }

  #wait(): void {
    const { clock } = this.#host;
    const now = clock.now();
    const wait = this.#align ? this.#interval - (now % this.#interval) : this.#interval;
    this.#timer = clock.setTimeout(
      () => {
        this.#wait();
        this.#tell(new Date(clock.now()));
      },
      wait,
      { background: true },
    );
  }

  #tell(time: Date): void {
    const name = 'stats';
    // Before the first point there is no group, and nothing was sent on all the same.
    const counts: Iterable<EmittedCount> =
      this.#emitted.size > 0
        ? this.#emitted.values()
        : [{ group: new Group({ name }, NO_DIMENSIONS), count: 0 }];
    for (const { group, count } of [...counts])
      this.emitPoint({ name, tags: group.tags, fields: { emitted: BigInt(count) }, time, group });
  }
}

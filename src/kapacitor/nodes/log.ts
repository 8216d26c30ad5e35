import type { GroupedBatch, GroupedPoint } from '../pipeline/message.ts';
import { defineNode, type NodeDefinition, type NodePlace } from '../pipeline/node-definition.ts';
import { PipelineNode } from '../pipeline/pipeline-node.ts';

interface Settings {
  level: string;
  prefix: string;
}

const LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR'];

/** `|log()`: tells what goes by as the task's event `log`. */
export const log: NodeDefinition = defineNode<Settings>({
  name: 'log',
  begin(call) {
    call.none();
    return { level: 'INFO', prefix: '' };
  },
  properties: {
    level(settings, call) {
      const level = call.onlyText().toUpperCase();
      if (!LEVELS.includes(level))
        call.failAt(0, `There is no log level ${level}`, `There are ${LEVELS.join(', ')}.`);
      settings.level = level;
      return undefined;
    },
    prefix(settings, call) {
      settings.prefix = call.onlyText();
      return undefined;
    },
  },
  build: (settings, place) => new LogNode(settings, place),
});

class LogNode extends PipelineNode {
  readonly #settings: Settings;
  readonly #host: NodePlace['host'];

  constructor(settings: Settings, { name, host }: NodePlace) {
    super(name);
    this.#settings = settings;
    this.#host = host;
  }

  override point(point: GroupedPoint): void {
    this.#host.log({ node: this.name, ...this.#settings, data: point });
    this.emitPoint(point);
  }

  override batch(batch: GroupedBatch): void {
    this.#host.log({ node: this.name, ...this.#settings, data: batch });
    this.emitBatch(batch);
  }
}

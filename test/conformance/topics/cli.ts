import { formatRFC3339 } from '../../../src/alert/nano-date.ts';
import { TocsinError } from '../../../src/errors.ts';
import type { TopicRegistry } from '../../../src/topic/index.ts';

/** What a command said. */
export interface CommandResult {
  readonly accepted: boolean;
  readonly error?: string;
  readonly stdout: string;
}

/** The commands of Kapacitor's command line that are about topics and handlers, on top of a registry. */
export async function runCommand(registry: TopicRegistry, args: readonly string[]): Promise<CommandResult> {
  try {
    const lines = await command(registry, args);
    return { accepted: true, stdout: lines.map((line) => `${line}\n`).join('') };
  } catch (error) {
    if (!(error instanceof TocsinError || error instanceof UsageError)) throw error;
    return { accepted: false, error: error.message, stdout: '' };
  }
}

class UsageError extends Error {}

async function command(registry: TopicRegistry, args: readonly string[]): Promise<string[]> {
  const [first = '', second = '', third, fourth] = args;
  const name = first === 'list' || first === 'delete' ? `${first} ${second}` : first;
  switch (name) {
    case 'list topics':
      return [
        'ID Level Collected',
        ...registry
          .topics(third === undefined ? {} : { pattern: third })
          .map(({ id, level, collected }) => `${id} ${level} ${collected}`),
      ];
    case 'list topic-handlers': {
      const topics = registry.topics({ pattern: third ?? '' }).map(({ id }) => id);
      const specs = topics.flatMap((topic) => registry.specs(topic, fourth ?? ''));
      return ['Topic ID Kind', ...specs.map(({ topic, id, kind }) => `${topic} ${id} ${kind}`)];
    }
    case 'show-topic-handler': {
      const spec = registry.spec(second, third ?? '');
      if (spec === undefined) throw new UsageError(`unknown handler: "${third}"`);
      const { id, topic, kind, match = '', options = null } = spec;
      return [
        `ID: ${id}`,
        `Topic: ${topic}`,
        `Kind: ${kind}`,
        `Match: ${String(match)}`,
        `Options: ${JSON.stringify(options)}`,
      ];
    }
    case 'show-topic': {
      const topic = registry.topic(second);
      if (topic === undefined) throw new UsageError(`unknown topic: "${second}"`);
      const ids = registry.specs(second).map(({ id }) => id);
      return [
        `ID: ${topic.id}`,
        `Level: ${topic.level}`,
        `Collected: ${topic.collected}`,
        `Handlers: [${ids.join(', ')}]`,
        'Events:',
        'Event Level Message Date',
        ...registry
          .eventStates(second)
          .map(({ id, level, message, time }) => `${id} ${level} ${message} ${formatRFC3339(time)}`),
      ];
    }
    case 'delete topic-handlers':
      for (const pattern of args.slice(3)) {
        for (const { id } of registry.specs(third ?? '', pattern)) await registry.remove(third ?? '', id);
      }
      return [];
    case 'delete topics':
      for (const pattern of args.slice(2))
        for (const { id } of registry.topics({ pattern })) registry.deleteTopic(id);
      return [];
    case 'define-topic-handler':
      if (second === '') throw new UsageError('Must provide a path to a handler file.');
      await registry.defineFile(second, { replace: true });
      return [];
    default:
      throw new UsageError(`a command that is not known: ${args.join(' ')}`);
  }
}

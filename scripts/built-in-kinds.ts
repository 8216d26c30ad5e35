import type { AnyHandlerKind } from '../src/handler/handler-kind.ts';
import * as handlers from '../src/handlers/index.ts';

type Factory = (configuration?: unknown) => AnyHandlerKind;

/** Every kind of this package, by name; those with a configuration are switched off, which needs no settings. */
export function builtInKinds(): AnyHandlerKind[] {
  return Object.values(handlers as unknown as Record<string, Factory>)
    .map((factory) => make(factory))
    .sort((a, b) => (a.kind < b.kind ? -1 : 1));
}

function make(factory: Factory): AnyHandlerKind {
  for (const configuration of [{ enabled: false }, [{ enabled: false, name: 'x', id: 'x' }], undefined]) {
    try {
      return factory(configuration);
    } catch (error) {
      if (configuration === undefined) throw error;
    }
  }
  throw new Error(`no configuration makes ${factory.name}`);
}

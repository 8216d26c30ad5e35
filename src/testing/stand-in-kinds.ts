import type { Handler, HandlerHost } from '../handler/handler.ts';
import type { AnyHandlerKind } from '../handler/handler-kind.ts';

/** Kinds that only route events inside the registry: they do their own work in a test too. */
const ROUTING: ReadonlySet<string> = new Set(['publish', 'aggregate']);

type Factory = (configuration?: unknown) => AnyHandlerKind;

/**
 * Every kind of this package and the host's own, checking options as they do, but making handlers that stand in for
 * the real ones.
 *
 * @param own Kinds of the host; one of the same name as one of ours takes its place.
 * @param make Makes the stand-in.
 */
export async function standInKinds(
  own: readonly AnyHandlerKind[],
  make: (kind: AnyHandlerKind, host: HandlerHost) => Handler,
): Promise<AnyHandlerKind[]> {
  const kinds = new Map<string, AnyHandlerKind>();
  const handlers: Readonly<Record<string, unknown>> = await import('../handlers/index.ts');
  // In CommonJS, what an import returns holds more than what the module exports.
  const factories = Object.values(handlers).filter((one) => typeof one === 'function') as Factory[];
  for (const kind of [...factories.map(unconfigured), ...own]) kinds.set(kind.kind.toLowerCase(), kind);
  return [...kinds.values()].map((kind) =>
    ROUTING.has(kind.kind)
      ? kind
      : { ...kind, create: (_options, host) => make(kind, host), close: () => {} },
  );
}

/** A kind without an account of any service; what it is needed for here does not ask for one. */
function unconfigured(factory: Factory): AnyHandlerKind {
  let failure: unknown;
  for (const configuration of [undefined, { enabled: false }, [{ enabled: false, name: 'x', id: 'x' }]]) {
    try {
      return factory(configuration);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

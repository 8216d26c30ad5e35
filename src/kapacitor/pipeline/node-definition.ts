import type { Call } from '../tickscript/call.ts';
import type { NodeHost } from './node-host.ts';
import type { PipelineNode } from './pipeline-node.ts';

/** What flows between two nodes. */
export type Edge = 'stream' | 'batch';

/** Where a node is made. */
export interface NodePlace {
  /** The node's name, such as `window2`. */
  readonly name: string;
  /** What flows into it. */
  readonly edge: Edge;
  /** The call that asks for it. */
  readonly call: Call;
  readonly host: NodeHost;
  /** The node before it. */
  readonly parent: PipelineNode;
}

/** The properties of something in a chain: `.period(10s)`. What a property returns has properties of its own. */
export interface PropertyOwner {
  /** The names, for suggestions. */
  readonly names: readonly string[];
  /** Applies a property; false when there is none of that name. */
  apply(name: string, call: Call): boolean | PropertyOwner;
}

/** A node that a script asks for, before it runs. */
export interface NodeDraft extends PropertyOwner {
  /** Makes the node, when the whole script was read. */
  build(place: NodePlace): PipelineNode;
}

/** A kind of node. */
export interface NodeDefinition {
  /** As scripts call it. */
  readonly name: string;
  /** How the names of its nodes begin. */
  readonly label: string;
  /** What it can take; left out, both. */
  readonly wants?: Edge;
  /** What it gives out. */
  provides(edge: Edge): Edge;
  /** Begins a node. */
  draft(call: Call): NodeDraft;
}

/** How a kind of node is written down. */
export interface NodeSpec<Settings> {
  readonly name: string;
  readonly label?: string;
  readonly wants?: Edge;
  /** What it gives out; left out, what it takes. */
  readonly provides?: Edge;
  /** Reads the arguments of the node itself. */
  begin(call: Call): Settings;
  readonly properties?: Readonly<
    Record<string, (settings: Settings, call: Call) => PropertyOwner | undefined>
  >;
  build(settings: Settings, place: NodePlace): PipelineNode;
}

/** Makes a kind of node of its description. */
export function defineNode<Settings>(spec: NodeSpec<Settings>): NodeDefinition & {
  /** Begins a node with settings that no script gave. */
  draftOf(settings: Settings): NodeDraft;
} {
  const { name, label = name, wants, provides, begin, properties = {}, build } = spec;
  const draftOf = (settings: Settings): NodeDraft => {
    let isQuiet = false;
    return {
      names: [...Object.keys(properties), 'quiet'],
      apply(property, call) {
        const found = findProperty(properties, property);
        if (found !== undefined) return found(settings, call) ?? true;
        if (findProperty(QUIET, property) === undefined) return false;
        call.none();
        isQuiet = true;
        return true;
      },
      build: (place) => build(settings, isQuiet ? { ...place, host: quietHost(place.host) } : place),
    };
  };
  return {
    name,
    label,
    ...(wants && { wants }),
    provides: (edge) => provides ?? edge,
    draft: (call) => draftOf(begin(call)),
    draftOf,
  };
}

/** The property that every node has. */
const QUIET = { quiet: true } as const;

/** The same host, which is not told of what a node could not do. */
function quietHost(host: NodeHost): NodeHost {
  return Object.create(host, { failed: { value: () => undefined } }) as NodeHost;
}

/** A property by its name; as in Kapacitor the case of its first letter does not matter. */
export function findProperty<T>(properties: Readonly<Record<string, T>>, name: string): T | undefined {
  const lower = name.charAt(0).toLowerCase() + name.slice(1);
  return Object.hasOwn(properties, lower) ? properties[lower] : undefined;
}

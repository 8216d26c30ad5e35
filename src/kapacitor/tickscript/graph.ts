import type { Edge, NodeDefinition, NodeDraft, PropertyOwner } from '../pipeline/node-definition.ts';
import type { Call } from './call.ts';

/** How many nodes can follow each other; points go through them by recursion, which must not exhaust the stack. */
const MOST_NODES = 400;

/** A node that a script asks for, with its place among the others. */
export class GraphNode {
  /** Its name, such as `alert2`. */
  readonly name: string;
  /** What it gives out. */
  readonly edge: Edge;
  readonly children: GraphNode[] = [];
  /** What there is to build; nothing for the source itself. */
  readonly made: { readonly draft: NodeDraft; readonly call: Call } | undefined;
  /** Whether what the node before it emits flows into it. */
  readonly fed: boolean;
  /** How many nodes stand before it. */
  readonly depth: number;

  constructor(name: string, edge: Edge, made?: GraphNode['made'], fed = true, depth = 0) {
    this.name = name;
    this.edge = edge;
    this.made = made;
    this.fed = fed;
    this.depth = depth;
  }
}

/** What a chain has come to: a node, and whose properties can follow. */
export interface GraphPlace {
  readonly node: GraphNode;
  /** Innermost first: a handler of an alert node, then the node. Empty for the source. */
  readonly owners: readonly PropertyOwner[];
}

/** The nodes that a script asks for. */
export class Graph {
  /** The stream of all points. */
  readonly source: GraphNode = new GraphNode('stream0', 'stream');
  #count = 1;

  /** Adds a node behind another one. */
  add(parent: GraphNode, definition: NodeDefinition, call: Call, draft: NodeDraft, fed = true): GraphPlace {
    if (parent.depth >= MOST_NODES)
      call.fail(`More than ${MOST_NODES} nodes follow each other`, 'Divide the chain into several tasks.');
    const name = `${definition.label}${this.#count++}`;
    const edge = definition.provides(parent.edge);
    const node = new GraphNode(name, edge, { draft, call }, fed, parent.depth + 1);
    parent.children.push(node);
    return { node, owners: [draft] };
  }
}

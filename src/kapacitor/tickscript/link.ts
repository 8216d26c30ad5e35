import { nearest } from '../../alert/nearest.ts';
import { findProperty, type NodeDefinition, type NodeDraft } from '../pipeline/node-definition.ts';
import type { Call } from './call.ts';
import type { Graph, GraphPlace } from './graph.ts';

/** A chain method that stands for several nodes. */
export interface Shorthand {
  /** Adds the nodes, and says where the chain goes on. */
  expand(graph: Graph, place: GraphPlace, call: Call): GraphPlace;
}

/** What can be asked for in chains. */
export interface NodeCatalog {
  /** The kinds of nodes by the name that scripts use. */
  readonly nodes: Readonly<Record<string, NodeDefinition>>;
  /** Chain methods that stand for several nodes. */
  readonly shorthands: Readonly<Record<string, Shorthand>>;
  /** What Kapacitor has and is not here: what to do instead. */
  readonly missing: Readonly<Record<string, string>>;
  /** The nodes that are left out on purpose. */
  readonly ignored: ReadonlySet<string>;
  /** What takes the place of a node that is left out. */
  leaveOut(call: Call): { readonly definition: NodeDefinition; readonly draft: NodeDraft };
}

/** Goes on with a chain by one link. */
export function chainOn(
  graph: Graph,
  place: GraphPlace,
  mark: '|' | '.' | '@',
  call: Call,
  catalog: NodeCatalog,
): GraphPlace {
  if (mark === '|') return node(graph, place, call, catalog);
  if (mark === '@')
    call.fail(
      `@${call.name}() is a function of your own, which Kapacitor runs as a process`,
      'Do what it does in code, before observe().',
    );
  return property(place, call, catalog);
}

function node(graph: Graph, place: GraphPlace, call: Call, catalog: NodeCatalog): GraphPlace {
  const { nodes, shorthands, ignored } = catalog;
  if (ignored.has(call.name)) {
    const { definition, draft } = catalog.leaveOut(call);
    return graph.add(place.node, definition, call, draft);
  }
  const shorthand = findProperty(shorthands, call.name);
  if (shorthand !== undefined) return shorthand.expand(graph, place, call);
  const definition = findProperty(nodes, call.name);
  if (definition === undefined) return noNode(place, call, catalog);
  const fromSource = place.node === graph.source;
  if (fromSource && definition.name !== 'from')
    call.fail(`|${call.name}() can't follow stream`, 'Select points first: stream|from().');
  if (!fromSource && definition.name === 'from' && !place.node.name.startsWith('from'))
    call.fail('|from() stands only behind stream', 'Begin another chain with stream.');
  if (definition.wants !== undefined && definition.wants !== place.node.edge)
    call.fail(
      `|${call.name}() takes ${WORDS[definition.wants]}, and ${place.node.name} gives ${WORDS[place.node.edge]}`,
    );
  return graph.add(place.node, definition, call, definition.draft(call));
}

const WORDS = { stream: 'single points', batch: 'batches' } as const;

function noNode({ owners }: GraphPlace, call: Call, { nodes, shorthands, missing }: NodeCatalog): never {
  const instead = findProperty(missing, call.name);
  if (instead !== undefined) call.fail(`There is no |${call.name}() here`, instead);
  if (owners.some(({ names }) => findProperty(named(names), call.name)))
    call.fail(`${call.name} is a property, not a node`, `Write .${call.name}().`);
  const names = [...Object.keys(nodes), ...Object.keys(shorthands)];
  const meant = nearest(call.name, names);
  call.fail(
    `There is no node |${call.name}()`,
    meant === undefined ? `There are: ${names.sort().join(', ')}.` : `Did you mean |${meant}()?`,
  );
}

function property(place: GraphPlace, call: Call, { nodes, shorthands }: NodeCatalog): GraphPlace {
  const { node: of, owners } = place;
  for (const [i, owner] of owners.entries()) {
    const answer = owner.apply(call.name, call);
    if (answer === false) continue;
    const rest = owners.slice(i);
    return { node: of, owners: answer === true ? rest : [answer, ...owners.slice(-1)] };
  }
  if (findProperty(nodes, call.name) ?? findProperty(shorthands, call.name))
    call.fail(`${call.name} is a node, not a property of ${of.name}`, `Write |${call.name}().`);
  const names = owners.flatMap((owner) => owner.names);
  const meant = nearest(call.name, names);
  const all = names.length === 0 ? 'It has none.' : `It has: ${[...names].sort().join(', ')}.`;
  return call.fail(
    `${of.name} has no property .${call.name}()`,
    meant === undefined ? all : `Did you mean .${meant}()?`,
  );
}

function named(names: readonly string[]): Record<string, true> {
  return Object.fromEntries(names.map((name) => [name, true]));
}

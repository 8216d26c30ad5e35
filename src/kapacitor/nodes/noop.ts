import { defineNode, type NodeDefinition, type NodeDraft } from '../pipeline/node-definition.ts';
import { PipelineNode } from '../pipeline/pipeline-node.ts';

/** `|noop()`: does nothing, and sends on what it gets. */
export const noop: NodeDefinition & { draftOf(settings: undefined): NodeDraft } = defineNode<undefined>({
  name: 'noop',
  begin: (call) => void call.none(),
  build: (_, { name }) => new PipelineNode(name),
});

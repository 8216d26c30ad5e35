import type { ActionNode, CommandNode, PipelineNode } from '../syntax/node.ts';
import type { Context } from './context.ts';
import type { EscaperName } from './escapers.ts';
import { HtmlFault } from './html-fault.ts';

/** The function that joins the arguments of an `html` or `urlquery`, which then works on the joined text. */
export const JOIN_ARGUMENTS = 'join arguments';

/** What becomes of an action: what is evaluated, and how its value is escaped then. */
export interface EscapedAction {
  readonly pipeline: PipelineNode;
  readonly escapers: readonly EscaperName[];
}

/** Which of our escapers do what the template's own function does. */
const EQUIVALENTS: Readonly<Record<'html' | 'urlquery', readonly EscaperName[]>> = {
  html: ['text', 'attribute'],
  urlquery: ['url-part', 'url-normal'],
};

/** Decides how an action is escaped that stands in a context. */
export function escapeAction({ pipeline }: ActionNode, context: Context): EscapedAction {
  const own = ownEscaper(pipeline, context);
  const escapers = escapersFor(context);
  if (own === undefined) return { pipeline, escapers };
  const last = pipeline.commands.at(-1);
  const at = escapers.findIndex((name) => EQUIVALENTS[own].includes(name));
  const takesArguments = last !== undefined && last.operands.length > 1;
  const isPiped = pipeline.commands.length > 1;
  // Behind a pipe it is a call like any other, unless one of ours takes its place.
  if (takesArguments && isPiped && at === -1) return { pipeline, escapers };
  const before = last !== undefined && !isPiped ? [joined(last)] : pipeline.commands.slice(0, -1);
  const chain = at === -1 ? [own, ...escapers] : escapers.map((name, i) => (i === at ? own : name));
  return { pipeline: { ...pipeline, commands: before }, escapers: chain };
}

/** The `html` or `urlquery` at the end of a pipeline; nowhere else may one be. */
function ownEscaper({ commands }: PipelineNode, context: Context): 'html' | 'urlquery' | undefined {
  for (const [i, { operands }] of commands.entries()) {
    const [first] = operands;
    if (first.kind !== 'function' || (first.name !== 'html' && first.name !== 'urlquery')) continue;
    const unquoted = context.state === 'attribute' && context.delimiter === 'space' && first.name === 'html';
    if (i < commands.length - 1 || unquoted) {
      throw new HtmlFault(
        unquoted
          ? 'html is not enough for an attribute value without quotes'
          : `${first.name} can only be the last of a pipeline in HTML`,
        first.offset,
        'Leave it out: values are escaped for their place anyway.',
      );
    }
    return first.name;
  }
  return undefined;
}

function joined(command: CommandNode): CommandNode {
  const [first, ...args] = command.operands;
  return {
    ...command,
    operands: [{ kind: 'function', name: JOIN_ARGUMENTS, offset: first.offset, end: first.end }, ...args],
  };
}

function escapersFor(context: Context): readonly EscaperName[] {
  const inside = insideEscapers(context);
  switch (context.delimiter) {
    case 'none':
      return inside;
    case 'space':
      return [...inside, 'unquoted'];
    default:
      return [...inside, 'attribute'];
  }
}

function insideEscapers({ state, urlPart }: Context): readonly EscaperName[] {
  switch (state) {
    case 'text':
    case 'rcdata':
      return ['text'];
    case 'comment':
    case 'css-block-comment':
    case 'css-line-comment':
      return ['comment'];
    case 'tag':
    case 'attribute-name':
      return ['name'];
    case 'srcset':
      return ['srcset'];
    case 'meta-content-url':
      return ['url-filter'];
    case 'css':
      return ['css-value'];
    case 'css-double-quoted':
    case 'css-single-quoted':
      return urlEscapers(urlPart, 'css-string');
    case 'url':
    case 'css-url':
    case 'css-double-quoted-url':
    case 'css-single-quoted-url':
      return urlEscapers(urlPart, 'url-normal');
    default:
      return [];
  }
}

function urlEscapers(part: Context['urlPart'], path: EscaperName): readonly EscaperName[] {
  switch (part) {
    case 'start':
      return ['url-filter', path];
    case 'path':
      return [path];
    case 'query':
      return ['url-part'];
    case 'unknown':
      throw new HtmlFault(
        'It is not sure which part of a URL this is in',
        undefined,
        'Do not let a branch decide whether a ? or # comes before it.',
      );
  }
}

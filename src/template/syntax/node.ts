import type { Value } from '../value/value.ts';

/** What every node of a parsed template has. */
interface Located {
  /** Where it begins in the source. */
  readonly offset: number;
  /** Where it ends. */
  readonly end: number;
}

/** The dot. */
export interface DotNode extends Located {
  readonly kind: 'dot';
}

/** The word `nil`. */
export interface NilNode extends Located {
  readonly kind: 'nil';
}

/** A bool, number, character or text. */
export interface ConstantNode extends Located {
  readonly kind: 'constant';
  /** The value that it has where nothing else is asked for. */
  readonly value: Value;
  /** The number as an integer, when it can be one (`1e3` can, `1.5` cannot). */
  readonly integer?: number | bigint;
  /** Why it cannot stand alone, though it parses. */
  readonly fault?: string;
}

/** The name of a function. */
export interface FunctionNode extends Located {
  readonly kind: 'function';
  readonly name: string;
}

/** A variable, with the members taken from it: `$x.a.b`. */
export interface VariableNode extends Located {
  readonly kind: 'variable';
  readonly name: string;
  /** Its place in the frame of its template; -1 for a variable that was assigned but never declared. */
  readonly slot: number;
  readonly path: readonly string[];
}

/** Members taken from the dot: `.A.B`. */
export interface FieldNode extends Located {
  readonly kind: 'field';
  readonly path: readonly string[];
}

/** Members taken from something in parentheses or from a function's result: `(f).A.B`. */
export interface ChainNode extends Located {
  readonly kind: 'chain';
  readonly from: OperandNode;
  readonly path: readonly string[];
}

/** A pipeline, possibly in parentheses. */
export interface PipelineNode extends Located {
  readonly kind: 'pipeline';
  /** The variables that take its value. */
  readonly variables: readonly { readonly name: string; readonly slot: number }[];
  /** Whether they are assigned (`=`) and not declared (`:=`). */
  readonly assigns: boolean;
  readonly commands: readonly CommandNode[];
}

/** What can be an argument. */
export type OperandNode =
  | DotNode
  | NilNode
  | ConstantNode
  | FunctionNode
  | VariableNode
  | FieldNode
  | ChainNode
  | PipelineNode;

/** One stage of a pipeline: an operand, or a function or method with its arguments. */
export interface CommandNode extends Located {
  readonly operands: readonly [OperandNode, ...OperandNode[]];
}

/** Text that goes out as it is. */
export interface TextNode extends Located {
  readonly kind: 'text';
  readonly text: string;
}

/** A pipeline whose value goes out, unless it declares or assigns variables. */
export interface ActionNode extends Located {
  readonly kind: 'action';
  readonly pipeline: PipelineNode;
}

/** An `if`, `with` or `range`. */
export interface BranchNode extends Located {
  readonly kind: 'if' | 'with' | 'range';
  readonly pipeline: PipelineNode;
  readonly body: readonly StatementNode[];
  readonly otherwise: readonly StatementNode[];
}

/** A call of another template. */
export interface CallNode extends Located {
  readonly kind: 'template';
  readonly name: string;
  readonly pipeline?: PipelineNode;
}

/** A `break` or `continue`. */
export interface JumpNode extends Located {
  readonly kind: 'break' | 'continue';
}

/** What a template is a list of. */
export type StatementNode = TextNode | ActionNode | BranchNode | CallNode | JumpNode;

/** One template of a text: the text itself, or what a `define` or `block` in it names. */
export interface TemplateNode {
  readonly name: string;
  readonly body: readonly StatementNode[];
  /** How many variables its frame has room for; the first is `$`. */
  readonly slots: number;
}

/** Whether a list of statements has nothing but white space. */
export function isBlank(body: readonly StatementNode[]): boolean {
  return body.every((node) => node.kind === 'text' && node.text.trim() === '');
}

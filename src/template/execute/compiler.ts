import { displayText } from '../fmt/display.ts';
import type {
  ActionNode,
  BranchNode,
  CallNode,
  PipelineNode,
  StatementNode,
  TemplateNode,
} from '../syntax/node.ts';
import { typedValue } from '../value/any-value.ts';
import { type GoType, UINT8 } from '../value/go-type.ts';
import { mapEntries } from '../value/map-entries.ts';
import { TemplateFailure } from '../value/template-failure.ts';
import { isTrue } from '../value/truth.ts';
import { typePhrase } from '../value/type-phrase.ts';
import { intValue, Value } from '../value/value.ts';
import { directText } from './direct-text.ts';
import type { Execution } from './execution.ts';
import { type Evaluate, ExpressionCompiler, type Frame } from './expression.ts';
import { pointed } from './member.ts';
import type { TemplateFunction } from './template-function.ts';

/** How a list of statements ended: on its own, or by a `break` or `continue` for the range around it. */
const DONE = 0;
const BREAK = 1;
const CONTINUE = 2;
type Outcome = typeof DONE | typeof BREAK | typeof CONTINUE;

/** A compiled statement. */
type Perform = (run: Execution, frame: Frame, dot: Value | undefined) => Outcome;

/** What goes out for an action's value, in the place where the action stands. */
export type Write = (value: Value | undefined) => string;

/** An action that is escaped: what is evaluated for it, and how its value is written. */
export interface EscapedAction {
  readonly pipeline: PipelineNode;
  readonly write: Write;
}

/** A template, and what escaping decided about its pieces. */
export interface Escaped {
  readonly template: TemplateNode;
  readonly actions: ReadonlyMap<StatementNode, EscapedAction>;
  /** Texts that go out otherwise than written. */
  readonly texts: ReadonlyMap<StatementNode, string>;
  /** Which variant of a template is called. */
  readonly calls: ReadonlyMap<StatementNode, string>;
}

/** A compiled template. */
export type Render = (run: Execution, data: Value | undefined) => void;

/** A template that is called from others, and how long its text is. */
interface Called {
  readonly render: Render;
  readonly length: number;
}

/** Compiles templates to closures. */
export class TemplateCompiler {
  readonly #templates: ReadonlyMap<string, Escaped>;
  readonly #expressions: ExpressionCompiler;
  readonly #called = new Map<string, Called>();

  constructor(templates: ReadonlyMap<string, Escaped>, functions: ReadonlyMap<string, TemplateFunction>) {
    this.#templates = templates;
    this.#expressions = new ExpressionCompiler(functions);
  }

  /** Compiles a template by name. What is known of its data's type makes it faster, nothing else. */
  compile(name: string, dotType?: GoType): Render {
    const escaped = this.#templates.get(name);
    if (!escaped) throw new TemplateFailure(`There is no template "${name}"`);
    const perform = this.#list(escaped.template.body, escaped, dotType);
    return (run, data) => {
      perform(run, [data], data);
    };
  }

  #list(body: readonly StatementNode[], escaped: Escaped, dotType?: GoType): Perform {
    const performs = body.map((node) => this.#statement(node, escaped, dotType));
    const [first, second] = performs;
    if (!first) return () => DONE;
    if (!second) return first;
    return (run, frame, dot) => {
      for (const perform of performs) {
        const outcome = perform(run, frame, dot);
        if (outcome !== DONE) return outcome;
      }
      return DONE;
    };
  }

  #statement(node: StatementNode, escaped: Escaped, dotType?: GoType): Perform {
    switch (node.kind) {
      case 'text': {
        const text = escaped.texts.get(node) ?? node.text;
        return (run) => {
          run.write(text);
          return DONE;
        };
      }
      case 'action':
        return this.#action(node, escaped.actions.get(node), dotType);
      case 'if':
      case 'with':
        return this.#condition(node, escaped, dotType);
      case 'range':
        return this.#range(node, escaped);
      case 'template':
        return this.#call(node, escaped.calls.get(node) ?? node.name);
      case 'break':
        return () => BREAK;
      case 'continue':
        return () => CONTINUE;
    }
  }

  #action(node: ActionNode, escaped: EscapedAction | undefined, dotType?: GoType): Perform {
    const direct = escaped ? undefined : directText(node.pipeline, dotType);
    if (direct) {
      return (run, _frame, dot) => {
        run.write(direct(dot?.raw as Record<string, unknown>));
        return DONE;
      };
    }
    const evaluate = this.#expressions.pipeline(escaped?.pipeline ?? node.pipeline);
    if (node.pipeline.variables.length > 0) {
      return (run, frame, dot) => {
        evaluate(run, frame, dot);
        return DONE;
      };
    }
    const print = escaped?.write ?? displayText;
    return (run, frame, dot) => {
      run.write(print(evaluate(run, frame, dot)));
      return DONE;
    };
  }

  #condition(node: BranchNode, escaped: Escaped, dotType?: GoType): Perform {
    const evaluate = this.#expressions.pipeline(node.pipeline);
    const body = this.#list(node.body, escaped, node.kind === 'if' ? dotType : undefined);
    const otherwise = this.#list(node.otherwise, escaped, dotType);
    const rebinds = node.kind === 'with';
    return (run, frame, dot) => {
      const value = evaluate(run, frame, dot);
      return isTrue(value) ? body(run, frame, rebinds ? value : dot) : otherwise(run, frame, dot);
    };
  }

  #range(node: BranchNode, escaped: Escaped): Perform {
    const evaluate = this.#expressions.pipeline(node.pipeline);
    const body = this.#list(node.body, escaped);
    const otherwise = this.#list(node.otherwise, escaped);
    const [first, second] = node.pipeline.variables;
    const length = node.end - node.offset;
    return (run, frame, dot) => {
      let rounds = 0;
      const members = iterate(evaluate(run, frame, dot), node, second !== undefined, run);
      for (const [key, value] of members) {
        rounds++;
        run.round(length);
        if (first && second) {
          frame[first.slot] = key;
          frame[second.slot] = value;
        } else if (first) frame[first.slot] = value;
        if (body(run, frame, value) === BREAK) break;
      }
      return rounds === 0 ? otherwise(run, frame, dot) : DONE;
    };
  }

  #call(node: CallNode, name: string): Perform {
    const evaluate: Evaluate = node.pipeline ? this.#expressions.pipeline(node.pipeline) : () => undefined;
    return (run, frame, dot) => {
      const { render, length } = this.#called.get(name) ?? this.#compileCalled(name, node);
      const data = evaluate(run, frame, dot);
      run.round(length);
      run.enter();
      render(run, data);
      run.leave();
      return DONE;
    };
  }

  #compileCalled(name: string, place: CallNode): Called {
    const body = this.#templates.get(name)?.template.body;
    if (!body) {
      throw new TemplateFailure(`There is no template "${name}"`, 'Define it with {{ define }}.', place);
    }
    const length = (body.at(-1)?.end ?? 0) - (body[0]?.offset ?? 0);
    const called: Called = { render: this.compile(name), length };
    this.#called.set(name, called);
    return called;
  }
}

type Member = readonly [key: Value, value: Value];

/** What a range goes through. */
function iterate(
  ranged: Value | undefined,
  node: BranchNode,
  withKeys: boolean,
  run: Execution,
): Iterable<Member> {
  if (ranged === undefined) return [];
  const value = ranged.type.kind === 'pointer' && ranged.raw !== null ? pointed(ranged) : ranged;
  const { type, raw } = value;
  if (raw === null) return [];
  if (type.kind === 'map') {
    const entries = mapEntries(value);
    run.spend(entries.length);
    return entries;
  }
  if (type.kind === 'slice') return elements(raw as ArrayLike<unknown>, type.elem ?? UINT8);
  if (type.kind === 'int' || type.kind === 'uint') {
    if (withKeys) {
      throw new TemplateFailure('A range over a number has one variable only', undefined, node.pipeline);
    }
    run.reserve(Number(raw));
    return numbers(Number(raw), type);
  }
  throw new TemplateFailure(
    `A range needs a list, a map or a whole number, not ${typePhrase(type)}`,
    undefined,
    node.pipeline,
  );
}

function* elements(list: ArrayLike<unknown>, type: GoType): Iterable<Member> {
  for (let i = 0; i < list.length; i++) yield [intValue(i), typedValue(type, list[i])];
}

function* numbers(count: number, type: GoType): Iterable<Member> {
  for (let i = 0; i < count; i++) {
    const number = new Value(type, i);
    yield [number, number];
  }
}

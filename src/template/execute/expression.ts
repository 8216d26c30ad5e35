import type { ChainNode, CommandNode, FunctionNode, OperandNode, PipelineNode } from '../syntax/node.ts';
import { type GoType, VALUE } from '../value/go-type.ts';
import { type Place, TemplateFailure } from '../value/template-failure.ts';
import { isTrue } from '../value/truth.ts';
import { typeSubject } from '../value/type-phrase.ts';
import { NIL, Value } from '../value/value.ts';
import { asArgument, constantArgument, constantValue, takesNil } from './argument.ts';
import type { Execution } from './execution.ts';
import { memberOf, methodOf } from './member.ts';
import type { TemplateFunction } from './template-function.ts';

/** The variables of a running template; the first is `$`. */
export type Frame = (Value | undefined)[];

/** A compiled expression. */
export type Evaluate = (run: Execution, frame: Frame, dot: Value | undefined) => Value | undefined;

/** What a pipeline hands to its next stage; `NOTHING` at its start, which is not the same as no value. */
type Piped = Value | undefined | typeof NOTHING;
type Stage = (run: Execution, frame: Frame, dot: Value | undefined, piped: Piped) => Value | undefined;
const NOTHING = Symbol('nothing');

/** Compiles the expressions of a template to closures. */
export class ExpressionCompiler {
  readonly #functions: ReadonlyMap<string, TemplateFunction>;

  constructor(functions: ReadonlyMap<string, TemplateFunction>) {
    this.#functions = functions;
  }

  /** A pipeline, and the assignment of its value to its variables. */
  pipeline(node: PipelineNode): Evaluate {
    const evaluate = this.#stages(node.commands.map((command) => this.#command(command)));
    if (node.variables.length === 0) return evaluate;
    const slots = node.variables.map(({ slot }) => slot);
    return (run, frame, dot) => {
      const value = evaluate(run, frame, dot);
      if (slots.includes(-1)) {
        throw new TemplateFailure(
          'A variable is assigned that was never declared',
          'Declare it with :=.',
          node,
        );
      }
      for (const slot of slots) frame[slot] = value;
      return value;
    };
  }

  #stages(stages: readonly Stage[]): Evaluate {
    const [first] = stages;
    if (first && stages.length === 1) return (run, frame, dot) => unwrapped(first(run, frame, dot, NOTHING));
    return (run, frame, dot) => {
      let piped: Piped = NOTHING;
      for (const stage of stages) piped = unwrapped(stage(run, frame, dot, piped));
      return piped === NOTHING ? undefined : piped;
    };
  }

  #command({ operands }: CommandNode): Stage {
    const [first, ...args] = operands;
    switch (first.kind) {
      case 'function':
        return this.#call(first, args);
      case 'field':
        return this.#path((_run, _frame, dot) => dot, first.path, args, first);
      case 'variable': {
        const variable = readVariable(first.slot, first);
        if (first.path.length > 0) return this.#path(variable, first.path, args, first);
        return withoutArguments(variable, args, first);
      }
      case 'chain':
        return this.#chain(first, args);
      case 'nil':
        return fails('nil is not a value on its own', first);
      default:
        return withoutArguments(this.#operand(first), args, first);
    }
  }

  /** An operand without arguments and without a demand on its type. */
  #operand(node: OperandNode): Evaluate {
    switch (node.kind) {
      case 'dot':
        return (_run, _frame, dot) => dot;
      case 'nil':
        return () => undefined;
      case 'constant':
        return () => constantValue(node);
      case 'pipeline':
        return this.pipeline(node);
      case 'variable': {
        const variable = readVariable(node.slot, node);
        return node.path.length === 0 ? variable : start(this.#path(variable, node.path, [], node));
      }
      case 'field':
        return start(this.#path((_run, _frame, dot) => dot, node.path, [], node));
      case 'chain':
        return start(this.#chain(node, []));
      case 'function':
        return start(this.#call(node, []));
    }
  }

  #chain(node: ChainNode, args: readonly OperandNode[]): Stage {
    return this.#path(this.#operand(node.from), node.path, args, node);
  }

  /** Takes members one after the other; arguments belong to the last, which must be a method then. */
  #path(from: Evaluate, path: readonly string[], args: readonly OperandNode[], place: Place): Stage {
    const names = path.slice(0, -1);
    const last = path.at(-1) ?? '';
    return (run, frame, dot, piped) => {
      let value = from(run, frame, dot);
      for (const name of names) value = this.#member(run, frame, dot, value, name, [], NOTHING, place);
      return this.#member(run, frame, dot, value, last, args, piped, place);
    };
  }

  #member(
    run: Execution,
    frame: Frame,
    dot: Value | undefined,
    from: Value | undefined,
    name: string,
    args: readonly OperandNode[],
    piped: Piped,
    place: Place,
  ): Value | undefined {
    const found = from && methodOf(from, name);
    if (!found) {
      const member = memberOf(from, name, place);
      if (from && (args.length > 0 || piped !== NOTHING)) {
        throw new TemplateFailure(`${name} takes no arguments: it is no method`, undefined, place);
      }
      return member;
    }
    const { method, receiver } = found;
    const given = args.length + (piped === NOTHING ? 0 : 1);
    checkCount(name, given, method.parameters.length, false, place);
    if (method.uncallable !== undefined) {
      throw new TemplateFailure(`${name} ${method.uncallable}`, undefined, place);
    }
    const values = args.map((arg, i) => this.#argument(arg, method.parameters[i] ?? VALUE)(run, frame, dot));
    if (piped !== NOTHING) values.push(asArgument(piped, method.parameters.at(-1) ?? VALUE, place));
    return placed(place, () => method.call(receiver, values));
  }

  #call(node: FunctionNode, args: readonly OperandNode[]): Stage {
    const { name } = node;
    const found = this.#functions.get(name);
    if (!found) return fails(`There is no function '${name}'`, node);
    const { parameters, rest, stopsAt } = found;
    const place = { offset: node.offset, end: (args.at(-1) ?? node).end };
    const typeOf = (i: number): GoType => parameters[i] ?? rest ?? VALUE;
    const values = args.map((arg, i) => this.#argument(arg, typeOf(i)));
    const count = parameters.length;
    return (run, frame, dot, piped) => {
      const given = args.length + (piped === NOTHING ? 0 : 1);
      if (given !== count) checkCount(name, given, count, rest !== undefined, place);
      if (stopsAt !== undefined) return shortCircuit(run, frame, dot, piped, values, stopsAt);
      const actual: (Value | undefined)[] = [];
      for (const value of values) actual.push(value(run, frame, dot));
      if (piped !== NOTHING) actual.push(asArgument(piped, typeOf(given - 1), place));
      for (const value of actual) if (typeof value?.raw === 'string') run.spend(value.raw.length);
      const result = placed(place, () => found.call(actual));
      if (typeof result?.raw === 'string') run.spend(result.raw.length);
      return result;
    };
  }

  #argument(node: OperandNode, type: GoType): Evaluate {
    if (node.kind === 'constant') return () => constantArgument(node, type);
    if (node.kind === 'nil') {
      if (type === VALUE) return () => undefined;
      if (takesNil(type)) return () => (type.kind === 'interface' ? NIL : new Value(type, null));
      return fails(`${typeSubject(type)} is needed here, not nil`, node);
    }
    const evaluate = this.#operand(node);
    return (run, frame, dot) => asArgument(evaluate(run, frame, dot), type, node);
  }
}

function start(stage: Stage): Evaluate {
  return (run, frame, dot) => stage(run, frame, dot, NOTHING);
}

function unwrapped(value: Value | undefined): Value | undefined {
  return value === NIL ? undefined : value;
}

function readVariable(slot: number, place: Place): Evaluate {
  return (_run, frame) => {
    if (!(slot in frame))
      throw new TemplateFailure('This variable was not declared on the way here', undefined, place);
    return frame[slot];
  };
}

function withoutArguments(evaluate: Evaluate, args: readonly OperandNode[], place: Place): Stage {
  return (run, frame, dot, piped) => {
    if (args.length > 0 || piped !== NOTHING) {
      throw new TemplateFailure('Only a function or method takes arguments', undefined, place);
    }
    return evaluate(run, frame, dot);
  };
}

function shortCircuit(
  run: Execution,
  frame: Frame,
  dot: Value | undefined,
  piped: Piped,
  values: readonly Evaluate[],
  stopsAt: boolean,
): Value | undefined {
  let result: Value | undefined;
  for (const value of values) {
    result = value(run, frame, dot);
    if (isTrue(result) === stopsAt) return result;
  }
  return piped === NOTHING ? result : piped;
}

function checkCount(name: string, given: number, wanted: number, more: boolean, place: Place): void {
  if (more ? given >= wanted : given === wanted) return;
  const least = more ? 'at least ' : '';
  const noun = wanted === 1 ? 'argument' : 'arguments';
  throw new TemplateFailure(`${name} takes ${least}${wanted} ${noun}, not ${given}`, undefined, place);
}

function fails(reason: string, place: Place): () => never {
  return () => {
    throw new TemplateFailure(reason, undefined, place);
  };
}

function placed(place: Place, call: () => Value | undefined): Value | undefined {
  try {
    return call();
  } catch (error) {
    if (error instanceof TemplateFailure) error.place ??= place;
    throw error;
  }
}

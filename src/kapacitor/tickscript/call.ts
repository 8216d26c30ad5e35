import type { Int64 } from '../../alert/int64.ts';
import type { LambdaNode } from '../../lambda/index.ts';
import type { Span } from './script.ts';
import type { ScriptSource } from './script-source.ts';
import { type TickValue, typeWord } from './value.ts';

/** One argument of a {@link Call}. */
export interface Argument extends Span {
  readonly value: TickValue;
}

/** A call in a chain with its arguments evaluated: what a node or property reads its settings from. */
export class Call {
  /** The name, as written. */
  readonly name: string;
  /** The arguments. */
  readonly args: readonly Argument[];
  /** The name's place. */
  readonly span: Span;
  /** The script. */
  readonly source: ScriptSource;

  constructor(name: string, args: readonly Argument[], span: Span, source: ScriptSource) {
    this.name = name;
    this.args = args;
    this.span = span;
    this.source = source;
  }

  /** Throws an error that points at the name. */
  fail(reason: string, cure?: string): never {
    this.source.fail(this.span, reason, cure);
  }

  /** Throws an error that points at an argument, or at the name when there is none. */
  failAt(index: number, reason: string, cure?: string, cause?: unknown): never {
    this.source.fail(this.args[index] ?? this.span, reason, cure, cause);
  }

  /** Makes sure of the number of arguments. `what` says which they are, such as `the field and a unit`. */
  count(least: number, most: number, what: string): this {
    const { length } = this.args;
    if (length > most)
      this.failAt(
        most,
        most === 0 ? `${this.name}() takes no argument` : `${this.name}() takes only ${what}`,
      );
    if (length < least) this.fail(`${this.name}() needs ${what}`);
    return this;
  }

  /** Makes sure that there is no argument. */
  none(): this {
    return this.count(0, 0, '');
  }

  /** The text that an argument is. */
  text(index: number): string {
    const { value } = this.#at(index);
    if (value.type === 'string') return value.value;
    const cure = value.type === 'reference' ? `Put it in single quotes: '${value.value}'.` : undefined;
    return this.#wrong(index, 'a text', cure);
  }

  /** The only argument, a text. */
  onlyText(): string {
    return this.count(1, 1, 'a text').text(0);
  }

  /** All arguments from an index on, texts; a list among them counts as its items. */
  texts(from = 0): string[] {
    return this.args.slice(from).flatMap(({ value }, i) => {
      if (value.type !== 'list') return [this.text(from + i)];
      return value.value.map((item) =>
        item.type === 'string' ? item.value : this.#wrong(from + i, 'a list of texts'),
      );
    });
  }

  /** The whole number that an argument is. */
  int(index: number): Int64 {
    const { value } = this.#at(index);
    return value.type === 'int' ? value.value : this.#wrong(index, 'an int');
  }

  /** The number that an argument is, an int or a float. */
  number(index: number): number {
    const { value } = this.#at(index);
    return value.type === 'float' || value.type === 'int'
      ? Number(value.value)
      : this.#wrong(index, 'a number');
  }

  /** The nanoseconds of the duration that an argument is. */
  duration(index: number): Int64 {
    const { value } = this.#at(index);
    return value.type === 'duration' ? value.value : this.#wrong(index, 'a duration such as 10s');
  }

  /** The only argument, a duration above zero, in nanoseconds. */
  onlyDuration(): bigint {
    return BigInt(this.count(1, 1, 'a duration such as 10s').duration(0));
  }

  /** Whether an argument is TRUE. */
  flag(index: number): boolean {
    const { value } = this.#at(index);
    return value.type === 'bool' ? value.value : this.#wrong(index, 'TRUE or FALSE');
  }

  /** A property that is on when it stands there: without an argument, or as its argument says. */
  optionalFlag(): boolean {
    this.count(0, 1, 'TRUE or FALSE');
    return this.args.length === 0 ? true : this.flag(0);
  }

  /** The body of the lambda that an argument is. */
  lambda(index: number): LambdaNode {
    const { value } = this.#at(index);
    if (value.type === 'lambda') return value.value;
    return this.#wrong(index, 'a lambda', 'Put lambda: before the expression.');
  }

  /** The only argument, a lambda. */
  onlyLambda(): LambdaNode {
    return this.count(1, 1, 'a lambda').lambda(0);
  }

  #at(index: number): Argument {
    return this.args[index] ?? this.fail(`${this.name}() needs another argument`);
  }

  #wrong(index: number, wanted: string, cure?: string): never {
    const { value } = this.#at(index);
    this.failAt(index, `${this.name}() needs ${wanted} here, not ${typeWord(value.type)}`, cure);
  }
}

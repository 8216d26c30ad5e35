import { TemplateFailure } from '../value/template-failure.ts';
import { NIL, type Value } from '../value/value.ts';
import { plainText } from './display.ts';
import { type Flags, noFlags } from './flags.ts';
import { argumentText } from './printer.ts';

type Arguments = readonly (Value | undefined)[];

/** Widths and precisions beyond this are refused by Go where they come as arguments. */
const MAX_ARGUMENT = 1e6;
/** What a number written in a format can be before Go stops reading it. */
const MAX_WRITTEN = 1e7 + 9;
/** What is wide enough for every text that people read. */
const MAX_WIDTH = 100_000;

/** Formats arguments as Go's `Sprintf` does: what does not fit is told in the text, never thrown. */
export function formatted(format: string, args: Arguments): string {
  return new Directives(format, args).run();
}

class Directives {
  readonly #format: string;
  readonly #args: Arguments;
  #at = 0;
  #next = 0;
  #reordered = false;
  #goodIndex = true;
  #out = '';

  constructor(format: string, args: Arguments) {
    this.#format = format;
    this.#args = args;
  }

  run(): string {
    for (;;) {
      const percent = this.#format.indexOf('%', this.#at);
      this.#out += this.#format.slice(this.#at, percent === -1 ? undefined : percent);
      if (percent === -1) break;
      this.#at = percent + 1;
      this.#directive();
    }
    if (!this.#reordered && this.#next < this.#args.length) this.#out += this.#extra();
    return this.#out;
  }

  #directive(): void {
    this.#goodIndex = true;
    const flags = this.#flags();
    let afterIndex = this.#index();
    if (this.#take('*')) {
      this.#widthArgument(flags);
      afterIndex = false;
    } else {
      flags.width = this.#number();
      if (afterIndex && flags.width !== undefined) this.#goodIndex = false;
    }
    if (this.#take('.')) {
      if (afterIndex) this.#goodIndex = false;
      afterIndex = this.#index();
      if (this.#take('*')) {
        this.#precisionArgument(flags);
        afterIndex = false;
      } else flags.precision = this.#number() ?? 0;
    }
    if (!afterIndex) this.#index();
    this.#verb(checked(flags));
  }

  #flags(): Flags {
    const flags = noFlags();
    for (; ; this.#at++) {
      switch (this.#format.charAt(this.#at)) {
        case '#':
          flags.sharp = true;
          break;
        case '0':
          flags.zero = !flags.minus;
          break;
        case '+':
          flags.plus = true;
          break;
        case '-':
          flags.minus = true;
          flags.zero = false;
          break;
        case ' ':
          flags.space = true;
          break;
        default:
          return flags;
      }
    }
  }

  #verb(flags: Flags): void {
    const code = this.#format.codePointAt(this.#at);
    if (code === undefined) {
      this.#out += '%!(NOVERB)';
      return;
    }
    const verb = String.fromCodePoint(code);
    this.#at += verb.length;
    if (verb === '%') this.#out += '%';
    else if (!this.#goodIndex) this.#out += `%!${verb}(BADINDEX)`;
    else if (this.#next >= this.#args.length) this.#out += `%!${verb}(MISSING)`;
    else {
      if (verb === 'v') {
        flags.sharpV = flags.sharp;
        flags.sharp = false;
        flags.plusV = flags.plus;
        flags.plus = false;
      }
      this.#out += argumentText(this.#args[this.#next++], verb, flags);
    }
  }

  #take(char: string): boolean {
    if (this.#format.charAt(this.#at) !== char) return false;
    this.#at++;
    return true;
  }

  /** Digits, if there are any; a number that goes on for too long eats the rest of the format. */
  #number(): number | undefined {
    let value: number | undefined;
    for (;;) {
      const digit = this.#format.charCodeAt(this.#at) - 48;
      if (!(digit >= 0 && digit <= 9)) return value;
      if ((value ?? 0) > MAX_ARGUMENT) {
        this.#at = this.#format.length;
        return undefined;
      }
      value = (value ?? 0) * 10 + digit;
      this.#at++;
    }
  }

  /** `[2]` chooses the next argument. Says whether one was chosen. */
  #index(): boolean {
    if (this.#format.charAt(this.#at) !== '[') return false;
    this.#reordered = true;
    const close = this.#format.indexOf(']', this.#at + 1);
    if (close === -1 || this.#format.length - this.#at < 3) {
      this.#at++;
      this.#goodIndex = false;
      return false;
    }
    const inside = this.#format.slice(this.#at + 1, close);
    this.#at = close + 1;
    const valid = /^\d+$/.test(inside) && Number(inside) <= MAX_WRITTEN;
    const chosen = Number(inside) - 1;
    if (valid && chosen >= 0 && chosen < this.#args.length) {
      this.#next = chosen;
      return true;
    }
    this.#goodIndex = false;
    return valid;
  }

  #widthArgument(flags: Flags): void {
    const width = this.#integerArgument();
    if (width === undefined) this.#out += '%!(BADWIDTH)';
    else {
      flags.width = Math.abs(width);
      if (width < 0) {
        flags.minus = true;
        flags.zero = false;
      }
    }
  }

  #precisionArgument(flags: Flags): void {
    const precision = this.#integerArgument();
    if (precision === undefined || precision < 0) this.#out += '%!(BADPREC)';
    else flags.precision = precision;
  }

  #integerArgument(): number | undefined {
    if (this.#next >= this.#args.length) return undefined;
    const value = this.#args[this.#next++];
    if (value === undefined || (value.type.kind !== 'int' && value.type.kind !== 'uint')) return undefined;
    const number = Number(value.raw);
    return Math.abs(number) > MAX_ARGUMENT ? undefined : number;
  }

  #extra(): string {
    const rest = this.#args
      .slice(this.#next)
      .map((value) =>
        value === undefined || value === NIL ? '<nil>' : `${value.type.name}=${plainText(value)}`,
      );
    return `%!(EXTRA ${rest.join(', ')})`;
  }
}

function checked(flags: Flags): Flags {
  if ((flags.width ?? 0) > MAX_WIDTH || (flags.precision ?? 0) > MAX_WIDTH) {
    throw new TemplateFailure(`printf takes widths and precisions up to ${MAX_WIDTH}`);
  }
  return flags;
}

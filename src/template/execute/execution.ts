import { TemplateFailure } from '../value/template-failure.ts';

/** How much a template may do. */
export interface TemplateLimits {
  /** Characters of output. Default 1,000,000. */
  readonly output?: number;
  /** Rounds of all its ranges and calls of templates together. Default 100,000. */
  readonly rounds?: number;
  /** Templates that call each other, one inside the other. Default 250. */
  readonly depth?: number;
}

/**
 * Characters that may be worked through, as a multiple of the output limit: what functions read and make, and what
 * is done again and again.
 */
const WORK_PER_OUTPUT = 20;

/** One rendering: what was written so far, and what may still be done. */
export class Execution {
  /** What was written so far. */
  out = '';
  readonly #limits: Required<TemplateLimits>;
  #rounds = 0;
  #work = 0;
  #depth = 0;

  constructor(limits: Required<TemplateLimits>) {
    this.#limits = limits;
  }

  write(text: string): void {
    this.out += text;
    if (this.out.length > this.#limits.output) {
      this.out = this.out.slice(0, this.#limits.output);
      throw new TemplateFailure(`The output is longer than ${this.#limits.output} characters`);
    }
  }

  /** Counts the round of a range or the call of a template, whose text is so long. */
  round(length: number): void {
    this.#rounds++;
    this.reserve(0);
    this.spend(length);
  }

  /** Says whether so many more rounds can be made, before the first of them. */
  reserve(rounds: number): void {
    if (this.#rounds + rounds > this.#limits.rounds) {
      throw new TemplateFailure(
        `Ranges go round and templates are called more than ${this.#limits.rounds} times`,
      );
    }
  }

  /** Counts characters that are worked through. */
  spend(characters: number): void {
    this.#work += characters;
    if (this.#work > this.#limits.output * WORK_PER_OUTPUT) {
      throw new TemplateFailure('The template works through too much text');
    }
  }

  enter(): void {
    if (++this.#depth > this.#limits.depth) {
      throw new TemplateFailure(`Templates call each other more than ${this.#limits.depth} deep`);
    }
  }

  leave(): void {
    this.#depth--;
  }
}

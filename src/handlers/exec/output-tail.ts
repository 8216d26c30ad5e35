import { Buffer } from 'node:buffer';
import type { Redactor } from '../../handler/redactor.ts';

const LONGEST = 2048;

/** The end of what a program printed; what came before is let go, so that it cannot fill the memory. */
export class OutputTail {
  #tail = Buffer.alloc(0);

  /** Takes a piece of output. */
  add(chunk: Uint8Array): void {
    // Twice as much as is told: a secret that is cut in two is not found, so the cut must be far from what is told.
    this.#tail = Buffer.concat([this.#tail, chunk]).subarray(-2 * LONGEST);
  }

  /** The end of it without secrets, with a mark where something was let go. */
  text(redactor: Pick<Redactor, 'redact'>): string {
    const text = redactor.redact(this.#tail.toString('utf8').trimEnd());
    return text.length > LONGEST ? `…${text.slice(-LONGEST).toWellFormed()}` : text;
  }
}

import { Buffer } from 'node:buffer';

const LONGEST = 2048;

/** The end of what a program printed; what came before is let go, so that it cannot fill the memory. */
export class OutputTail {
  #tail = Buffer.alloc(0);
  #cut = false;

  /** Takes a piece of output. */
  add(chunk: Uint8Array): void {
    const all = Buffer.concat([this.#tail, chunk]);
    if (all.length > LONGEST) this.#cut = true;
    this.#tail = all.subarray(-LONGEST);
  }

  /** What is left of it, with a mark where something was let go. */
  text(): string {
    return `${this.#cut ? '…' : ''}${this.#tail.toString('utf8').trimEnd()}`;
  }
}

import type { Clock, Timer } from '../../alert/clock.ts';
import type { KafkaRecord, KafkaSink } from './kafka-producer.ts';

/** When a batch is complete. */
export interface BatchLimits {
  /** The most records of a request. */
  readonly size: number;
  /** Milliseconds that records are gathered before a request. */
  readonly wait: number;
}

interface Waiting {
  readonly record: KafkaRecord;
  readonly signal: AbortSignal;
  resolve(): void;
  reject(error: unknown): void;
}

/** Gathers the records of many handlers into requests. */
export class Batcher {
  readonly #sink: KafkaSink;
  readonly #limits: BatchLimits;
  readonly #clock: Clock;
  #waiting: Waiting[] = [];
  #timer: Timer | undefined;

  constructor(sink: KafkaSink, limits: BatchLimits, clock: Clock) {
    this.#sink = sink;
    this.#limits = limits;
    this.#clock = clock;
  }

  /** Sends a record with the batch that it comes into. It resolves when the broker has it. */
  send(record: KafkaRecord, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ record, signal, resolve, reject });
      const { size, wait } = this.#limits;
      if (wait <= 0 || this.#waiting.length >= size) this.#sendBatch();
      else this.#timer ??= this.#clock.setTimeout(() => this.#sendBatch(), wait);
    });
  }

  /** Sends what is gathered, and closes the client. */
  async close(): Promise<void> {
    this.#sendBatch();
    await this.#sink.close();
  }

  #sendBatch(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    // Nobody waits for what was given up; it would be there twice after the next try.
    const batch = this.#waiting.filter(({ signal }) => !signal.aborted);
    this.#waiting = [];
    if (batch.length === 0) return;
    this.#sink.send(batch.map(({ record }) => record)).then(
      () => {
        for (const { resolve } of batch) resolve();
      },
      (error: unknown) => {
        for (const { reject } of batch) reject(error);
      },
    );
  }
}

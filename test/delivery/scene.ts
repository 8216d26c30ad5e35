import type { AlertEvent } from '../../src/alert/event.ts';
import type { Level } from '../../src/alert/level.ts';
import {
  type DeadLetter,
  type Delivery,
  type DeliveryDrop,
  type DeliveryEnvironment,
  type DeliveryObserver,
  type DeliveryOptions,
  type DeliveryRetry,
  HandlerDelivery,
  type PendingRecovery,
  resolveDeliveryOptions,
} from '../../src/delivery/index.ts';
import type { HandleFunction, Handler } from '../../src/handler/handler.ts';
import { Redactor } from '../../src/handler/redactor.ts';
import { FakeClock } from '../../src/testing/fake-clock.ts';

/** An event of an id. */
export function event(id: string, level: Level = 'CRITICAL', more: Partial<AlertEvent> = {}): AlertEvent {
  return {
    topic: 'cpu',
    id,
    level,
    previousLevel: 'OK',
    message: `${id} is ${level}`,
    details: '',
    time: new Date(0),
    duration: 0,
    recoverable: true,
    noExternal: false,
    name: 'cpu',
    taskName: '',
    group: '',
    category: '',
    tags: {},
    fields: {},
    series: null,
    ...more,
  };
}

/** Keeps what it is told. */
export class RecordingObserver implements DeliveryObserver {
  readonly delivereds: Delivery[] = [];
  readonly retries: DeliveryRetry[] = [];
  readonly letters: DeadLetter[] = [];
  readonly drops: DeliveryDrop[] = [];
  readonly pending: PendingRecovery[] = [];
  readonly faults: unknown[] = [];
  delivered(delivery: Delivery): void {
    this.delivereds.push(delivery);
  }
  retry(retry: DeliveryRetry): void {
    this.retries.push(retry);
  }
  deadLetter(letter: DeadLetter): void {
    this.letters.push(letter);
  }
  dropped(drop: DeliveryDrop): void {
    this.drops.push(drop);
  }
  recoveryPending(recovery: PendingRecovery): void {
    this.pending.push(recovery);
  }
  fault(error: unknown): void {
    this.faults.push(error);
  }
}

export interface Scene {
  readonly clock: FakeClock;
  readonly observer: RecordingObserver;
  readonly delivery: HandlerDelivery;
  readonly redactor: Redactor;
  /** Offers events that match. */
  offer(...events: AlertEvent[]): void;
  /** What has been delivered, as `id LEVEL`. */
  delivered(): string[];
  drops(): string[];
}

/** One handler with its delivery, on a clock that stands still. Without jitter: the backoff is its limit. */
export function scene(
  handler: HandleFunction | Handler,
  options: DeliveryOptions = {},
  environment: Partial<DeliveryEnvironment> & { readonly handlerId?: string } = {},
): Scene {
  const clock = (environment.clock as FakeClock | undefined) ?? new FakeClock();
  const observer = (environment.observer as RecordingObserver | undefined) ?? new RecordingObserver();
  const redactor = environment.redactor ?? new Redactor();
  const object: Handler =
    typeof handler === 'function'
      ? { handle: (event, context) => handler(event, context) as void | Promise<void> }
      : handler;
  const { handlerId = 'h', ...rest } = environment;
  const delivery = new HandlerDelivery(
    { topic: 'cpu', handlerId, kind: 'function', handler: object },
    resolveDeliveryOptions(options),
    { random: () => 1, ...rest, clock, observer, redactor },
  );
  return {
    clock,
    observer,
    delivery,
    redactor,
    offer: (...events) => {
      for (const each of events) delivery.offer(each, true);
    },
    delivered: () => observer.delivereds.map(({ event: { id, level } }) => `${id} ${level}`),
    drops: () => observer.drops.map(({ event: { id, level }, reason }) => `${id} ${level} ${reason}`),
  };
}

import type { Clock } from '../alert/clock.ts';
import type { AlertEvent } from '../alert/event.ts';
import type { Redactor } from '../handler/redactor.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { DeliveryObserver } from './delivery-observer.ts';
import type { HandlerDelivery } from './handler-delivery.ts';
import type { Journal } from './journal.ts';

/** What a {@link HandlerDelivery} gets from the registry that it is part of. */
export interface DeliveryEnvironment {
  /** Where to take time from. */
  readonly clock: Clock;
  /** Knows the secrets that must not be reported. */
  readonly redactor: Redactor;
  /** Is told what becomes of deliveries. */
  readonly observer: DeliveryObserver;
  /** Where given-up deliveries go. Default: a list of its own. */
  readonly deadLetters?: DeadLetters;
  /** Where to write down what must survive a restart. Default: nothing does. */
  readonly journal?: Journal;
  /** Numbers from 0 to 1, for jitter and ids. Default `Math.random`. */
  readonly random?: () => number;
  /** Finds another handler of the same topic, for `fallback`, if that may have the event. */
  readonly handler?: (handlerId: string, event: AlertEvent) => HandlerDelivery | undefined;
  /** The delivery that this one replaces: its end is waited for, and what it leaves is taken over. */
  readonly previous?: HandlerDelivery;
}

import { systemClock } from '../alert/clock.ts';
import type { AlertEventInput } from '../alert/event.ts';
import type { HandlerHost } from '../handler/handler.ts';
import { Redactor } from '../handler/redactor.ts';

/** A {@link HandlerHost} that remembers what a handler did with it. */
export interface TestHost extends HandlerHost {
  /** What was put into other topics. */
  readonly collected: readonly AlertEventInput[];
  /** What the operator was told. */
  readonly warnings: readonly string[];
}

/**
 * A host to make a handler with, in place of a registry.
 *
 * @example
 * ```ts
 * import { testEvent, testHost } from 'tocsin/testing';
 * import { log } from 'tocsin/handlers';
 *
 * const handler = await log().create({ path: '/tmp/alerts.jsonl' }, testHost());
 * await handler.handle(testEvent(), { signal: AbortSignal.timeout(1000), deliveryId: 'd-1', attempt: 1 });
 * ```
 */
export function testHost(overrides: Partial<HandlerHost> = {}): TestHost {
  const collected: AlertEventInput[] = [];
  const warnings: string[] = [];
  return {
    topic: 'disk',
    id: 'handler-under-test',
    clock: systemClock,
    strict: false,
    redactor: new Redactor(),
    collect: (event) => void collected.push(event),
    warn: (message) => void warnings.push(message),
    ...overrides,
    collected,
    warnings,
  };
}

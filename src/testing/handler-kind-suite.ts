import type { AlertEvent } from '../alert/event.ts';
import { HandlerOptionsError } from '../errors.ts';
import type { Handler, HandlerContext } from '../handler/handler.ts';
import type { AnyHandlerKind } from '../handler/handler-kind.ts';
import { resolveSecrets } from '../handler/secrets.ts';
import { testEvent } from './test-event.ts';
import { type TestHost, testHost } from './test-host.ts';

/** One thing that a handler kind must do. */
export interface HandlerKindCheck {
  /** What it must do, as the name of a test. */
  readonly name: string;
  /** Rejects when the kind does not do it. */
  readonly run: () => Promise<void>;
}

/** How to try a kind. */
export interface HandlerKindTrial {
  /** Makes the kind, afresh for each check. */
  readonly kind: () => AnyHandlerKind | Promise<AnyHandlerKind>;
  /** Options of a handler that can deliver. */
  readonly options?: () => unknown;
  /** Rejects when what was delivered did not arrive. */
  readonly arrived: (event: AlertEvent) => void | Promise<void>;
}

const DEADLINE = 5000;

/** The context of a first try. */
export function testContext(overrides: Partial<HandlerContext> = {}): HandlerContext {
  return { signal: AbortSignal.timeout(DEADLINE), deliveryId: 'delivery-1', attempt: 1, ...overrides };
}

/**
 * Makes a handler as a registry does: secrets resolved, options checked.
 *
 * @throws {HandlerOptionsError} When the kind refuses the options.
 */
export async function makeHandler(
  kind: AnyHandlerKind,
  options: unknown = {},
  host: TestHost = testHost(),
): Promise<Handler> {
  const resolved = await resolveSecrets(options, host.redactor);
  const result = await kind.options['~standard'].validate(resolved);
  if (result.issues) {
    const issues = result.issues.map(({ message, path = [] }) => ({
      code: 'HANDLER_OPTIONS' as const,
      reason: message,
      path: path.map((part) => String(typeof part === 'object' ? part.key : part)),
    }));
    throw new HandlerOptionsError(kind.kind, issues);
  }
  return kind.create(result.value, host);
}

/**
 * What every handler kind must do, as checks for any test runner.
 *
 * @example
 * ```ts
 * import { equal } from 'node:assert/strict';
 * import { test } from 'node:test';
 * import { defineHandlerKind } from 'tocsin';
 * import { handlerKindSuite } from 'tocsin/testing';
 * import * as v from 'valibot';
 *
 * const sent: string[] = [];
 * const sms = defineHandlerKind({
 *   kind: 'sms',
 *   options: v.strictObject({ to: v.string() }),
 *   create: () => ({ handle: (event) => void sent.push(event.message) }),
 * });
 *
 * const suite = handlerKindSuite({
 *   kind: () => sms,
 *   options: () => ({ to: '+15550100' }),
 *   arrived: (event) => equal(sent.at(-1), event.message),
 * });
 * for (const { name, run } of suite) test(name, run);
 * ```
 */
export function handlerKindSuite(trial: HandlerKindTrial): readonly HandlerKindCheck[] {
  const made = async (): Promise<{ kind: AnyHandlerKind; handler: Handler }> => {
    const kind = await trial.kind();
    return { kind, handler: await makeHandler(kind, trial.options?.()) };
  };
  const check = (name: string, run: () => Promise<void>): HandlerKindCheck => ({ name, run });

  return [
    check('has a name that a handler file can write', async () => {
      const { kind } = await trial.kind();
      expectThat(/^[a-z][a-z0-9-]*$/.test(kind), `'${kind}' must be lower case letters, digits and dashes`);
    }),
    check('delivers an event', async () => {
      const { kind, handler } = await made();
      const event = testEvent();
      await handler.handle(event, testContext());
      await handler.flush?.();
      await trial.arrived(event);
      await handler.close?.();
      await kind.close?.();
    }),
    check('refuses options that it does not know, by name', async () => {
      const kind = await trial.kind();
      const error = await rejection(() => makeHandler(kind, { ...asObject(trial.options?.()), nonsense: 1 }));
      expectThat(error instanceof HandlerOptionsError, `expected a HandlerOptionsError, got ${error}`);
      expectThat(String(error).includes('nonsense'), `the error must name the option: ${error}`);
    }),
    check('suggests the option that was meant', async () => {
      const kind = await trial.kind();
      const [name] = kind.optionNames ?? [];
      // For schemas of other libraries the registry adds the suggestion.
      if (name === undefined || kind.options['~standard'].vendor !== 'tocsin') return;
      const error = await rejection(() => makeHandler(kind, { [`${name}x`]: 'a' }));
      expectThat(String(error).includes(`'${name}'`), `the error must suggest '${name}': ${error}`);
    }),
    check('does not deliver what has been aborted', async () => {
      const { kind, handler } = await made();
      const aborted = testContext({ signal: AbortSignal.abort() });
      // Some kinds are done at once and may well deliver; none may hang or answer with anything but an error.
      await Promise.race([settled(handler, aborted), deadline('an aborted delivery must come to an end')]);
      await handler.close?.();
      await kind.close?.();
    }),
    check('takes a second close without harm', async () => {
      const { kind, handler } = await made();
      await handler.close?.();
      await handler.close?.();
      await kind.close?.();
      await kind.close?.();
    }),
  ];
}

/** What a call throws or rejects with; `undefined` when it does neither. */
export async function rejection(call: () => unknown): Promise<unknown> {
  try {
    await call();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Throws unless a condition holds. */
export function expectThat(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new Error(otherwise);
}

async function settled(handler: Handler, context: HandlerContext): Promise<void> {
  const error = await rejection(() => handler.handle(testEvent(), context));
  expectThat(
    error === undefined || error instanceof Error,
    `an error must be an Error, got ${String(error)}`,
  );
}

function deadline(otherwise: string): Promise<never> {
  return new Promise((_, reject) => {
    AbortSignal.timeout(DEADLINE).addEventListener('abort', () => reject(new Error(otherwise)));
  });
}

function asObject(options: unknown): object {
  return typeof options === 'object' && options !== null ? options : {};
}

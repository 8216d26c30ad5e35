import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DeliveryError } from '../errors.ts';
import type { AnyHandlerKind } from '../handler/handler-kind.ts';
import {
  expectThat,
  type HandlerKindCheck,
  handlerKindSuite,
  makeHandler,
  rejection,
  testContext,
} from './handler-kind-suite.ts';
import { testEvent } from './test-event.ts';

/** How to try a kind that speaks HTTP. */
export interface HttpKindTrial {
  /** Makes the kind for a service at this address. */
  readonly kind: (url: string) => AnyHandlerKind;
  /** Options of a handler, given the same address. */
  readonly options?: (url: string) => unknown;
  /** An answer of the service that means success. */
  readonly success: { readonly status: number; readonly body?: string };
  /** Texts of the configuration and options above that no error may show. */
  readonly secrets: readonly string[];
}

type Answer = { readonly status: number; readonly body?: string; readonly headers?: Record<string, string> };

/** How each status is to be told: its failure reason, and whether another try can heal it. */
const STATUSES: readonly (readonly [number, string, boolean])[] = [
  [400, 'client_error', false],
  [401, 'auth_error', false],
  [403, 'auth_error', false],
  [408, 'timeout', true],
  [425, 'client_error', true],
  [429, 'rate_limited', true],
  [500, 'server_error', true],
  [503, 'server_error', true],
];

/**
 * What every handler kind that speaks HTTP must do: all of {@link handlerKindSuite}, and to tell failures apart.
 * The service is a real server on this machine.
 */
export function httpKindSuite(trial: HttpKindTrial): readonly HandlerKindCheck[] {
  const check = (
    name: string,
    answer: Answer | 'drop' | 'hang',
    run: (deliver: (signal?: AbortSignal) => Promise<unknown>, received: () => number) => Promise<void>,
  ): HandlerKindCheck => ({
    name,
    run: () =>
      withServer(answer, async (url, received) => {
        const kind = trial.kind(url);
        const handler = await makeHandler(kind, trial.options?.(url));
        await run(
          (signal) => rejection(() => handler.handle(testEvent(), testContext(signal && { signal }))),
          received,
        );
        await handler.close?.();
        await kind.close?.();
      }),
  });
  const failed = (error: unknown): DeliveryError => {
    expectThat(error instanceof DeliveryError, `expected a DeliveryError, got ${String(error)}`);
    for (const secret of trial.secrets) {
      const told = [error.message, error.body ?? '', JSON.stringify(error), String(error.cause ?? '')].join(
        '\n',
      );
      expectThat(!told.includes(secret), `the error shows the secret ${JSON.stringify(secret)}: ${told}`);
    }
    return error;
  };

  return [
    ...generalChecks(trial),
    ...STATUSES.map(([status, failure, retryable]) =>
      check(`tells a ${status} as ${failure}`, { status, body: 'no' }, async (deliver) => {
        const error = failed(await deliver());
        expectThat(error.status === status, `status must be ${status}, got ${error.status}`);
        expectThat(error.failure === failure, `failure must be ${failure}, got ${error.failure}`);
        expectThat(error.retryable === retryable, `retryable must be ${retryable}`);
      }),
    ),
    check(
      'waits as long as the service asks',
      { status: 429, headers: { 'Retry-After': '7' } },
      async (deliver) => {
        const { retryAfter } = failed(await deliver());
        expectThat(retryAfter === 7000, `retryAfter must be 7000 ms, got ${retryAfter}`);
      },
    ),
    check('can be tried again when the connection breaks', 'drop', async (deliver) => {
      const { failure, retryable } = failed(await deliver());
      expectThat(failure === 'network' && retryable, `expected a retryable network failure, got ${failure}`);
    }),
    check('sends one request a try', { status: 503 }, async (deliver, received) => {
      await deliver();
      expectThat(received() === 1, `expected 1 request, got ${received()}`);
    }),
    check('stops waiting when it is told to', 'hang', async (deliver) => {
      const { failure, retryable } = failed(await deliver(AbortSignal.timeout(50)));
      expectThat(failure === 'timeout' && retryable, `expected a retryable timeout, got ${failure}`);
    }),
    check(
      'keeps secrets that the service repeats',
      { status: 400, body: trial.secrets.join(' and ') },
      async (deliver) => void failed(await deliver()),
    ),
  ];
}

function generalChecks(trial: HttpKindTrial): readonly HandlerKindCheck[] {
  const names = handlerKindSuite({ kind: () => trial.kind('http://127.0.0.1'), arrived: () => undefined });
  return names.map(({ name }, index) => ({
    name,
    run: () =>
      withServer(trial.success, async (url, received) => {
        const checks = handlerKindSuite({
          kind: () => trial.kind(url),
          options: () => trial.options?.(url),
          arrived: () => expectThat(received() === 1, `expected 1 request, got ${received()}`),
        });
        await checks[index]?.run();
      }),
  }));
}

async function withServer(
  answer: Answer | 'drop' | 'hang',
  run: (url: string, received: () => number) => Promise<void>,
): Promise<void> {
  let received = 0;
  const listener: RequestListener = async (request, response) => {
    for await (const _ of request);
    received++;
    if (answer === 'hang') return;
    if (answer === 'drop') {
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  };
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await run(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, () => received);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

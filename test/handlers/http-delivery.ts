import type { AlertEvent } from '../../src/alert/event.ts';
import type { AnyHandlerKind } from '../../src/handler/handler-kind.ts';
import { makeHandler, rejection, testContext } from '../../src/testing/handler-kind-suite.ts';
import { testEvent } from '../../src/testing/test-event.ts';
import { testHost } from '../../src/testing/test-host.ts';
import { type CapturedRequest, receive } from '../conformance/suites/wire/http-receiver.ts';

/** What is delivered, and how the service answers. */
export interface HttpDelivery {
  readonly options?: unknown;
  readonly event?: Partial<AlertEvent>;
  readonly status?: number;
  readonly body?: string;
}

/** What came of it. */
export interface HttpDelivered {
  readonly request: CapturedRequest;
  /** The body of the request, read as JSON. */
  readonly json: unknown;
  readonly error: unknown;
  readonly warnings: readonly string[];
}

/** Delivers one event through a kind to a real server on this machine. */
export async function deliverHttp(
  kind: (url: string) => AnyHandlerKind,
  { options, event, status = 200, body = '' }: HttpDelivery = {},
): Promise<HttpDelivered> {
  const server = await receive({ type: 'http', responses: [{ status, body }] });
  const host = testHost();
  try {
    const made = kind(server.url);
    const handler = await makeHandler(made, options, host);
    const error = await rejection(() => handler.handle(testEvent(event), testContext()));
    await handler.close?.();
    await made.close?.();
    const request = server.requests[0] ?? { method: '', path: '', rawQuery: '', headers: {}, body: 'null' };
    return { request, json: JSON.parse(request.body), error, warnings: host.warnings };
  } finally {
    await server.close();
  }
}

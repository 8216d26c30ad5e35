import type { AlertEvent } from '../../src/alert/event.ts';
import type { AnyHandlerKind } from '../../src/handler/handler-kind.ts';
import { makeHandler, testContext } from '../../src/testing/handler-kind-suite.ts';
import { testEvent } from '../../src/testing/test-event.ts';
import { type TestHost, testHost } from '../../src/testing/test-host.ts';

/** Makes a handler, gives it one event and closes it. */
export async function sendEvent(
  kind: AnyHandlerKind,
  options: unknown = {},
  event: Partial<AlertEvent> = {},
  host: TestHost = testHost(),
): Promise<void> {
  const handler = await makeHandler(kind, options, host);
  try {
    await handler.handle(testEvent(event), testContext());
  } finally {
    await handler.close?.();
  }
}

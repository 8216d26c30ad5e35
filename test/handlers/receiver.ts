import { afterEach } from 'vitest';
import {
  type CapturedRequest,
  receive,
  type ServerBehaviour,
} from '../conformance/suites/wire/http-receiver.ts';

export type { CapturedRequest };

/** A real server for one test: what arrived, and where it listens. */
export interface TestReceiver {
  readonly url: string;
  readonly requests: readonly CapturedRequest[];
}

const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** Starts a server that gives the answers in order, the last one again and again. Closed after the test. */
export async function receiver(
  responses: ServerBehaviour['responses'] = [{ status: 200 }],
  behaviour: Partial<ServerBehaviour> = {},
): Promise<TestReceiver> {
  const server = await receive({ type: 'http', responses, ...behaviour });
  open.push(() => server.close());
  return server;
}

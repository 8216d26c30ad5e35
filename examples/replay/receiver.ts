import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A web service on loopback that takes alerts, as yours would. */
export interface Receiver {
  readonly url: string;
  /** How many alerts came in. */
  received(): number;
  close(): Promise<void>;
}

/** Starts a receiver; it answers 503 now and then, so that retries can be seen. */
export async function startReceiver(): Promise<Receiver> {
  let requests = 0;
  let received = 0;
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      requests++;
      const busy = requests % 10 === 0;
      if (!busy) received++;
      response.writeHead(busy ? 503 : 204).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/alerts`,
    received: () => received,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

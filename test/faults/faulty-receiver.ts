import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * What the receiver does to a request. Those that begin with `took` keep the event first, and then fail: the sender
 * cannot know.
 */
export type Fault =
  | 'none'
  | '500'
  | '503 later'
  | '429 later'
  | '400'
  | 'reset'
  | 'hang'
  | 'byte by byte'
  | 'half an answer'
  | 'lying length'
  | 'not http'
  | 'took, 500'
  | 'took, reset'
  | 'took, half an answer';

/** A request that the receiver kept. */
export interface Received {
  /** The path of the request, without the slash: which handler it came from. */
  readonly from: string;
  /** The idempotency key. */
  readonly key: string;
  /** The alert data. */
  readonly event: { readonly id: string; readonly level: string; readonly message: string };
}

/** An HTTP server that fails as it is told. */
export class FaultyReceiver {
  readonly received: Received[] = [];
  requests = 0;
  /** Says what happens to the next request. */
  fault: (from: string) => Fault = () => 'none';
  #server: Server | undefined;
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Listens; after `stop`, on the same port as before. */
  async start(): Promise<void> {
    const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
      void this.#answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Goes away, and cuts every connection. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  /** The events that one handler sent, in the order in which they came. */
  from(handler: string): Received[] {
    return this.received.filter(({ from }) => from === handler);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests++;
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return;
    }
    const from = (request.url ?? '').slice(1);
    const fault = this.fault(from);
    const takes =
      fault === 'none' || fault === 'byte by byte' || fault === 'lying length' || fault.startsWith('took');
    if (takes) {
      const event = JSON.parse(Buffer.concat(chunks).toString()) as Received['event'];
      this.received.push({ from, key: String(request.headers['idempotency-key'] ?? ''), event });
    }
    await commit(fault, response);
  }
}

async function commit(fault: Fault, response: ServerResponse): Promise<void> {
  const { socket } = response;
  switch (fault) {
    case 'none':
      response.end('ok');
      return;
    case '500':
    case 'took, 500':
      response.writeHead(500).end('broken');
      return;
    case '503 later':
      response.writeHead(503, { 'retry-after': '5' }).end();
      return;
    case '429 later':
      response.writeHead(429, { 'retry-after': '30' }).end('{"retry_after":30}');
      return;
    case '400':
      response.writeHead(400).end('no such room');
      return;
    case 'reset':
    case 'took, reset':
      socket?.resetAndDestroy();
      return;
    case 'hang':
      return;
    case 'byte by byte':
      response.writeHead(200, { 'content-length': '10' });
      for (const byte of 'slow but ok'.slice(0, 10)) {
        response.write(byte);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      response.end();
      return;
    case 'half an answer':
    case 'took, half an answer':
      response.writeHead(500, { 'content-length': '1000' });
      response.write('this is not all');
      await new Promise((resolve) => setTimeout(resolve, 5));
      socket?.destroy();
      return;
    case 'lying length':
      response.writeHead(200, { 'content-length': '1000' });
      response.write('this is all');
      await new Promise((resolve) => setTimeout(resolve, 5));
      socket?.destroy();
      return;
    case 'not http':
      socket?.end('SSH-2.0-OpenSSH_9.2\r\n');
  }
}

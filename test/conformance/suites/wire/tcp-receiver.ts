import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A TCP server that writes down what each connection sent. */
export interface TcpReceiver {
  readonly port: number;
  readonly connections: { readonly raw: string; readonly json: unknown }[];
  close(): Promise<void>;
}

/**
 * Starts a receiver on 127.0.0.1. Without `reply` it reads to the end; with one it answers the first line with
 * it and closes; with `drop` it closes without an answer.
 */
export async function tcpReceiver(reply?: string, drop = false): Promise<TcpReceiver> {
  const received: { raw: string }[] = [];
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    const connection = { raw: '' };
    received.push(connection);
    let answered = false;
    socket.setEncoding('utf8');
    socket.on('error', () => undefined);
    socket.on('data', (chunk: string) => {
      connection.raw += chunk;
      if (drop) socket.destroy();
      if (reply !== undefined && !answered && connection.raw.includes('\n')) {
        answered = true;
        socket.end(reply);
      }
    });
    socket.on('end', () => socket.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return received.filter(({ raw }) => raw !== '').map(({ raw }) => ({ raw, json: parsed(raw) }));
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function parsed(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    return undefined;
  }
}

/** A port of 127.0.0.1 where nobody listens. */
export async function closedPort(): Promise<number> {
  const receiver = await tcpReceiver();
  await receiver.close();
  return receiver.port;
}

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
 * it and closes.
 */
export async function tcpReceiver(reply?: string): Promise<TcpReceiver> {
  const connections: { raw: string; json: unknown }[] = [];
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    let raw = '';
    let answered = false;
    socket.setEncoding('utf8');
    socket.on('error', () => undefined);
    socket.on('data', (chunk: string) => {
      raw += chunk;
      if (reply !== undefined && !answered && raw.includes('\n')) {
        answered = true;
        socket.end(reply);
      }
    });
    socket.on('end', () => {
      socket.end();
      if (raw !== '') connections.push({ raw, json: JSON.parse(raw) });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    connections,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A port of 127.0.0.1 where nobody listens. */
export async function closedPort(): Promise<number> {
  const receiver = await tcpReceiver();
  await receiver.close();
  return receiver.port;
}

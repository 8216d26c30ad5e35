import { once } from 'node:events';
import { type AddressInfo, createServer, type ServerOpts, type Socket } from 'node:net';

/** Runs something against a server whose connections do as told. `received` is what they sent so far. */
export async function withServer(
  onConnection: (socket: Socket) => void,
  run: (port: number, received: () => string) => Promise<void>,
  port = 0,
  options: ServerOpts = {},
): Promise<void> {
  let received = '';
  const sockets = new Set<Socket>();
  const server = createServer(options, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onConnection(socket);
    if (!socket.isPaused()) {
      socket.on('data', (chunk) => {
        received += chunk;
      });
    }
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  try {
    await run((server.address() as AddressInfo).port, () => received);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  }
}

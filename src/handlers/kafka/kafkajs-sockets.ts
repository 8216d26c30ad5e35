import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ISocketFactory } from 'kafkajs';

const KEEP_ALIVE_DELAY = 60_000;

/**
 * The sockets of one client. `kafkajs` goes on with a connection that a broker does not answer until its time is
 * over; without its sockets it comes to an end.
 */
export class KafkajsSockets {
  readonly #open = new Set<Socket>();
  #ended = false;

  /** Makes the sockets, as the client does by itself. */
  readonly factory: ISocketFactory = ({ host, port, ssl, onConnect }) => {
    const address = { host, port };
    const name = isIP(host) === 0 ? { servername: host } : {};
    const socket = ssl ? connectTls({ ...address, ...name, ...ssl }, onConnect) : connect(address, onConnect);
    socket.setKeepAlive(true, KEEP_ALIVE_DELAY);
    this.#open.add(socket);
    socket.once('close', () => this.#open.delete(socket));
    if (this.#ended) socket.destroy(new Error('the client is closed'));
    return socket;
  };

  /** Ends every connection, and each one that is still asked for. */
  end(): void {
    this.#ended = true;
    for (const socket of this.#open) socket.destroy(new Error('the client is closed'));
  }
}
